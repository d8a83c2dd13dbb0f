"""From the state file to the target: every article once, in the order they were saved, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from scrapers.frontier.articles import Articles

AT_ONCE = 200  # records between two commits of the target


class Target(Protocol):
    """What `output.append_to` gives."""

    cut: str | None

    def write(self, record: bytes) -> None:
        """Takes one record as JSON."""

    def commit(self) -> str:
        """Makes durable what was written, and returns the mark to come back to."""

    def close(self) -> None:
        """Lets go of the target."""


class Place(Protocol):
    """A target that can be opened."""

    name: str
    """The same in every run: an absolute path, …"""

    def is_gone(self) -> bool:
        """Whether a target that was written to is not there any more."""

    def open(self, mark: str | None, *, overwrite: bool) -> Target:
        """Opens it at a mark, or, without one, at its beginning."""


class Outbox:
    """Fills one target.

    Its row in the state file says up to which article the target is filled and where it then ended (the mark). First
    the target's bytes are made durable, then the row is: a kill in between leaves a target that is ahead of its row,
    and opening cuts it back.
    """

    def __init__(self, articles: Articles, place: Place, say: Callable[[str], None]) -> None:
        """Opens the target. Raises the target's errors, StateError."""
        self._articles, self._state = articles, articles.state
        self._place = place
        self._say = say
        self.cursor = 0
        self._target = self._opened()

    def deliver(self) -> int:
        """Writes what was saved since, and returns how much that was. Raises the target's errors, StateError.

        The row is written within the state's transaction: somebody commits it later, or nobody does, and it is done
        again.
        """
        delivered = 0
        while written := self._deliver_some():
            delivered += written
        return delivered

    def close(self) -> None:
        """Lets go of the target."""
        self._target.close()

    def _deliver_some(self) -> int:
        written = 0
        for sequence, record in self._articles.after(self.cursor, AT_ONCE):
            self._target.write(record)
            self.cursor = sequence
            written += 1
        if written:
            self._remember(self._target.commit())
        return written

    def _opened(self) -> Target:
        rows = self._state.rows("SELECT origin, cursor, mark FROM deliveries WHERE target = ?", (self._place.name,))
        if not rows:
            return self._begun()
        origin, self.cursor, mark = rows[0]
        if mark is not None and self._place.is_gone():
            self._say(f"{self._place.name}: is gone; it is written again from the state file")
            self.cursor, mark = origin, None
            self._remember(None)
            self._state.commit()
        target = self._place.open(mark, overwrite=mark is None)
        if target.cut:
            self._say(f"{self._place.name}: cut back to the last whole record ({target.cut} removed)")
        return self._marked(target) if mark is None else target

    def _begun(self) -> Target:
        """A new target gets what no other target has got yet."""
        target = self._place.open(None, overwrite=False)
        self.cursor = self._state.rows("SELECT coalesce(max(cursor), 0) FROM deliveries")[0][0]
        self._state.execute(
            "INSERT INTO deliveries (target, origin, cursor) VALUES (?, ?, ?)",
            (self._place.name, self.cursor, self.cursor),
        )
        self._state.commit()  # before its first byte: whatever is found there after a kill is ours to write over
        return self._marked(target)

    def _marked(self, target: Target) -> Target:
        self._remember(target.commit())
        self._state.commit()
        return target

    def _remember(self, mark: str | None) -> None:
        self._state.execute(
            "UPDATE deliveries SET cursor = ?, mark = ? WHERE target = ?", (self.cursor, mark, self._place.name)
        )
