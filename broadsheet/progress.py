"""How a crawl goes, while it goes: found, fetched, saved, skipped, and how fast, site by site."""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from scrapers.frontier.fates import NEW_VERSION, READ, SAVED
from scrapers.frontier.frontier import Frontier

EVERY = 0.25  # seconds between two looks
MOST_SITES = 12


class CrawlProgress:
    """A table on a terminal, nothing anywhere else."""

    def __init__(self, console: Console) -> None:
        self._live = Live(console=console, transient=True, auto_refresh=False)
        self._is_shown = console.is_terminal
        self._begun = time.monotonic()
        self._shown_at = 0.0

    def __enter__(self) -> Self:
        if self._is_shown:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, frontier: Frontier) -> None:
        """Shows how far a crawl is, if it is time to."""
        now = time.monotonic()
        if self._is_shown and now - self._shown_at >= EVERY:
            self._shown_at = now
            self._live.update(self.table(frontier, now - self._begun), refresh=True)

    def table(self, frontier: Frontier, seconds: float) -> Table:
        """One line a site."""
        table = Table(box=None, pad_edge=False)
        for name in ("site", "fetched", "saved", "new version", "skipped", "a second"):
            table.add_column(name, justify="left" if name == "site" else "right")
        table.add_column("skipped why")
        for site in frontier.sites[:MOST_SITES]:
            table.add_row(*_row(site, frontier, seconds))
        table.caption = f"{frontier.found:,} found, {len(frontier.in_flight)} in flight, {seconds:.0f} s"
        return table


def _row(site: str, frontier: Frontier, seconds: float) -> tuple[str, ...]:
    fates = Counter({fate: count for (name, fate), count in frontier.fates.items() if name == site})
    skipped = Counter({fate: n for fate, n in fates.items() if fate not in (SAVED, NEW_VERSION, READ)})
    why = ", ".join(f"{count:,} {fate}" for fate, count in skipped.most_common(4))
    numbers = (fates.total(), fates[SAVED], fates[NEW_VERSION], skipped.total())
    return (site, *(f"{number:,}" for number in numbers), f"{fates.total() / max(seconds, 0.1):.1f}", why)
