"""People out of a byline: "By Jane Doe and Max Müller, 4 May 2025" → Jane Doe, Max Müller.

What the words are stands in people.toml. Nothing longer than LONGEST characters is looked at.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from importlib.resources import files

from cleaners.metadata.dates import EVERY_MONTH, MONTHS

LONGEST = 300
MOST_PEOPLE = 25
WORDS = tomllib.loads((files("cleaners.metadata") / "people.toml").read_text("utf-8"))


def _either(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


BY = re.compile(
    rf"[\s:|•·,(–—\ue000-]*(?:{_either(WORDS['by'])})(?:\s*[:：/|\ue000]\s*|\s+|$)[|:\s\ue000]*", re.IGNORECASE
)
FIRST_WORD = re.compile(r"[\s:|•·,(–—\ue000-]*([^\W\d_]+)")
GLUED_BY = re.compile(r"^\s*(?:By|Von|Par|Por)(?=[A-Z][a-zà-ÿ])")  # "ByJane Doe"
BY_FIRST = frozenset(match[1] for word in WORDS["by"] if (match := FIRST_WORD.match(word)))
AND = re.compile(rf"\s*(?:[;|/•·\n&，、；\ue000]| [–—-] )\s*|\s+(?:{_either(WORDS['and'])})\s+")
HANDLE = re.compile(r"(?<![\w.])@\w+")
MONTH_AT_END = re.compile(
    r"(?<![\s,])[\s,]++(?:on\s++)?(?:"  # tried once for each run of commas and white space, not once for each of them
    + _either([name for name in EVERY_MONTH if len(name) > 2] + ["sep", "mai", "mar"])
    + r")\.?\s*$",
    re.IGNORECASE,
)
SEAM = "\ue000"  # of private use: no page means anything by it, and str.split leaves it
SHORT_BYLINE = 30
DATED = re.compile(r"[\s|•·⋅,()–—-]+|\d+(?:st|nd|rd|th|:)?")
PIECES = re.compile(r"\s*[|•·⋅\n]\s*")
BY_MARKS = ("|", "•", "·", "⋅", "\n", "by ", "von ", "par ", "por ", "door ", "af ", "av ", "di ", "da ", "от ")
END = re.compile(rf"\s(?:{_either(WORDS['end'])})\b|[|•·⋅(\[{{]|\s[–—-]\s|\d|https?:|www\.", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S+|\S+@\S+|www\.\S+")
TOKEN = re.compile(r"[^\W_]+")
# Inside a line, after a date: "4 May 2025, 10:30 by Jane Doe".
INSIDE = re.compile(
    r"[\d,:|)•·]\s?(?:uhr |a\.?m\.? |p\.?m\.? )?(?:by|von|par|por|door|af|av|di|da|от)\s+(?=[^\W\d_])"
    r"|(?:post|article|story|piece|guide) (?:was |is )?(?:originally )?(?:written|authored|contributed) by\s+",
    re.IGNORECASE,
)
ROLE = re.compile(rf"\b(?:{_either(WORDS['roles'])})", re.IGNORECASE)
ROLE_WORD = re.compile(rf"(?:{_either(WORDS['roles'])})", re.IGNORECASE)
PARTICLES = frozenset(WORDS["particles"])
CONNECTORS = frozenset(WORDS["and"]) | {"", "und", "by", "von"}
CREDENTIALS = frozenset(WORDS["credentials"])
DATE_WORDS = (
    frozenset(EVERY_MONTH) | MONTHS["en"].keys() | MONTHS["de"].keys() | {"am", "pm", "uhr", "um", "on", "at", "in"}
)
NOT_NAMES = frozenset(WORDS["not_names"]) | frozenset(EVERY_MONTH) | MONTHS["en"].keys() | MONTHS["de"].keys()
SUFFIX = re.compile(r"\s?(?:기자|특파원|記者)$")
EDGES = " \t\n,.;:|•·-–—/\\()[]{}<>\"'“”„«»*#+=~_!?@"


def key_of(name: str) -> str:
    """What two spellings of one name share."""
    return " ".join(TOKEN.findall(unicodedata.normalize("NFKC", name).casefold()))


def people(text: str) -> list[str]:
    """The names in a string that says who wrote something (a JSON-LD name, a meta tag)."""
    return _names(_without_by(text[:LONGEST]))


def byline(text: str, *, known: bool = False) -> list[str]:
    """The names in a line of text. known: a class name says that it is a byline, so that no "By" is needed.

    Only what is written like names counts; an empty list where the line is no byline. SEAM stands between the texts
    of two elements without white space between them.
    """
    text = HANDLE.sub(" ", text[:LONGEST]) if "@" in text else text[:LONGEST]
    whole = _without_by(GLUED_BY.sub("", text, count=1) if known else text)
    said_by = whole != text
    if not (said_by or known or _may_say_by(text)):
        return []
    for piece in PIECES.split(whole)[:8]:
        rest, inside = (piece, True) if said_by else _after_by(piece)
        if inside or known:
            found = _only_names(rest, loose=inside and (known or len(text) <= SHORT_BYLINE))
            if found or said_by:
                return found
    return []


def _may_say_by(text: str) -> bool:
    """Whether a search for a "by" inside the text is worth its time: most lines have none."""
    lowered = text.lower()
    for mark in BY_MARKS:  # noqa: SIM110  # any() over a generator takes three times as long, and this is asked most
        if mark in lowered:
            return True
    return False


def _after_by(piece: str) -> tuple[str, bool]:
    """What follows a "by" at the start or after a date, and whether there was one."""
    rest = _without_by(piece)
    if rest != piece:
        return rest, True
    inside = INSIDE.search(piece)
    return (piece[inside.end() :], True) if inside else (piece, False)


def _only_names(rest: str, *, loose: bool) -> list[str]:
    """The names at the start of a string. loose: a lone nickname in small letters counts too."""
    names: list[str] = []
    for part in rest.split(SEAM)[:MOST_PEOPLE]:
        end = END.search(part)
        own = part[: end.start()] if end else part
        if end and end[0].strip().isdigit():  # "Jane Doe May 4": the month is not hers
            own = MONTH_AT_END.sub("", own)
        found = _names(own)
        if loose and len(found) == 1 and len(found[0].split()) <= 2 and len(found[0]) < SHORT_BYLINE:
            return found
        if not found and key_of(part) in CONNECTORS:
            continue
        people_here = [one for at, one in enumerate(found) if looks_like_name(one) and not (at and ROLE.search(one))]
        people_here = [without_role(one) for one in people_here]
        names += [one for one in people_here if not names or (" " in one and not ROLE.search(one))]
        if end or (names and not people_here):
            break
    return names


def without_role(name: str) -> str:
    """ "Jane Doe Senior Writer" → Jane Doe: a job that follows two or three words of a name is none of them."""
    words = name.split()
    if len(words) < 3 or "," in name:
        return name
    at = next((at for at in range(2, len(words)) if ROLE_WORD.fullmatch(words[at])), None)
    return " ".join(words[:at]) if at and at <= 4 else name


def undated(text: str) -> str:
    """A short line without its date and what separates it: "28. Jan. 2022 Paula Balov" → Paula Balov."""
    words = [word for word in DATED.split(text) if word]
    return " ".join(word for word in words if word.strip(".").lower() not in DATE_WORDS)


def _without_by(text: str) -> str:
    """The text without "By", "Written by:" … at its start, twice at most ("Author: by Jane")."""
    for _ in range(2):
        first = FIRST_WORD.match(text)
        if not first or first[1].lower() not in BY_FIRST:
            break
        match = BY.match(text)
        if not match or match.end() >= len(text):
            break
        text = text[match.end() :]
    return text


def _names(text: str) -> list[str]:
    names: list[str] = []
    for piece in AND.split(_without_addresses(text))[:MOST_PEOPLE]:
        for part in _commas(piece):
            whole = SUFFIX.sub("", " ".join(part.split()).strip(EDGES))
            if whole and key_of(whole) not in NOT_NAMES and any(map(str.isalpha, whole)):
                names.append(part_with_dot(whole, part))
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(key_of(name), name)
    return list(unique.values())[:MOST_PEOPLE]


def _without_addresses(text: str) -> str:
    if "@" in text and text.strip()[:1] != "@":
        text = HANDLE.sub(" ", text)
    return ADDRESS.sub(" ", text) if "@" in text or "//" in text or "www" in text else text


def part_with_dot(whole: str, part: str) -> str:
    """Gives back the dot of "Jr." that was stripped with the edges."""
    end = part.rstrip()
    return whole + "." if end.endswith(("Jr.", "Sr.", "Ph.D.", "M.D.", "Esq.")) and not whole.endswith(".") else whole


def _commas(piece: str) -> list[str]:
    """Splits at commas, but keeps degrees with the name before them, and turns "Doe, Jane" round where it is alone."""
    parts = [part.strip() for part in piece.split(",") if part.strip()]
    names: list[str] = []
    for part in parts:
        if names and _is_credential(part):
            names[-1] = f"{names[-1]}, {part}"
        else:
            names.append(part)
    return names


def _is_credential(part: str) -> bool:
    words = part.lower().split()
    return part.lower() in CREDENTIALS or (
        bool(words) and all(word.strip(".,") in CREDENTIALS or word in CREDENTIALS for word in words)
    )


def looks_like_name(name: str) -> bool:
    """Whether a string is written like a person's name: a few words, capitals, no digits."""
    bare = name.split(",", maxsplit=1)[0]
    words = bare.split()
    if not words or len(words) > 7 or len(bare) > 60 or any(map(str.isdigit, bare)):
        return False
    if bare.upper() == bare.lower():  # a script without capitals
        return len(words) <= 4 and len(bare) <= 20
    big = sum(word[:1].isupper() or not word[:1].isalpha() for word in words)
    small = [word for word in words if word[:1].islower() and word not in PARTICLES]
    return big > 0 and not small
