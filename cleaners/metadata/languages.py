"""Which language a page is in: what it says of itself, and what its text says. Where they clash, the text decides."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import py3langid.langid as identifier

from cleaners.metadata.head import Head
from cleaners.metadata.json_ld import Graph, text_of
from items import Announced, Field

SAMPLE = 300
SHORTEST_SAMPLE = 120
SURE = 0.9
# Nine in ten texts of the development pages have this share of their own language's common words, and none has it of
# another's but a neighbour's (Norwegian and Danish).
LEAST_SHARE = 0.12
FEWEST_COMMON = 8
COMMON = {
    code: frozenset(words.split())
    for code, words in tomllib.loads((files("cleaners.metadata") / "common_words.toml").read_text("utf-8")).items()
}
SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "mo": "ro", "sh": "sr", "tl": "fil"}
# Languages the identifier takes for one another: here the page's own word counts.
CLOSE = tuple(
    frozenset(group.split())
    for group in (
        "no da nb nn sv|hr sr bs sl|id ms jv|cs sk|zu xh st tn|es gl ca|ru uk be bg mk|nl af|de lb|pt gl|hi mr ne"
    ).split("|")
)

UNLIKE_OTHERS = {code: words for code, words in COMMON.items() if not any(code in group for group in CLOSE)}


@cache
def _model() -> Any:
    """py3langid's model: a constant of the library, read once per process when first needed (about a second)."""
    return identifier.LanguageIdentifier.from_model_file(identifier.MODEL_FILE, norm_probs=True)


def language_of(text: str) -> tuple[str, float] | None:
    """The ISO 639-1 code of the text's language, and how sure (0 to 1). None: too short to say.

    Looks at 300 characters from the middle, where the article is most itself.
    """
    sample = _middle(text, SAMPLE)
    if sum(map(str.isalpha, sample)) < SHORTEST_SAMPLE // (1 if sample.isascii() else 3):
        return None
    code, sure = _model().classify(sample)
    return SAME.get(code, code), float(sure)


def bears_out(code: str, text: str) -> bool:
    """Whether a text is full of the commonest words of a language. False also where those are not known here."""
    common = COMMON.get(code)
    if not common:
        return False
    return _full_of(common, _middle(text, SAMPLE * 2).lower().split())


def plain_language(text: str) -> str | None:
    """The ISO 639-1 code of a language without close relatives whose commonest words the text is full of, else None.

    It costs a fiftieth of `language_of`, and most texts need no more.
    """
    words = _middle(text, SAMPLE * 2).lower().split()
    found = [code for code, common in UNLIKE_OTHERS.items() if _full_of(common, words)]
    return found[0] if len(found) == 1 else None


def _full_of(common: frozenset[str], words: list[str]) -> bool:
    hits = [word for word in words if word in common]
    return len(hits) >= FEWEST_COMMON and len(hits) >= LEAST_SHARE * len(words) and len(set(hits)) >= FEWEST_COMMON // 2


def _middle(text: str, size: int) -> str:
    start = max(0, (len(text) - size) // 2)
    return text[start : start + size]


def code_of(tag: str) -> str:
    """ "de-AT", "en_US", "German" → de, en, nothing."""
    code = tag.strip().replace("_", "-").split("-")[0].split(",")[0].lower()
    return SAME.get(code, code) if 2 <= len(code) <= 3 and code.isalpha() and code not in ("und", "mul", "zxx") else ""


def declared(head: Head, graph: Graph, announced: Announced | None = None) -> list[tuple[str, str]]:
    """(who says so, code) for all the page says."""
    said = [
        ("html_lang", head.lang),
        ("json_ld", text_of(graph.article.get("inLanguage"))),
        ("og", head.first("og:locale")),
        ("meta", head.first("content-language", "language", "dc.language", "dcterms.language")),
        ("announced", (announced.language if announced else None) or ""),
    ]
    return [(source, code) for source, tag in said if (code := code_of(tag[:40]))]


def decide_language(
    head: Head, graph: Graph, text: str, vouched: str | None = None, announced: Announced | None = None
) -> Field | None:
    """The language, by agreement. vouched: a code somebody who knows the page gave; it wins."""
    said = declared(head, graph, announced)
    if said and not vouched and bears_out(said[0][1], text):
        return _field(said[0][1], said[0][0], said, (said[0][1], 1.0), 0.99)
    found = language_of(text)
    if vouched:
        return _field(code_of(vouched) or vouched, "input", said, found, 0.99)
    if found and (not said or not _agree(found[0], said[0][1])) and found[1] >= SURE:
        others = sum(_agree(found[0], code) for _, code in said)
        return _field(found[0], "text", said, found, 0.97 if others else 0.94)
    if said:
        agreed = found is not None and _agree(found[0], said[0][1])
        return _field(said[0][1], said[0][0], said, found, 0.99 if agreed else 0.85)
    return _field(found[0], "text", said, found, found[1] * 0.9) if found else None


def _agree(found: str, code: str) -> bool:
    return found == code or any(found in group and code in group for group in CLOSE)


def _field(
    value: str, source: str, said: list[tuple[str, str]], found: tuple[str, float] | None, confidence: float
) -> Field:
    witnesses = [*said, *([("text", found[0])] if found else [])]
    return Field(
        value=value,
        source=source,
        agrees=tuple(who for who, code in witnesses if code == value and who != source),
        conflicts=tuple(who for who, code in witnesses if code != value),
        confidence=round(confidence, 3),
    )
