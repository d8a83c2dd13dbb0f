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


BY = re.compile(rf"[\s:|•·,(–—-]*(?:{_either(WORDS['by'])})(?:\s*[:：/|]\s*|\s+|$)[|:\s]*", re.IGNORECASE)
AND = re.compile(
    rf"\s*(?:[;|/•·\n&，、；]| [–—-] )\s*|\s+(?:{_either(WORDS['and'])})\s+"
)
HANDLE = re.compile(r"(?<![\w.])@\w+")
MONTH_AT_END = re.compile(r"[\s,]+(?:on\s+)?(?:" + _either([name for name in EVERY_MONTH if len(name) > 2] + ["sep", "mai", "mar"]) + r")\.?\s*$", re.IGNORECASE)
PIECES = re.compile(r"\s*[|•·⋅\n]\s*")
END = re.compile(rf"\s(?:{_either(WORDS['end'])})\b|[|•·⋅(\[{{]|\s[–—-]\s|\d|https?:|www\.", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S+|\S+@\S+|www\.\S+")
TOKEN = re.compile(r"[^\W_]+")
# Inside a line, after a date: "4 May 2025, 10:30 by Jane Doe".
INSIDE = re.compile(r"[\d,:|)•·]\s?(?:uhr |a\.?m\.? |p\.?m\.? )?(?:by|von|par|por|door|af|av|di|da|от)\s+(?=[^\W\d_])", re.IGNORECASE)
ROLE = re.compile(rf"\b(?:{_either(WORDS['roles'])})", re.IGNORECASE)
PARTICLES = frozenset(WORDS["particles"])
CREDENTIALS = frozenset(WORDS["credentials"])
NOT_NAMES = frozenset(WORDS["not_names"]) | frozenset(EVERY_MONTH) | MONTHS["en"].keys() | MONTHS["de"].keys()
CREDENTIAL_SHAPE = re.compile(r"(?:[A-Z][A-Za-z]?\.?){2,6}®?(?:[ -](?:[A-Z]{1,4}|\d{2,3}))?")
EDGES = " \t\n,.;:|•·-–—/\\()[]{}<>\"'“”„«»*#+=~_!?@"


def key_of(name: str) -> str:
    """What two spellings of one name share."""
    return " ".join(TOKEN.findall(unicodedata.normalize("NFKC", name).casefold()))


def people(text: str) -> list[str]:
    """The names in a string that says who wrote something (a JSON-LD name, a meta tag)."""
    return _names(_without_by(text[:LONGEST]))


def byline(text: str, *, known: bool = False) -> list[str]:
    """The names in a line of text. known: a class name says that it is a byline, so that no "By" is needed.

    Only what is written like names counts; an empty list where the line is no byline.
    """
    text = HANDLE.sub(" ", text[:LONGEST])
    whole = _without_by(text)
    pieces = PIECES.split(whole)[:8]
    if whole != text:
        return _only_names(pieces[0], loose=known)
    for piece in pieces:
        rest = _without_by(piece)
        if rest == piece:
            inside = INSIDE.search(piece)
            rest = piece[inside.end() :] if inside else piece
        if rest != piece or known:
            found = _only_names(rest, loose=known and rest != piece)
            if found:
                return found
    return []


def _only_names(rest: str, *, loose: bool) -> list[str]:
    """The names at the start of a string. loose: a lone nickname in small letters counts too."""
    end = END.search(rest)
    if end:
        rest = rest[: end.start()]
        if end[0].strip().isdigit():  # "Jane Doe May 4": the month is not hers
            rest = MONTH_AT_END.sub("", rest)
    names = _names(rest)
    if loose and len(names) == 1 and len(names[0].split()) <= 2 and len(names[0]) < 30:
        return names
    return [name for at, name in enumerate(names) if looks_like_name(name) and not (at and ROLE.search(name))]


def _without_by(text: str) -> str:
    for _ in range(2):
        match = BY.match(text)
        if not match or match.end() >= len(text):
            break
        text = text[match.end() :]
    return text


def _names(text: str) -> list[str]:
    names: list[str] = []
    for piece in AND.split(ADDRESS.sub(" ", HANDLE.sub(" ", text) if text.strip()[:1] != "@" else text))[:MOST_PEOPLE]:
        for part in _commas(piece):
            whole = " ".join(part.split()).strip(EDGES)
            if whole and key_of(whole) not in NOT_NAMES and any(map(str.isalpha, whole)):
                names.append(part_with_dot(whole, part))
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(key_of(name), name)
    return list(unique.values())[:MOST_PEOPLE]


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
    return part.lower() in CREDENTIALS or (bool(words) and all(word.strip(".,") in CREDENTIALS or word in CREDENTIALS for word in words))


def looks_like_name(name: str) -> bool:
    """Whether a string is written like a person's name: a few words, capitals, no digits."""
    bare = name.split(",")[0]
    words = bare.split()
    if not words or len(words) > 5 or len(bare) > 50 or any(map(str.isdigit, bare)):
        return False
    if bare.upper() == bare.lower():  # a script without capitals
        return len(words) <= 4 and len(bare) <= 20
    big = sum(word[:1].isupper() or not word[:1].isalpha() for word in words)
    small = [word for word in words if word[:1].islower() and word not in PARTICLES]
    return big > 0 and not small
