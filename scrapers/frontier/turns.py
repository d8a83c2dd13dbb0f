"""Whose turn it is: hosts one after another, each with no more under way than it stands."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable

from scrapers.frontier.urls import Turn


class Turns:
    """Sites and hosts that have something due, in the order of their turns."""

    def __init__(self, per_host: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_host = per_host
        self._clock = clock
        self._waiting: deque[Turn] = deque()
        self._known: set[Turn] = set()
        self._busy: Counter[str] = Counter()
        self._held: dict[str, float] = {}

    def add(self, turns: Iterable[Turn]) -> None:
        """These have something due."""
        for turn in turns:
            if turn not in self._known:
                self._known.add(turn)
                self._waiting.append(turn)

    def next(self, passed: Callable[[str], bool] = lambda site: False) -> Turn | None:
        """The first that may be asked something now; it goes to the end of the line. None: nobody may.

        passed: sites that nothing is wanted of at the moment.
        """
        for _ in range(len(self._waiting)):
            self._waiting.rotate(-1)
            turn = self._waiting[-1]
            if self._is_free(turn[1]) and not passed(turn[0]):
                return turn
        return None

    def drop(self, turn: Turn) -> None:
        """It has nothing due any more."""
        self._known.discard(turn)
        self._waiting.remove(turn)

    def begin(self, host: str) -> None:
        """Something is asked of the host."""
        self._busy[host] += 1

    def end(self, host: str) -> None:
        """It has answered, or never will."""
        self._busy[host] -= 1
        if self._busy[host] <= 0:
            del self._busy[host]

    def hold(self, host: str, seconds: float) -> None:
        """Nothing is asked of the host for so long, as it wished."""
        self._held[host] = max(self._held.get(host, 0.0), self._clock() + seconds)

    def wait(self) -> float:
        """Seconds until a host that has something due may be asked; 0: one may now, or none has anything."""
        now = self._clock()
        waits = [max(0.0, self._held.get(host, 0.0) - now) for _, host in self._known]
        return min(waits, default=0.0)

    def sites(self) -> set[str]:
        """Those that have something due."""
        return {site for site, _ in self._known}

    def __bool__(self) -> bool:
        return bool(self._known)

    def _is_free(self, host: str) -> bool:
        if self._busy[host] >= self._per_host:
            return False
        if host in self._held:
            if self._held[host] > self._clock():
                return False
            del self._held[host]
        return True
