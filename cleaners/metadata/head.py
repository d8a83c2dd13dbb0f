"""What a page says of itself outside its running text: one pass over a few tags of the tree, everything bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree

from items import Flaw

# Bounds, so that a hostile page costs no more than a large honest one. The largest honest values on the development
# pages are 190 <meta>, 130 <time>, 60 JSON-LD scripts and 190,000 characters of JSON-LD.
MOST_OF_A_KEY = 40
MOST = {
    "meta": 600, "link": 400, "title": 3, "script": 200, "h1": 12, "h2": 8, "time": 20, "img": 400, "amp-img": 400
}  # fmt: skip
MOST_SCRIPTS = 80
MOST_PICTURES = 400
LONGEST_VALUE = 2000
LONGEST_JSON_LD = 256 * 1024  # characters, of all scripts of a page together
LONGEST_HEADING = 600
MOST_TEXT_PIECES = 60
MOST_STEPS = 400

LINK_RELS = frozenset(("canonical", "amphtml", "license", "image_src", "next", "author", "shortlink"))
NO_TEXT = frozenset(("script", "style", "svg", "noscript", "template", "button"))
NO_HEADING = NO_TEXT | {"time"}
NOT_PLAIN = NO_HEADING | {"br"}


class Heading(NamedTuple):
    """A heading as the reader sees it, and the parts it has where it is cut into elements (kicker and headline)."""

    level: int
    text: str
    parts: tuple[str, ...]
    names: str
    """Class, id and itemprop of the element and of the two around it."""
    tags: str
    """Tags of the elements around it, innermost first."""
    home: bool
    """It is a link to the site's front page."""
    crumb: bool
    """It stands in a trail of links or a list: what some newspapers write for search engines, not for readers."""
    element: etree._Element


class Time(NamedTuple):
    """A <time> element. after: how many <h1> stand before it on the page."""

    stamp: str
    text: str
    names: str
    after: int


class Head:
    """What the page says of itself. metas: lower-cased name, property or itemprop → contents, in page order."""

    __slots__ = ("flaws", "headings", "json_ld", "lang", "links", "metas", "pictures", "scripts", "times", "title")

    def __init__(self) -> None:
        self.flaws: tuple[Flaw, ...] = ()
        self.metas: dict[str, list[str]] = {}
        self.links: dict[str, list[str]] = {}
        self.title = ""
        self.lang = ""
        self.headings: list[Heading] = []
        self.times: list[Time] = []
        self.json_ld: list[str] = []
        self.scripts: list[etree._Element] = []
        self.pictures: list[etree._Element] = []

    def meta(self, *keys: str) -> list[str]:
        """The contents of the keys that are there, in the order of the keys."""
        return [value for key in keys for value in self.metas.get(key, ())]

    def first(self, *keys: str) -> str:
        """The first content of the first key that is there, or nothing."""
        return next(iter(self.meta(*keys)), "")


def read_head(tree: etree._Element | None) -> Head:
    """Reads <meta>, <link>, <title>, <h1>, <h2>, <time>, <img>, JSON-LD scripts and <html lang>. The tree is not
    changed."""
    head = Head()
    if tree is None:
        return head
    head.lang = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:40]
    left = dict(MOST)
    for element in tree.iter(*MOST):
        tag = element.tag
        if left[tag] > 0:
            left[tag] -= 1
            if tag == "time":
                _add_time(head, element, MOST["h1"] - left["h1"])
            else:
                READERS[tag](head, element)
    return head


def squeeze(text: str) -> str:
    """White space squeezed; soft hyphens, zero-width characters and byte order marks gone."""
    if not text.isascii():
        text = text.translate(INVISIBLE)
    return " ".join(text.split())


HOME = re.compile(r"(?:(?:https?:)?//[^/?#]{1,150})?/?(?:index\.(?:html?|php))?", re.IGNORECASE)
CRUMB = re.compile(r"crumb|seo-?_?title")
LISTS = frozenset(("li", "ol", "ul", "nav"))
INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff\u200e\u200f")


def _add_meta(head: Head, element: etree._Element) -> None:
    get = element.get
    content = get("content")
    if not content:
        return
    for key in (get("property"), get("name"), get("itemprop"), get("http-equiv")):
        if key and len(key) <= 100:
            values = head.metas.setdefault(key.strip().lower(), [])
            if len(values) < MOST_OF_A_KEY:
                values.append(squeeze(content[:LONGEST_VALUE]))


def _add_link(head: Head, element: etree._Element) -> None:
    href, rels = element.get("href"), element.get("rel") or element.get("itemprop")
    if not href or not rels or len(href) > LONGEST_VALUE:
        return
    for rel in rels[:100].lower().split():
        if rel in LINK_RELS:
            values = head.links.setdefault(rel, [])
            if len(values) < MOST_OF_A_KEY:
                values.append(href.strip())


