"""Who wrote it, as the reader sees it: bylines near the headline, author boxes, and lines that say "Author:"."""

from __future__ import annotations

import re

from cleaners.metadata.claims import Claim
from cleaners.metadata.evidence import Evidence
from cleaners.metadata.names import SEAM, SHORT_BYLINE, WORDS, byline, key_of, looks_like_name, people, undated
from cleaners.metadata.nearby import Spot
from items import Block

LONGEST_BYLINE = 160
LONGEST_ALONE = 120
MOST_BLOCKS = 600
MOST_BOXES = 6
MOST_LABELLED = 3
LINES_BEFORE, LINES_AFTER = 6, 14
MOST_SPACES = 20  # in a line of names alone
CLOSE = 5  # blocks after the headline within which a bare name is a byline
NO_NAME = re.compile(
    r"[:©<>?!…=#]|\b(?:foto|photo|bild|image|news|blog|mehr|more|top|table|contents?|kategorie|learn|tools|products?|share|print"
    r"|shop|comments?|home|hide|show|full|search|read|view|min|guide|reviews?|startseite|pdf|video|audio)\b",
    re.IGNORECASE,
)
LABELS = (
    "author",
    "autor",
    "written by",
    "posted by",
    "verfasser",
    "auteur",
    "text:",
    "gespeichert von",
    "submitted by",
    "contributor",
)
CREDITS = ("quelle:", "source:", "fuente:", "fonte:", "źródło:", "kaynak:")
PICTURED = tuple(WORDS["pictured"])
LABEL_LETTERS = frozenset(letter for label in LABELS + CREDITS for letter in (label[0], label[0].upper()))
COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright)[\s\d–,-]{0,20}(?:by\s+)?([^\W\d_][^\d|.,•·©]{3,40})", re.IGNORECASE)
ASIDE = re.compile("comment|related", re.IGNORECASE)


def people_claim(claims: list[Claim], source: str, names: list[str]) -> None:
    """Adds a claim of these people, each once; their order does not matter for agreement."""
    if not names:
        return
    unique = {key_of(name): name for name in reversed(names)}
    key = frozenset(unique) - {""}
    if key:
        claims.append(Claim(source, tuple(reversed(unique.values())), key))


def byline_claims(evidence: Evidence, *, named: bool, silent: bool) -> list[Claim]:
    """What the text says. named: the page names somebody to machines who is not the site; silent: nobody at all.

    Only where that is not so are weaker signs looked at.
    """
    claims: list[Claim] = []
    blocks = evidence.blocks
    _from_lines(claims, evidence.lines)
    _from_spots(claims, evidence.spots)
    for at, (text, exact) in enumerate(author_boxes(blocks)):
        names = byline(text, known=True) or (people(text) if exact and len(text) <= SHORT_BYLINE else [])
        people_claim(claims, "box_first" if at == 0 else "box", names)
    _from_labels(claims, blocks)
    if not named and not claims:
        _from_anywhere(claims, blocks)
    if silent and not claims:
        _from_owner(claims, blocks, evidence.head.first("og:site_name"))
    return claims


def lines_near(blocks: list[Block], headline: int | None) -> list[tuple[int, Block]]:
    """The blocks around the headline's block (number `headline`), with their distance; none where unknown."""
    if headline is None:
        return []
    start = max(0, headline - LINES_BEFORE)
    near = enumerate(blocks[start : headline + LINES_AFTER + 1], start - headline)
    return [(at, block) for at, block in near if at]


def _from_lines(claims: list[Claim], lines: list[tuple[int, Block]]) -> None:
    seen = False
    bare: list[str] = []
    for at, block in lines:
        text = block.text
        if len(text) > LONGEST_BYLINE or text.lower().startswith(PICTURED):
            continue
        found = byline(text)
        if found:
            people_claim(claims, "line_later" if seen else "line_first", found)
            seen = True
        elif 0 < at <= CLOSE:
            names = _bare_names(text)
            bare += names
            people_claim(claims, "line_bare" if at <= 3 else "line_bare_later", names)
        if -3 <= at <= CLOSE and not found and len(text) <= 60 and any(map(str.isdigit, text)):
            people_claim(claims, "line_dated", _bare_names(undated(text)))
    people_claim(claims, "lines_bare", bare)


