"""What stands near the headline: the few elements before and after it, where bylines and dates are.

Only elements whose class, itemprop or rel names an author or a date are kept, and <time>; the walk is bounded, so a
hostile page costs no more than a large one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple, cast

from lxml import etree

from cleaners.metadata.head import bounded_text, squeeze
from cleaners.metadata.names import SEAM

AFTER = 130
BEFORE = 50
LONG_PARAGRAPH = 150
MOST_PARAGRAPHS = 3
NEVER = frozenset(
    ("script", "style", "img", "svg", "path", "meta", "link", "form", "button", "input", "br", "h2", "h3", "li")
)
MOST_SPOTS = 40
LONGEST_NAMES = 2000
AUTHOR = re.compile(
    r"author|byline|writer|verfasser|autor(?!it)|auteur|redakt|journalist|contributor|reporter|credit-name|posted-by|skribent|forfatter"
)
DATE = re.compile(r"date|time(?!line)|publish|posted|pubd|datum|fecha|stamp|meta-day|created|updated|modified|veroeff")
EITHER = re.compile(f"{AUTHOR.pattern}|{DATE.pattern}")
MARKS = tuple(re.sub(r"\(\?![a-z]+\)", "", EITHER.pattern).split("|"))
NO_AUTHOR = re.compile(
    r"authorit|comment|avatar|image|photo|related|social|share|bio|description|follow|count|job|title|position|role"
)


class Spot(NamedTuple):
    """An element near the headline. kind: author, date or time. at: elements after the headline, or before (−)."""

    kind: str
    text: str
    stamp: str
    names: str
    at: int


def spots_near(headline: etree._Element) -> list[Spot]:
    """The author and date elements around the headline's element, nearest first on each side.

    Three long paragraphs after the headline the article has begun, and the walk ends.
    """
    spots: list[Spot] = []
    paragraphs = 0
    for at, element in enumerate(islice(_following(headline), AFTER), 1):
        if element.tag == "p" and len(element.text or "") > LONG_PARAGRAPH:
            paragraphs += 1
            if paragraphs == MOST_PARAGRAPHS:
                break
        _add_spots(spots, element, at)
    for at, element in enumerate(islice(_preceding(headline), BEFORE), 1):
        _add_spots(spots, element, -at)
    return spots


def _add_spots(spots: list[Spot], element: etree._Element, at: int) -> None:
    tag = element.tag
    if len(spots) >= MOST_SPOTS or tag in NEVER:
        return
    if tag == "time":
        stamp = squeeze((element.get("datetime") or "")[:100])
        spots.append(Spot("time", bounded_text(element, 100), stamp, _names(element), at))
        return
    values = cast("list[str]", element.values())  # all attributes at once first: on most elements none matters
    if values and _may_name(" ".join(values)[:LONGEST_NAMES].lower()):
        names = _names(element)
        if EITHER.search(names):
            _add_named(spots, element, names, at)


def _may_name(lowered: str) -> bool:
    """Whether a search for an author's or a date's mark is worth its time."""
    for word in MARKS:  # noqa: SIM110  # any() over a generator takes three times as long
        if word in lowered:
            return True
    return False


def _add_named(spots: list[Spot], element: etree._Element, names: str, at: int) -> None:
    text = bounded_text(element, 200, SEAM)
    if AUTHOR.search(names) and text and len(text) < 200:
        kind = "author" if not NO_AUTHOR.search(names) else "author_box"
        spots.append(Spot(kind, text, "", names, at))
    if DATE.search(names):
        stamp = squeeze((element.get("content") or element.get("datetime") or element.get("title") or "")[:100])
        if any(map(str.isdigit, stamp)) or (text and len(text) <= 100 and any(map(str.isdigit, text))):
            spots.append(
                Spot("date", text.replace(SEAM, " ")[:100], stamp if any(map(str.isdigit, stamp)) else "", names, at)
            )


def _names(element: etree._Element) -> str:
    get = element.get
    values = (get("class"), get("itemprop"), get("rel"), get("id"), get("data-testid"))
    return " ".join([value[:150] for value in values if value]).lower()


def _following(element: etree._Element) -> Iterator[etree._Element]:
    """Elements after this one in document order, those inside it first."""
    yield from islice(element.iterdescendants(), 20)
    for around in (element, *islice(element.iterancestors(), 12)):
        for sibling in around.itersiblings():
            yield from sibling.iter(etree.Element)


def _preceding(element: etree._Element) -> Iterator[etree._Element]:
    """Elements before this one, nearest siblings first, going out at most five levels."""
    for around in (element, *islice(element.iterancestors(), 4)):
        for sibling in islice(around.itersiblings(preceding=True), 6):
            yield from islice(sibling.iter(etree.Element), 25)
