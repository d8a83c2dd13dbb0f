"""Live blogs: which blocks belong to which entry, and when that was written.

Entries are told by JSON-LD (LiveBlogPosting with liveBlogUpdate), or by their markup: elements side by side of which
each holds one <time datetime>. A block belongs to the entry whose text holds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec
from lxml import etree

from cleaners.metadata.dates import read_date
from cleaners.metadata.head import Head
from cleaners.metadata.json_ld import Node, types_of
from items import Block

FEWEST = 2  # entries: one dated element is the article itself
MOST = 500
LONGEST_STAMP = 60
SHORT = 40  # characters without spaces: a shorter text stands in other entries by chance


class Entry(NamedTuple):
    """One entry. text: all of it without white space. time: ISO 8601, as exact as the page is."""

    text: str
    time: str


def may_be_live(head: Head) -> bool:
    """Whether a page has as many dated elements as the markup of a live blog."""
    return len(head.times) >= FEWEST


def with_times(blocks: Sequence[Block], tree: etree._Element | None, article: Node) -> tuple[Block, ...]:
    """The blocks, those of a live blog's entries with the time of theirs.

    tree: None where its markup shows none. article: the JSON-LD node about the article; empty: there is none.
    """
    for entries in (_announced(article), _marked(tree)):
        times = _times(blocks, entries) if len(entries) >= FEWEST else []
        if len({time for time in times if time}) >= FEWEST:
            pairs = zip(blocks, times, strict=True)
            return tuple(msgspec.structs.replace(block, time=time) if time else block for block, time in pairs)
    return tuple(blocks)


def _announced(article: Node) -> list[Entry]:
    """The entries that JSON-LD names."""
    if "liveblogposting" not in types_of(article):
        return []
    updates = article.get("liveBlogUpdate")
    found = (_of_update(update) for update in (updates if isinstance(updates, list) else [updates])[:MOST])
    return [entry for entry in found if entry]


def _of_update(update: Any) -> Entry | None:
    if not isinstance(update, dict):
        return None
    time = _moment(update.get("datePublished"))
    said = [value for name in ("headline", "articleBody") if isinstance(value := update.get(name), str)]
    return Entry(_packed("".join(said)), time) if time and said else None


def _marked(tree: etree._Element | None) -> list[Entry]:
    """The entries that the markup shows, in page order; none where dated elements do not stand side by side."""
    if tree is None:
        return []
    by_row: dict[tuple[Any, Any], list[tuple[etree._Element, str]]] = {}
    holders: dict[etree._Element, int] = {}
    dated = [(element, time) for element in tree.iter("time") if (time := _moment(element.get("datetime")))][:MOST]
    for element, _ in dated:
        for around in element.iterancestors():
            holders[around] = holders.get(around, 0) + 1
    for element, time in dated:
        holder = _holder(element, holders)
        by_row.setdefault((holder.getparent(), holder.tag), []).append((holder, time))
    rows = [row for row in by_row.values() if len(row) >= FEWEST]
    return [Entry(_packed("".join(map(str, holder.itertext()))), time) for row in rows for holder, time in row]


def _holder(time: etree._Element, holders: dict[etree._Element, int]) -> etree._Element:
    """The largest element around a time that holds no other one."""
    holder = time
    for around in time.iterancestors():
        if holders[around] > 1:
            break
        holder = around
    return holder


def _times(blocks: Sequence[Block], entries: list[Entry]) -> list[str | None]:
    """The time of every block, None for one that stands in no entry."""
    found: list[int | None] = []
    at = 0
    for block in blocks:
        place = next(_places(_packed(block.text), entries, at), None)
        found.append(place)
        at = at if place is None else place
    return [entries[place].time if place is not None else None for place in _filled(found)]


def _places(text: str, entries: list[Entry], at: int) -> Iterator[int]:
    """The entries that hold a text: the one at hand first, then the next; for what is no short text all others too."""
    near = range(at, min(at + 2, len(entries)))
    others = (*range(at + 2, len(entries)), *range(at)) if len(text) >= SHORT else ()
    return (place for place in (*near, *others) if text in entries[place].text)


def _filled(places: list[int | None]) -> list[int | None]:
    """What stands between two blocks of one entry belongs to it too."""
    filled = list(places)
    last: int | None = None
    for number, place in enumerate(places):
        if place is None:
            continue
        if last is not None and places[last] == place:
            filled[last:number] = [place] * (number - last)
        last = number
    return filled


def _moment(stamp: object) -> str | None:
    """A day with a clock time, in ISO 8601; None: it is none."""
    if not isinstance(stamp, str) or len(stamp) > LONGEST_STAMP:
        return None
    read = read_date(stamp)
    return read.iso if read is not None and "T" in read.iso else None


def _packed(text: str) -> str:
    return "".join(text.split())
