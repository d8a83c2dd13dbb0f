"""Keeps robots.txt from run to run: what an origin said is good for a day."""

from __future__ import annotations

from scrapers.frontier.state import State
from scrapers.politeness import Answer


class RobotsBook:
    """The table of robots.txt answers. Everything happens in the state's transaction, until somebody commits."""

    def __init__(self, state: State) -> None:
        self._state = state

    def answer(self, origin: str) -> Answer | None:
        """What it said last; None: it was never asked."""
        rows = self._state.rows("SELECT at, body FROM robots WHERE origin = ?", (origin,))
        return Answer(*rows[0]) if rows else None

    def enter(self, origin: str, answer: Answer) -> None:
        """Keeps an answer, in the place of the one before."""
        self._state.execute("INSERT OR REPLACE INTO robots (origin, at, body) VALUES (?, ?, ?)", (origin, *answer))
