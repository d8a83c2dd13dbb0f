"""The pictures of the article: address, caption, credit, and between which of its blocks they stand.

Text that the article kept tells where in it a picture stands: elements that hold text are looked at around it. What is
linked to another page, small, named like a logo or in a box of its own is no picture of the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from cleaners.metadata.captions import LONGEST_CAPTION, caption_of, figure_of
from cleaners.metadata.head import bounded_text
from cleaners.metadata.json_ld import Graph, text_of
from cleaners.metadata.plain_fields import is_picture
from cleaners.metadata.urls import absolute
from items import Block, Field, Image

TEXTS = ("p", "h1", "h2", "h3", "h4", "li", "blockquote")
# A heading is not known again by its entry in a table of contents.
SORTS = {"heading": "h", "h1": "h", "h2": "h", "h3": "h", "h4": "h", "list_item": "li", "li": "li"}
MOST_TEXTS = 8  # looked at before and after a picture
MOST_SIBLINGS = 12
MOST_INSIDE = 200
DEEPEST = 8
FURTHEST = 3  # blocks that may be skipped between a picture and the next text known again
MOST_KEPT = 50
START = 30  # letters by which a block is known again
LEAD = 0.8  # how often the first picture of the body is the one a reader would name
LATEST_LEAD = 3  # blocks above it, three short ones being a kicker, a byline and an introduction
SMALLEST = 150  # pixels
LEAST_WIDE = 200  # pixels, of a picture above the text
LONGEST_SET = 4000
AROUND = 4  # elements around a picture whose names are looked at
LAZY = ("data-src", "data-original", "data-lazy-src", "data-hi-res-src", "data-full-src", "data-img-url")
ELSEWHERE = re.compile(
    r"(?:^|[\s_-])(?:related|teasers?|recommend\w*|newsletter|promo|author|authors|avatar|ads?|advert\w*|byline|profile"
    r"|share|social|comments?|logo|read-?more|portrait|menu|footer|sponsor\w*|outbrain|taboola|subscribe|upsell|bio)(?:$|[\s_-])"
)
STORY = frozenset(("article", "main", "body"))
OUTSIDE = frozenset(("aside", "nav", "footer", "form", "button"))
SIZE = re.compile(r"[-_](?:\d{2,4}x\d{2,4}|scaled|\d{3,4}w?)(?=\.\w+$)")
WIDTH = re.compile(r"(\d{1,5})(?:px)?")


Starts = dict[tuple[str, str], list[int]]


def find_images(
    pictures: Sequence[etree._Element], kept: Sequence[Block], graph: Graph, url: str | None, lead: str | None
) -> tuple[Image, ...]:
    """Those pictures of a page that stand between the kept blocks, or above them below the headline; in page order.

    pictures: all of the page's.
    lead: the address of the picture the page names as its own, which may also stand above the headline.
    """
    if not pictures or not kept:
        return ()
    starts: Starts = {}
    described = _described(graph)
    own = picture_key(lead) if lead else ""
    found: dict[str, Image] = {}
    after = 0
    for element in pictures:
        address = _credible(element, url)
        key = picture_key(address) if address else ""
        if not address or key in found:
            continue
        starts = starts or _starts(kept)  # most pages have no more than a few pictures that get here
        position = 0 if key == own and not after else _position(element, starts, after, len(kept))
        if position is None:
            continue
        after = max(after, position)
        found[key] = _image(element, address, described.get(key, ("", "")), position)
        if len(found) >= MOST_KEPT:
            break
    return tuple(found.values())


def lead_of(images: Sequence[Image]) -> Field | None:
    """The picture above the text, or under its first blocks; None where none stands there."""
    first = next((image for image in images if image.position <= LATEST_LEAD), None)
    return Field(value=first.url, source="body", confidence=LEAD) if first else None


def _image(element: etree._Element, address: str, known: tuple[str, str], position: int) -> Image:
    caption, credit = caption_of(element)
    return Image(url=address, caption=caption or known[0] or None, credit=credit or known[1] or None, position=position)


def _credible(element: etree._Element, url: str | None) -> str | None:
    """The picture's address; None where it is a logo, a teaser's, an advertisement's, or too small to show anything."""
    if _is_small(element, "width") or _is_small(element, "height") or _is_elsewhere(element, url):
        return None
    address = _address(element, url)
    return address if address and is_picture(address) else None


def _starts(kept: Sequence[Block]) -> Starts:
    """By sort and first letters: which of the article's blocks begin so."""
    starts: Starts = {}
    for number, block in enumerate(kept):
        starts.setdefault((SORTS.get(block.kind, ""), _start(block.text)), []).append(number)
    return starts


def _position(element: etree._Element, starts: Starts, least: int, count: int) -> int | None:
    """How many of the article's blocks stand before a picture. None: it is not among them.

    least: so many stand before an earlier picture. count: how many there are.
    """
    before = _nearest(islice(_texts_before(element), MOST_TEXTS), starts, least - 1)
    if before is None:
        first = _nearest(islice(_texts_after(element), MOST_TEXTS), starts, least)
        return first if first is not None and (first > 0 or _is_wide(element)) and first - least <= FURTHEST else None
    if before + 1 == count:  # under the last block: with a caption of its own it may still be the article's
        return count if least < count and figure_of(element) is not None and caption_of(element)[0] else None
    return before + 1


