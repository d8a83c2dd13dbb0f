"""What of a feed or sitemap is read: so much that reading it takes a second or two, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

BEYOND = "larger than is read: the rest is left out"
MOST_ATTRIBUTES = 2000  # before the next tag begins; feedparser compares each with all others
MOST_PIECES = 300_000  # that entities and the ends of lines cut the text into: 2 µs each
# Where these begin, no tag does before they end; what stands in them costs next to nothing.
SPANS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))
ENTRY = re.compile(rb"<(?:item|entry|url|sitemap)\b", re.IGNORECASE)
PIECE = re.compile(rb"[&\n]")


class Bounds(NamedTuple):
    """How many tags and attributes are read, and how many tags of one entry."""

    tags: int
    attributes: int
    of_an_entry: int


# feedparser needs up to 60 µs a tag, and compares an entry's categories with one another. A newspaper's feed has some
# ten tags an entry, and a few thousand in all.
FEED = Bounds(tags=20_000, attributes=60_000, of_an_entry=2000)
# libxml2 needs 2 µs and 120 bytes a tag. The protocol's 50,000 entries have six to ten tags each.
SITEMAP = Bounds(tags=500_000, attributes=500_000, of_an_entry=20_000)


def within_bounds(body: bytes, bounds: Bounds) -> tuple[bytes, list[str]]:
    """The beginning of a document up to where it goes beyond its bounds, and what to say of that."""
    end = min(_tags_end(body, bounds), _pieces_end(body))
    return (body, []) if end >= len(body) else (body[:end], [BEYOND])


def _tags_end(body: bytes, bounds: Bounds) -> int:
    """Where tags or attributes become too many."""
    first = attributes = 0
    before = inside = 0
    for number, (at, content) in enumerate(_tags(body)):
        here = body.count(b"=", inside, at)
        attributes += here
        if here > MOST_ATTRIBUTES or attributes > bounds.attributes:
            return before
        if ENTRY.match(body, at):
            first = number
        if number >= bounds.tags or number - first > bounds.of_an_entry:
            return at
        before, inside = at, content
    return before if body.count(b"=", inside) > MOST_ATTRIBUTES else len(body)


def _tags(body: bytes) -> Iterator[tuple[int, int]]:
    """Where each tag, CDATA section, comment or instruction begins, and where what counts of it does."""
    at = body.find(b"<")
    endless: set[bytes] = set()
    while at >= 0:
        content = _end_of_span(body, at, endless)
        yield at, content
        at = body.find(b"<", content)


def _end_of_span(body: bytes, at: int, endless: set[bytes]) -> int:
    """Where a section, comment or instruction ends; of a tag, and of one that never ends, its second byte."""
    for start, close in SPANS:
        if close not in endless and body.startswith(start, at):
            end = body.find(close, at)
            if end >= 0:
                return end
            endless.add(close)  # to be looked for once, not at every beginning
    return at + 1


def _pieces_end(body: bytes) -> int:
    """Where entities and lines become too many."""
    if body.count(b"&") + body.count(b"\n") <= MOST_PIECES:
        return len(body)
    return next(islice(PIECE.finditer(body), MOST_PIECES, None)).start()
