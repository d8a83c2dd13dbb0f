"""What is different between two versions of an article, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

import msgspec

from items import Article, Change, ChangeKind


class OldBlock(msgspec.Struct, frozen=True):
    """A block of a record."""

    text: str


class Before(msgspec.Struct, frozen=True):
    """What is needed of the record of the version before."""

    title: str | None
    blocks: tuple[OldBlock, ...]
    fetched_at: str | None


def read_before(record: str) -> Before:
    """From the JSON of a record."""
    return msgspec.json.decode(record, type=Before)


def changes_between(before: Before, article: Article) -> tuple[Change, ...]:
    """The title first, then the paragraphs in their order. Empty: nothing that is read has changed."""
    title = () if before.title == (article.title or None) else (_title(before.title, article.title),)
    old = [block.text for block in before.blocks]
    new = [block.text for block in article.blocks]
    return (*title, *_of_paragraphs(old, new))


def _title(before: str | None, after: str | None) -> Change:
    return Change(what=_what(before, after), position=None, before=before, after=after)


def _what(before: str | None, after: str | None) -> ChangeKind:
    if after is None:
        return "removed"
    return "added" if before is None else "changed"


def _of_paragraphs(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for _, old_start, old_end, new_start, new_end in _differences(old, new):
        pairs = zip_longest(old[old_start:old_end], new[new_start:new_end])
        for offset, (before, after) in enumerate(pairs):
            yield Change(
                what=_what(before, after), position=min(new_start + offset, new_end), before=before, after=after
            )


def _differences(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, int, int, int, int]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return (part for part in matcher.get_opcodes() if part[0] != "equal")
