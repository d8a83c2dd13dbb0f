"""What the records of others say of an article that is forgotten: its address, and its id as the name of a cluster.

The first that is left of a cluster takes the place of the one that began it, in the order in which they are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from output.record import Record

TOLD = ("id", "url", "canonical_url", "cluster", "first_seen", "other_urls")
"""The fields that are looked at."""


class Heir(NamedTuple):
    """The article that a cluster begins with now."""

    id: str
    address: str | None


class Mentions:
    """Takes them out. Remembers of every cluster that lost its first article which one is first now."""

    def __init__(self, means: Callable[[str | None], bool]) -> None:
        """means: whether an address is to be forgotten."""
        self._means = means
        self.heirs: dict[str, Heir] = {}
        """By the name that a cluster had."""

    def changes(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a record that are to be others, with what they are to be. Empty: it says nothing."""
        changes: dict[str, Any] = {}
        others = tuple(record.get("other_urls") or ())
        kept = tuple(url for url in others if not self._means(url))
        if kept != others:
            changes["other_urls"] = kept
        cluster = record.get("cluster")
        if cluster and (cluster in self.heirs or self._means(record.get("first_seen"))):
            here = Heir(str(record["id"]), record.get("canonical_url") or record.get("url"))
            heir = self.heirs.setdefault(cluster, here)
            changes["cluster"], changes["first_seen"] = heir.id, None if heir.id == here.id else heir.address
        return changes

    def out_of(self, record: Record) -> Record:
        """The record without them."""
        changes = self.changes({name: getattr(record, name) for name in TOLD})
        return msgspec.structs.replace(record, **changes) if changes else record

    def out_of_json(self, text: bytes) -> bytes:
        """The JSON of a record, of whatever version, without them; the same where there are none."""
        record = msgspec.json.decode(text)
        changes = self.changes(record)
        return msgspec.json.encode({**record, **changes}) if changes else text
