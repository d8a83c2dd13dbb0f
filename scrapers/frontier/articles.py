"""The articles of a state file: every version of each, in the order they were saved."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from scrapers.frontier import moments
from scrapers.frontier.state import State


class Kept(msgspec.Struct, frozen=True):
    """A version of an article, as it was saved."""

    sequence: int
    url: int
    version: int
    saved_at: str
    source: str
    content: str
    record: str


FIELDS = ", ".join(Kept.__struct_fields__)


class Articles:
    """The table of articles. Everything happens in the state's transaction, until somebody commits."""

    def __init__(self, state: State) -> None:
        self.state = state

    def latest(self, url: int) -> Kept | None:
        """The newest version saved under a URL; None: none is."""
        return self._first("url = ? ORDER BY version DESC", url)

    def same(self, site: str, content: str) -> Kept | None:
        """The first article of a site with exactly this content."""
        return self._first(
            "content = ? AND (SELECT site FROM urls WHERE id = articles.url) = ? ORDER BY sequence", content, site
        )

    def first_saved(self, url: int) -> str | None:
        """When the first version under a URL was saved."""
        first: str | None = self.state.rows("SELECT min(saved_at) FROM articles WHERE url = ?", (url,))[0][0]
        return first

    def keep(self, url: int, version: int, source: str, content: str, record: bytes) -> int:
        """Saves a version; returns its place in the order."""
        sequence = self.state.execute(
            "INSERT INTO articles (url, version, saved_at, source, content, record) VALUES (?, ?, ?, ?, ?, ?)",
            (url, version, moments.now(), source, content, record.decode("utf-8")),
        ).lastrowid
        assert sequence is not None
        return sequence

    def after(self, sequence: int, most: int) -> Iterator[tuple[int, bytes]]:
        """Sequence and record of what was saved after a place in the order, at most so many."""
        rows = self.state.rows(
            "SELECT sequence, record FROM articles WHERE sequence > ? ORDER BY sequence LIMIT ?", (sequence, most)
        )
        return ((number, record.encode("utf-8")) for number, record in rows)

    def last(self) -> int:
        """The highest sequence; 0: nothing is saved."""
        last: int = self.state.rows("SELECT coalesce(max(sequence), 0) FROM articles")[0][0]
        return last

    def _first(self, condition: str, *values: object) -> Kept | None:
        rows = self.state.rows(f"SELECT {FIELDS} FROM articles WHERE {condition} LIMIT 1", values)
        return Kept(*rows[0]) if rows else None
