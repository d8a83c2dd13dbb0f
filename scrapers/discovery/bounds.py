"""What of a feed or sitemap is read: so much that reading it takes a second or two, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

BEYOND = "larger than is read: the rest is left out"
LARGE_ENTRY = "an entry larger than is read: its rest is left out"
MOST_ATTRIBUTES = 2000  # before the next tag begins; feedparser compares each with all others
MOST_PIECES = 300_000  # that entities and the ends of lines cut the text into: 2 µs each
# Where these begin, no tag does before they end; what stands in them costs next to nothing.
SPANS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))
PIECE = re.compile(rb"[&\n]")
NAME = re.compile(rb"<([^\s<>/!?]+)")


class Bounds(NamedTuple):
    """How many tags and attributes are read, and how many tags of one entry."""

    tags: int
    attributes: int
    of_an_entry: int
    edge: re.Pattern[bytes]
    """Where an entry begins or ends."""


ENTRY = re.compile(rb"</?(?:[\w.-]{1,40}:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
PLACE = re.compile(rb"</?(?:[\w.-]{1,40}:)?(?:url|sitemap)(?=[\s/>])", re.IGNORECASE)
# feedparser needs up to 60 µs a tag, and compares an entry's categories with one another. A newspaper's feed has some
# ten tags an entry, and a few thousand in all.
FEED = Bounds(tags=20_000, attributes=60_000, of_an_entry=2000, edge=ENTRY)
# libxml2 needs 2 µs and 120 bytes a tag. The protocol's 50,000 entries have six to ten tags each.
SITEMAP = Bounds(tags=500_000, attributes=500_000, of_an_entry=20_000, edge=PLACE)


class Gap(NamedTuple):
    """What of a document is left out."""

    start: int
    end: int
    closed: bytes = b""
    """What stands in its place: the ends of the elements that it holds the ends of."""


def within_bounds(body: bytes, bounds: Bounds) -> tuple[bytes, list[str]]:
    """A document without what goes beyond its bounds, and what to say of that.

    Of an entry that is too large its beginning stays, and the entries after it do.
    """
    end = _pieces_end(body)
    at, kept, faults = 0, [], set()
    for gap in [*_Walk(body[:end], bounds).gaps(), Gap(end, len(body))]:
        kept += [body[at : gap.start], gap.closed]
        at = gap.end
        if gap.start < gap.end:
            faults.add(BEYOND if gap.end == len(body) or gap.end == end else LARGE_ENTRY)
    return (b"".join(kept), sorted(faults)) if faults else (body, [])


class _Walk:
    """Goes through a document tag by tag, and leaps over what is too much."""

    def __init__(self, body: bytes, bounds: Bounds) -> None:
        self._body, self._bounds = body, bounds
        self._endless: set[bytes] = set()
        self._tags = self._attributes = 0

    def gaps(self) -> Iterator[Gap]:
        """What is to be left out, in its order."""
        at = 0
        while at < len(self._body):
            entry, over = self._until_too_much(at)
            if over is None:
                return
            edge = self._bounds.edge.search(self._body, over + 1) if self._in_bounds() else None
            at = edge.start() if edge else len(self._body)
            yield Gap(over, at, self._closing(entry, over, edge) if edge else b"")

    def _in_bounds(self) -> bool:
        return self._tags <= self._bounds.tags and self._attributes <= self._bounds.attributes

    def _until_too_much(self, start: int) -> tuple[int | None, int | None]:
        """Where the entry begins that goes too far, and where it does."""
        body, bounds, entry, first = self._body, self._bounds, None, self._tags
        before = inside = start
        for at, content in self._places(start):
            here = body.count(b"=", inside, at)
            self._attributes += here
            if here > MOST_ATTRIBUTES or self._attributes > bounds.attributes:
                return entry, before
            if bounds.edge.match(body, at):
                entry, first = (None if body.startswith(b"</", at) else at), self._tags
            if self._tags >= bounds.tags or self._tags - first > bounds.of_an_entry:
                self._tags += 1
                return entry, at
            self._tags += 1
            before, inside = at, content
        return entry, before if body.count(b"=", inside) > MOST_ATTRIBUTES else None

    def _closing(self, entry: int | None, over: int, edge: re.Match[bytes]) -> bytes:
        """The ends of what is open where an entry breaks off: all of it but what the edge ends itself."""
        if entry is None:
            return b""
        open_: list[bytes] = []
        for at, _ in self._places(entry):
            if at >= over:
                break
            name = NAME.match(self._body, at)
            if self._body.startswith(b"</", at):
                open_ = open_[:-1]
            elif name and not self._body.startswith(b"/", self._body.find(b">", at) - 1):
                open_.append(name[1])
        if edge[0].startswith(b"</"):
            del open_[0]
        return b"".join(b"</%s>" % name for name in reversed(open_))

    def _places(self, start: int) -> Iterator[tuple[int, int]]:
        """Where each tag, CDATA section, comment or instruction begins, and where what counts of it does."""
        at = self._body.find(b"<", start)
        while at >= 0:
            content = self._end_of_span(at)
            yield at, content
            at = self._body.find(b"<", content)

    def _end_of_span(self, at: int) -> int:
        """Where a section, comment or instruction ends; of a tag, and of one that never ends, its second byte."""
        for start, close in SPANS:
            if close not in self._endless and self._body.startswith(start, at):
                end = self._body.find(close, at)
                if end >= 0:
                    return end
                self._endless.add(close)  # to be looked for once, not at every beginning
        return at + 1


def _pieces_end(body: bytes) -> int:
    """Where entities and lines become too many."""
    if body.count(b"&") + body.count(b"\n") <= MOST_PIECES:
        return len(body)
    return next(islice(PIECE.finditer(body), MOST_PIECES, None)).start()
