"""One state file, several targets: each with its own cursor and mark, so that none waits for what another lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from scrapers.frontier.articles import Articles
from scrapers.frontier.outbox import Outbox, Place
from scrapers.pipelines import OutputError, ReaderGone

REST = 60.0
"""Seconds until a target that failed is tried again."""


class Deliveries:
    """Fills the targets of a crawl. One that fails is opened anew at its mark after a while; the others go on.

    Only where every target fails does the crawl end: what was fetched is in the state file, and is delivered by the
    next run.
    """

    def __init__(self, articles: Articles, places: Sequence[Place], say: Callable[[str], None]) -> None:
        """Opens all targets, or none: a bad name is told at once. Raises the targets' errors, StateError."""
        self._say = say
        self._targets: list[_Target] = []
        try:
            for place in places:
                self._targets.append(_Target(articles, place, say))
        except BaseException:
            for target in self._targets:
                target.let_go()
            raise

    def deliver(self) -> None:
        """Writes what was saved since to every target. Raises StateError, and where all fail the first one's error."""
        for target in self._targets:
            if time.monotonic() >= target.again:
                self._attempt(target)
        if self._targets and all(target.error for target in self._targets):
            raise next(target.error for target in self._targets if target.error)

    def close(self) -> None:
        """Delivers the rest and lets go of the targets. Raises StateError, and the first error of one that failed."""
        for target in self._targets:
            if not isinstance(target.error, ReaderGone):
                self._attempt(target)
            self._guarded(target, target.close)
        for target in self._targets:
            if isinstance(target.error, OutputError):
                raise target.error

    def _attempt(self, target: _Target) -> None:
        if self._guarded(target, target.deliver):
            target.error, target.again = None, 0.0

    def _guarded(self, target: _Target, act: Callable[[], None]) -> bool:
        """Whether it went well; where not, the target rests, and one whose reader is gone does so for good."""
        try:
            act()
        except (OutputError, ReaderGone) as error:
            target.let_go()
            if target.error is None and isinstance(error, OutputError) and len(self._targets) > 1:
                self._say(f"{error}; the other targets go on, and this one is tried again")
            target.error = error
            target.again = float("inf") if isinstance(error, ReaderGone) else time.monotonic() + REST
            return False
        return True


class _Target:
    """A target, open or resting."""

    def __init__(self, articles: Articles, place: Place, say: Callable[[str], None]) -> None:
        self._open = partial(Outbox, articles, place, say)
        self._outbox: Outbox | None = self._open()
        self.error: OutputError | ReaderGone | None = None
        self.again = 0.0
        """When it may be tried, by the monotonic clock."""

    def deliver(self) -> None:
        if self._outbox is None:
            self._outbox = self._open()
        self._outbox.deliver()

    def close(self) -> None:
        outbox, self._outbox = self._outbox, None
        if outbox is not None:
            outbox.close()

    def let_go(self) -> None:
        """Closes it whatever that says: its mark stands in the state file."""
        with suppress(OutputError, ReaderGone):
            self.close()
