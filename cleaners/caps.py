"""What a page may cost before a parser sees it: its bytes, tags, attributes, and the parser's own blind spots.

Honest pages pass at the price of a few searches. What looks out of measure (`is_suspect`), and what the parser gave up
on or lost sight of (`lost_sight`), is rewritten by `cleaners.tame`. Everything here takes time linear in the page.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from cleaners.tame import LONGEST_TAG, MOST_TAGS, RAW, SWALLOWING, tame
from items import Flaw

# Of an article this is more than enough: the largest of the development pages has 3.1 million characters.
LONGEST_PAGE = 10 * 1024 * 1024
DEEPEST = 2000  # libxml2 stops for good at 2,048 open elements, in silence
# Elements whose content is no text of the page; left open they swallow the rest of it.
OF_HEAD = frozenset("title meta link base script style noscript template object isindex bgsound basefont".split())
NEVER_TEXT = RAW | SWALLOWING
NEAR_THE_END = 20_000


class Parsed(NamedTuple):
    """The text a page was parsed from, the same in UTF-8, its tree (None: no element at all), and what was wrong."""

    html: str
    utf8: bytes
    tree: etree._Element | None
    flaws: tuple[Flaw, ...]


def parse(html: str, utf8: bytes | None = None) -> Parsed:
    """Parses a decoded page within the caps. Control characters must be gone already. utf8: the page's, if known."""
    within, flaws = before_parsing(html)
    utf8 = utf8 if utf8 is not None and within is html else within.encode("utf-8")
    tree = parse_html(utf8)
    if not flaws and tree is not None and lost_sight(tree, within):
        within, flaws = tame(within)
        utf8 = within.encode("utf-8")
        tree = parse_html(utf8)
    if tree is not None:
        _open_head(tree)
    return Parsed(within, utf8, tree, flaws)


def _open_head(tree: etree._Element) -> None:
    """Makes a head that holds the body a part of the page like any other.

    HTML allows to leave out <body>, and libxml2 knows only the elements of HTML 4 to begin one: <main> and <article>
    do not.
    """
    head = tree.find("head")
    if head is not None and any(child.tag not in OF_HEAD for child in head):
        head.tag = "div"


def before_parsing(html: str) -> tuple[str, tuple[Flaw, ...]]:
    """The page as a parser may see it, and what was wrong with it. Nothing is changed unless something is."""
    flaws: tuple[Flaw, ...] = ()
    if is_suspect(html):
        html, flaws = tame(html)
    if len(html) > LONGEST_PAGE:
        html, flaws = html[:LONGEST_PAGE], (*flaws, "too_large")
    return html, flaws


def is_suspect(html: str) -> bool:
    """Whether the page has a tag or a number of tags out of measure, or a comment or quote without an end."""
    comment = html.rfind("<!--")
    if (comment >= 0 and html.find("-->", comment) < 0) or _has_open_quote(html):
        return True
    if html.count("<") >= MOST_TAGS:
        return True
    return _has_long_tag(html)


def _has_long_tag(html: str) -> bool:
    """Whether some tag does not end in time, by a few searches: only where two "<" stand far enough apart is looked."""
    at = -1  # a page that begins with text is taken to be inside a tag
    while len(html) - at - 1 > LONGEST_TAG:
        following = html.rfind("<", at + 1, at + LONGEST_TAG + 2)
        if following < 0:
            if _is_long_tag(html, at + 1):
                return True
            following = html.find("<", at + LONGEST_TAG + 2)
            if following < 0:
                return False
        at = following
    return False


def _has_open_quote(html: str) -> bool:
    """Whether the page's last quotation mark opens an attribute's value: then the rest of the page is inside a tag."""
    places = (html.rfind('"'), html.rfind("'"))
    return any(place > 0 and html[place - 1] == "=" for place in places)


def _is_long_tag(html: str, at: int) -> bool:
    """Whether what begins here, with no "<" in reach, is a tag that does not end in time."""
    return html[at : at + 1].isalpha() and html.find(">", at, at + LONGEST_TAG) < 0


def parse_html(utf8: bytes) -> etree._Element | None:
    """The page's tree; None where there is no element at all. Raises MemoryError."""
    parser = etree.HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,  # nobody asks for an element by its id; the table of them costs a twentieth of the parse
    )
    try:
        return etree.fromstring(utf8, parser)
    except etree.XMLSyntaxError:  # nothing but white space, or no document
        return None


def lost_sight(tree: etree._Element, html: str) -> bool:
    """Whether the parser gave up at its greatest depth, or an element that never closes swallowed the page's end.

    Either shows at the last element, its ancestors included.
    """
    depth, element = 0, tree
    while len(element):
        element = element[-1]
        depth += 1
        if element.tag in NEVER_TEXT and _never_closes(str(element.tag), html):
            return True
    return depth >= DEEPEST


def _never_closes(tag: str, html: str) -> bool:
    """Whether the last opening tag of this name stands behind the last closing one."""
    for length in (NEAR_THE_END, len(html)):
        lowered = html[-length:].lower()
        opened, closed = lowered.rfind("<" + tag), lowered.rfind("</" + tag)
        if opened >= 0 or closed >= 0:
            return closed < opened
    return True