def _bare_names(text: str) -> list[str]:
    """The names in a line of nothing but names, of two to four words each; none where it is anything else."""
    if text[:1].islower() or text.count(" ") > MOST_SPACES or NO_NAME.search(text):
        return []
    names = people(text)
    good = all(2 <= len(name.split(",")[0].split()) <= 4 and looks_like_name(name) for name in names)
    return names if good and sum(map(len, names)) >= len(text) * 0.7 else []


def _from_spots(claims: list[Claim], spots: list[Spot]) -> None:
    """Elements whose class says author; several names side by side (each an element of its own) also as one list."""
    close: list[str] = []
    first: list[str] = []
    for spot in spots:
        if spot.kind not in ("author", "author_box") or spot.text.lower().startswith(PICTURED):
            continue
        names = byline(spot.text, known=True)
        if SEAM in spot.text:
            joined = byline(spot.text.replace(SEAM, " "), known=True)
            if joined != names:
                people_claim(claims, "spot_joined", joined)
        if not names:
            continue
        where = "after" if spot.at > 0 else "before"
        people_claim(claims, f"spot_{where}" if spot.kind == "author" else "spot_box", names)
        if spot.kind == "author":
            first = first or names
            close += names if spot.at > 0 else []
    people_claim(claims, "spots_all", close)
    people_claim(claims, "spots_first", first)


def author_boxes(blocks: list[Block]) -> list[tuple[str, bool]]:
    """The first blocks whose container's class names an author, in page order: text, and whether it is the name's."""
    found: list[tuple[str, bool]] = []
    for block in blocks:
        place = block.place
        if place is None or not ("uthor" in place.names or "yline" in place.names):
            continue
        if len(block.text) > LONGEST_BYLINE or block.text.lower().startswith(PICTURED):
            continue
        if not ASIDE.search(place.names):
            found.append((block.text, "name" in place.names))
            if len(found) == MOST_BOXES:
                break
    return found


def _from_labels(claims: list[Claim], blocks: list[Block]) -> None:
    """Lines anywhere that begin with "Author:", "Written by"; and "Source:" for the agency."""
    seen = 0
    for block in blocks[:MOST_BLOCKS]:
        if block.text[:1] not in LABEL_LETTERS:
            continue
        start = block.text[:16].lower()
        if start.startswith(LABELS) and len(block.text) <= LONGEST_BYLINE:
            found = byline(block.text)
            people_claim(claims, "labelled", found)
            seen += bool(found)
        elif start.startswith(CREDITS) and len(block.text) <= 60:
            people_claim(claims, "credited", people(block.text.split(":", 1)[1]))
            seen += 1
        if seen >= MOST_LABELLED:
            break


def _from_anywhere(claims: list[Claim], blocks: list[Block]) -> None:
    """A "By" in any short line."""
    for block in blocks[:MOST_BLOCKS]:
        if len(block.text) <= LONGEST_ALONE:
            people_claim(claims, "anywhere", byline(block.text))


def _from_owner(claims: list[Claim], blocks: list[Block], site: str) -> None:
    """The last straws: a site named like a person, the owner of the copyright."""
    if 2 <= len(site.split()) <= 3 and looks_like_name(site):
        people_claim(claims, "site_person", [site])
    for block in blocks[-30:]:
        match = COPYRIGHT.search(block.text[:200])
        if match and 2 <= len(match[1].split()) <= 3 and looks_like_name(match[1].strip()):
            people_claim(claims, "copyright", [match[1].strip()])