def _nearest(texts: Iterator[etree._Element], starts: Starts, least: int) -> int | None:
    for element in texts:
        key = SORTS.get(element.tag, ""), _start(_first_text(element))
        same = [number for number in starts.get(key, ()) if number >= least]
        if same:
            return same[0]
    return None


def _texts_before(element: etree._Element) -> Iterator[etree._Element]:
    """Elements that hold text before this one, nearest first."""
    for around in (element, *islice(element.iterancestors(), DEEPEST)):
        for sibling in islice(around.itersiblings(preceding=True), MOST_SIBLINGS):
            yield from reversed(list(islice(sibling.iter(*TEXTS), MOST_INSIDE)))


def _texts_after(element: etree._Element) -> Iterator[etree._Element]:
    """Elements that hold text after this one, nearest first."""
    for around in (element, *islice(element.iterancestors(), DEEPEST)):
        for sibling in islice(around.itersiblings(), MOST_SIBLINGS):
            yield from islice(sibling.iter(*TEXTS), MOST_INSIDE)


def _start(text: str) -> str:
    return "".join(text[: START * 2].split())[:START]


def _first_text(element: etree._Element) -> str:
    """The first text of an element: enough of it to know the block again."""
    text = element.text or ""
    if len(text) >= START * 2 or len(element) == 0:
        return text
    return bounded_text(element, START * 2)


def _address(element: etree._Element, url: str | None) -> str | None:
    """The absolute address of the picture in its largest size."""
    for href in _offered(element):
        address = absolute(url, href) if href and not href.startswith("data:") else None
        if address:
            return address
    return None


def _offered(element: etree._Element) -> Iterator[str]:
    """What may be the picture's address, the best first."""
    yield max(_sized(element), default=(0.0, ""))[1]
    for name in (*LAZY, "src"):
        yield (element.get(name) or "").strip()


def _sized(element: etree._Element) -> Iterator[tuple[float, str]]:
    """(size, address) of what srcset offers, here and in the <source>s beside it."""
    parent = element.getparent()
    sources = list(islice(parent.iterchildren("source"), 10)) if parent is not None and parent.tag == "picture" else []
    for one in (element, *sources):
        for name in ("srcset", "data-srcset"):
            for part in (one.get(name) or "")[:LONGEST_SET].split(", "):
                words = part.split()
                if len(words) == 2 and words[1][-1] in "wx" and words[1][:-1].replace(".", "", 1).isdecimal():
                    yield float(words[1][:-1]), words[0].strip(",")


def picture_key(address: str) -> str:
    """What two sizes of one picture share: its name without a size, or the whole address where that is no name."""
    name = urlsplit(address).path.rsplit("/", 1)[-1].lower()
    return SIZE.sub("", name) if "." in name else address


def _pixels(element: etree._Element, name: str) -> int | None:
    value = element.get(name)
    match = WIDTH.fullmatch(value.strip()[:10]) if value else None
    return int(match[1]) if match else None


def _is_small(element: etree._Element, name: str) -> bool:
    return 0 < (_pixels(element, name) or 0) < SMALLEST


def _is_wide(element: etree._Element) -> bool:
    width = _pixels(element, "width")
    return width is None or width >= LEAST_WIDE


def _is_elsewhere(element: etree._Element, url: str | None) -> bool:
    """Whether a picture stands in a teaser, an advertisement or a box of its own."""
    around: etree._Element | None = element
    for _ in range(AROUND + 1):
        if around is None or around.tag in STORY:
            return False
        names, number = around.get("class"), around.get("id")
        if around.tag in OUTSIDE or ((names or number) and _names_elsewhere((names or "")[:200], (number or "")[:100])):
            return True
        if around.tag == "a" and _leads_away(around, url):
            return True
        around = around.getparent()
    return False


@lru_cache(maxsize=4096)  # the boxes of a page and of a site are alike
def _names_elsewhere(names: str, number: str) -> bool:
    """Whether an element's class or id says that what it holds is not of the article."""
    return ELSEWHERE.search(f"{names} {number}".lower()) is not None


def _leads_away(link: etree._Element, url: str | None) -> bool:
    """Whether a link leads to another page: not to a picture, and not to a place on this page."""
    href = (link.get("href") or "#").strip()
    if href.startswith(("#", "javascript:")):
        return False
    address = absolute(url, href) or href
    path = address.partition("?")[0].partition("#")[0].lower() if len(address) <= LONGEST_SET else ""
    return not path.endswith((".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")) and address != url


def _described(graph: Graph) -> dict[str, tuple[str, str]]:
    """By picture key: caption and credit as JSON-LD gives them."""
    value = graph.article.get("image")
    found = {}
    for one in (value if isinstance(value, list) else [value])[:20]:
        node = graph.look_up(one)
        if isinstance(node, dict) and isinstance(address := node.get("url") or node.get("contentUrl"), str):
            found[picture_key(address[:2000])] = (_words(node.get("caption")), _words(_owner(node)))
    return found


def _owner(node: dict[str, Any]) -> Any:
    return node.get("creditText") or node.get("creator") or node.get("author") or node.get("copyrightHolder")


def _words(value: Any) -> str:
    text = " ".join(text_of(value).split())[:LONGEST_CAPTION] if isinstance(value, str | dict | list) else ""
    return "" if "://" in text else text
