"""An article with its copies, and what is left of them when it is forgotten."""

from __future__ import annotations

from msgspec.structs import replace

import output
from output import Record
from tests.records import some_record

FIRST = "https://example.org/1"


def copies() -> list[Record]:
    """An article, two copies of it, and one that was met at its address too."""
    first, second, third, other = (some_record(number) for number in range(1, 5))
    theirs = {"cluster": first.id, "first_seen": first.url}
    return [
        replace(first, cluster=first.id, first_seen=None, other_urls=()),
        replace(second, **theirs, other_urls=()),
        replace(third, **theirs, other_urls=()),
        replace(other, cluster=other.id, first_seen=None, other_urls=(str(first.url), "https://example.org/kept")),
    ]


def assert_only_copies_left(target: str) -> None:
    """The copies are there, and say nothing of the first."""
    found = {record.id: record for record in output.read(target)}
    _, second, third, other = copies()
    assert set(found) == {second.id, third.id, other.id}
    heir = min(found.values(), key=lambda one: (one.first_seen is not None, one.id == other.id))
    assert {found[one.id].cluster for one in (second, third)} == {heir.id}
    first = {str(found[one.id].first_seen) for one in (second, third)}
    assert first == {"None", str(heir.canonical_url or heir.url)}
    assert found[other.id] == replace(other, other_urls=("https://example.org/kept",))
