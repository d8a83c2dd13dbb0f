"""What the spider `news` fetched → articles in the state file, and from there in the target."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem, NotConfigured

from scrapers.frontier.deliveries import Deliveries
from scrapers.frontier.errors import StateError
from scrapers.frontier.fates import FAILURES, Fate
from scrapers.frontier.frontier import Arrival, Frontier
from scrapers.frontier.whole import Cleaning
from scrapers.pipelines import (
    CleanPipeline,
    OutputError,
    OutputPlace,
    ReaderGone,
    disk_refused,
    record_json,
    space_of,
)
from scrapers.reasons import one_line

# So many fates, or so many seconds, share one fsync of the state file.
COMMIT_AT = 8
COMMIT_WITHIN = 0.05
EXPECTED = ("title", "published")  # what every article should have: those without are counted
DELIVER_EVERY = 1.0  # seconds between two fsyncs of the target


class Dropped(DropItem):
    """A URL of a crawl that gave no new article. Logged in one line."""

    def __init__(self, arrival: Arrival, fate: Fate) -> None:
        detail = f": {one_line(fate.detail)}" if fate.detail else ""
        loud = fate.name in FAILURES and arrival.lease.discovered_by != "guess"
        line = f"{one_line(arrival.lease.given)}: {fate.name}{detail}"
        super().__init__(line, log_level="WARNING" if loud else "DEBUG")
        self.fate = fate


class CrawlPipeline:
    """An item goes on when it is on the disk; what gave no new article is dropped (`Dropped`).

    Items of other kinds pass untouched. Where the disk refuses, the crawl ends, and the spider's `error` says why.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("BROADSHEET_CRAWL"):
            raise NotConfigured
        self._crawler = crawler
        self._stats = crawler.stats
        self._cleaning = CleanPipeline(crawler)
        self._whole = Cleaning(crawler, self._cleaning)
        self._deliveries: Deliveries | None = None
        self._delivered_at = 0.0
        self._waiting: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _spider(self) -> Any:
        return self._crawler.spider

    def open_spider(self) -> None:
        """Has the targets opened once Scrapy is ready to be ended by one that cannot be."""
        self._frontier: Frontier = self._spider.frontier
        self._crawler.signals.connect(self._refused, disk_refused)
        self._crawler.signals.connect(self._open_all, signals.spider_opened)

    def _open_all(self) -> None:
        self._guarded(self._open)

    def _open(self) -> None:
        """Opens the targets, cut back to where the state file knows them to be whole. Raises OutputError."""
        target = self._spider.output
        places = [] if target is None else [OutputPlace(target)] if isinstance(target, str) else target
        self._space = space_of(self._crawler, self._frontier.state.path, *(place.name for place in places))
        self._space.check()
        if places:
            self._crawler.signals.connect(self._rest, signals.spider_idle)
            self._deliveries = Deliveries(self._frontier.articles, places, self._spider.say)
            self._deliver()

    async def close_spider(self) -> None:
        """Commits and delivers what is left, and ends the worker processes."""
        await self._cleaning.close_spider()
        if self._spider.error is None:
            self._guarded(self._finish)

    async def process_item(self, item: Any) -> Any:
        """The article of an arrival, when it is safe; anything else as it came. Raises Dropped."""
        if not isinstance(item, Arrival):
            return item
        try:
            arrival, article, traits = await self._whole.of(item)
        except OutputError:  # the archive's disk, of which the crawl has been told
            raise Dropped(item, Fate("not kept")) from None
        if self._spider.error is not None:
            raise Dropped(arrival, Fate("not kept"))
        try:
            settled = self._frontier.accept(arrival, article, record_json, traits)
        except StateError as error:
            self._refused(error)
            raise Dropped(arrival, Fate("not kept")) from None
        await self._safe()
        self._stats.inc_value(f"broadsheet/fates/{settled.fate.name}")
        if settled.article is None:
            raise Dropped(arrival, settled.fate)
        self._stats.inc_value("broadsheet/articles")
        for name in EXPECTED:
            if not getattr(settled.article, name):
                self._stats.inc_value(f"broadsheet/without/{name}")
        return settled.article

    async def _safe(self) -> None:
        """Returns when everything settled so far is on the disk."""
        frontier, loop = self._frontier, asyncio.get_running_loop()
        if self._waiting is None:
            self._waiting = loop.create_future()
            self._timer = loop.call_later(COMMIT_WITHIN, self._commit)
        waiting = self._waiting
        if len(frontier.settled) >= COMMIT_AT or len(frontier.settled) >= len(frontier.in_flight):
            self._commit()
        await waiting

    def _commit(self) -> None:
        waiting, self._waiting = self._waiting, None
        if self._timer is not None:
            self._timer.cancel()
        self._guarded(self._frontier.commit)
        if time.monotonic() - self._delivered_at > DELIVER_EVERY:
            self._guarded(self._space.check)
            self._guarded(self._deliver)
        if waiting is not None:
            waiting.set_result(None)

    def _deliver(self) -> None:
        if self._deliveries is not None:
            self._deliveries.deliver()
        self._delivered_at = time.monotonic()

    def _rest(self) -> None:
        """Nothing is under way: a crawl that waits for hours delivers first."""
        self._guarded(self._deliver)
        self._guarded(self._frontier.commit)

    def _finish(self) -> None:
        self._frontier.commit()
        if self._deliveries is not None:
            self._deliveries.close()

    def _guarded(self, act: Any) -> None:
        """Whatever the disk refuses ends the crawl, once."""
        if self._spider.error is not None:
            return
        try:
            act()
        except (StateError, OutputError, ReaderGone) as error:
            self._refused(error)

    def _refused(self, error: Exception) -> None:
        if self._spider.error is None:
            self._spider.error = error
            self._spider.logger.warning("%s", error)  # whoever runs the crawl raises it again
            self._closing = asyncio.ensure_future(self._end())

    async def _end(self) -> None:
        with suppress(RuntimeError):  # it is ending already
            await self._crawler.engine.close_spider_async(reason="disk")
