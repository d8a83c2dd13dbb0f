"""Spidermon monitors over a crawl, for the extra `monitor`: `ADDONS = {"scrapers.monitors.Monitoring": 500}`.

Not imported unless it is asked for: spidermon is no dependency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from scrapy.settings import BaseSettings
from spidermon import Monitor, MonitorSuite, monitors
from spidermon.contrib.scrapy.extensions import Spidermon

from scrapers import complaints
from scrapers.complaints import Bounds


class Monitoring:
    """An add-on that has spidermon look at every crawl when it ends. Where more monitors are set, they stay."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Switches spidermon on, with `Newspapers` among the suites of a spider's end."""
        settings.set("SPIDERMON_ENABLED", True, priority="addon")
        suites = settings.getlist("SPIDERMON_SPIDER_CLOSE_MONITORS")
        settings.set("SPIDERMON_SPIDER_CLOSE_MONITORS", [*suites, Newspapers], priority="cmdline")
        settings.setdefault_in_component_priority_dict("EXTENSIONS", Spidermon, 500)


@monitors.name("Newspaper")
class Newspaper(Monitor):  # type: ignore[misc]  # spidermon has no types
    """One monitor a complaint. The setting BROADSHEET_BOUNDS changes `scrapers.complaints.Bounds`."""

    @monitors.name("something was fetched")
    def test_something_was_fetched(self) -> None:
        """See `complaints.silent`."""
        self._hear(complaints.silent)

    @monitors.name("pages come")
    def test_pages_come(self) -> None:
        """See `complaints.failed`."""
        self._hear(complaints.failed)

    @monitors.name("pages hold articles")
    def test_pages_hold_articles(self) -> None:
        """See `complaints.bare`."""
        self._hear(complaints.bare)

    @monitors.name("articles have titles and dates")
    def test_articles_have_titles_and_dates(self) -> None:
        """See `complaints.poor`."""
        self._hear(complaints.poor)

    def _hear(self, complain: Callable[[Mapping[str, Any], Bounds], Iterator[str]]) -> None:
        bounds = msgspec.convert(self.data.crawler.settings.getdict("BROADSHEET_BOUNDS"), Bounds, strict=False)
        found = list(complain(self.data.stats, bounds))
        if found:
            self.fail("; ".join(found))


class Newspapers(MonitorSuite):  # type: ignore[misc]
    """All of ours."""

    monitors = (Newspaper,)