def _add_script(head: Head, element: etree._Element) -> None:
    kind = element.get("type")
    if kind and "ld+json" in kind[:100].lower() and len(head.json_ld) < MOST_SCRIPTS:
        text = element.text or ""
        if len(text) + sum(map(len, head.json_ld)) <= LONGEST_JSON_LD:
            head.json_ld.append(text)
        else:
            head.flaws = ("json_ld_too_large",)
    elif len(head.scripts) < MOST_SCRIPTS and element.get("src") is None:
        head.scripts.append(element)


def _add_time(head: Head, element: etree._Element, seen_h1: int) -> None:
    stamp = squeeze((element.get("datetime") or element.get("content") or "")[:100])
    head.times.append(Time(stamp, bounded_text(element, 100), names_around(element), seen_h1))


def _add_picture(head: Head, element: etree._Element) -> None:
    if len(head.pictures) < MOST_PICTURES:
        head.pictures.append(element)


def _add_title(head: Head, element: etree._Element) -> None:
    head.title = head.title or squeeze((element.text or "")[:LONGEST_VALUE])


def _add_heading(head: Head, element: etree._Element) -> None:
    text = bounded_text(element, LONGEST_HEADING)
    parts = [bounded_text(child, LONGEST_HEADING) for child in islice(element, 6)] if len(element) else []
    tail = squeeze(" ".join((child.tail or "")[:LONGEST_HEADING] for child in islice(element, 6))) if parts else ""
    own = squeeze((element.text or "")[:LONGEST_HEADING] + " " + tail)
    pieces = tuple(dict.fromkeys(part for part in (*parts, own) if part and part != text))
    above = list(islice(element.iterancestors(), 6))
    tags = " ".join([str(around.tag) for around in above])
    names = _names((element, *above[:2]))
    crumb = CRUMB.search(names) is not None or not LISTS.isdisjoint(tags.split()[:3])
    head.headings.append(Heading(int(element.tag[1]), text, pieces, names, tags, _leads_home(element), crumb, element))


def _leads_home(element: etree._Element) -> bool:
    """Whether the heading is, or holds as its first element, a link to a front page."""
    first = element[0] if len(element) else None
    for link in (element.getparent(), first, first[0] if first is not None and len(first) else None):
        if link is not None and link.tag == "a":
            return HOME.fullmatch((link.get("href") or "x")[:200]) is not None
    return False


def names_around(element: etree._Element) -> str:
    """Class, id and itemprop of an element and of the two around it, lower-cased, innermost first."""
    return _names((element, *islice(element.iterancestors(), 2)))


def _names(elements: tuple[etree._Element, ...]) -> str:
    values = [element.get(key) for element in elements for key in ("class", "id", "itemprop")]
    return " ".join([value[:200] for value in values if value]).lower()


def bounded_text(element: etree._Element, longest: int, seam: str = "") -> str:
    """The element's text with white space squeezed, at most `longest` characters, scripts and buttons left out.

    seam: put between the texts of two elements that stand side by side without white space.
    """
    inside = len(element)
    if not inside:
        return squeeze((element.text or "")[: longest * 2])[:longest]
    if inside == 1 and len(only := element[0]) == 0 and only.tag not in NOT_PLAIN:  # <h2><a>…</a></h2>, most of them
        texts = [piece[: longest * 2] for piece in (element.text, only.text, only.tail) if piece]
        return squeeze(seam.join(texts))[:longest]
    pieces: list[str] = []
    size = 0
    for piece in islice(_texts(element), MOST_TEXT_PIECES):
        pieces.append(piece[: longest + 100])
        size += len(piece)
        if size > longest * 2:
            break
    return squeeze(seam.join(pieces))[:longest]


def _texts(element: etree._Element) -> Iterator[str]:
    skipped = NO_HEADING if element.tag in ("h1", "h2") else NO_TEXT
    walker = etree.iterwalk(element, events=("start", "end"))
    depth = 0
    for event, inner in islice(walker, MOST_STEPS):
        if event == "start":
            if inner.tag in skipped and inner is not element:
                walker.skip_subtree()
            elif inner.text:
                yield inner.text
            if inner.tag == "br":
                yield " "
            depth += 1
        else:
            depth -= 1
            if depth and inner.tail:
                yield inner.tail


READERS = {
    "meta": _add_meta,
    "link": _add_link,
    "title": _add_title,
    "script": _add_script,
    "h1": _add_heading,
    "h2": _add_heading,
    "img": _add_picture,
    "amp-img": _add_picture,
}
