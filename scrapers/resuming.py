"""The hand-over of the spider `archive` where it has a target of its own: exactly once, whatever kills it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from items import Article
from scrapers.bookmark import Read, Reading
from scrapers.pipelines import CleanPipeline, OutputError, ReaderGone, record_json, space_of

COMMIT_EVERY = 1.0
"""Seconds between two fsyncs of the target."""


class ResumingPipeline:
    """Cleans what was read, and puts it into the spider's target in the order of its pages.

    Items go on as they would from CleanPipeline, so that feeds get them too. Items of other kinds pass untouched. Where
    the disk refuses, the spider ends, and its `error` says why.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._cleaning = CleanPipeline(crawler)
        self._committed_at = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _spider(self) -> Any:
        return self._crawler.spider

    def open_spider(self) -> None:
        """Has the target opened once Scrapy is ready to be ended by one that cannot be."""
        self._space = space_of(self._crawler, self._spider.output)
        self._crawler.signals.connect(self._open, signals.spider_opened)

    def _open(self) -> None:
        self._guarded(self._space.check)
        self._guarded(self._spider.open_output)

    async def process_item(self, item: Any) -> Any:
        """The article of what was read; anything else as it came. Raises Failed, NotAnArticle."""
        if not isinstance(item, Read):
            return item
        try:
            article = await self._cleaning.process_item(item.outcome)
        except Exception:  # what is no article, and what broke the cleaner, is done with as well
            self._settle(item, None)
            raise
        assert isinstance(article, Article)
        self._settle(item, record_json(article))
        if self._spider.error is not None:
            raise DropItem("not kept")
        return article

    async def close_spider(self) -> None:
        """Commits what is left, and ends the worker processes."""
        await self._cleaning.close_spider()
        reading: Reading | None = self._spider.reading
        if reading is not None:
            self._guarded(reading.commit)
            self._attempt(reading.close)

    def _settle(self, item: Read, record: bytes | None) -> None:
        reading: Reading = self._spider.reading
        self._guarded(lambda: reading.settle(item, record))
        if time.monotonic() - self._committed_at > COMMIT_EVERY:
            self._guarded(self._space.check)
            self._guarded(reading.commit)
            self._committed_at = time.monotonic()

    def _guarded(self, act: Callable[[], None]) -> None:
        """After the disk has refused something, nothing more is tried."""
        if self._spider.error is None:
            self._attempt(act)

    def _attempt(self, act: Callable[[], None]) -> None:
        """What the disk refuses ends the spider, once."""
        try:
            act()
        except (OutputError, ReaderGone) as error:
            if self._spider.error is None:
                self._spider.error = error
                self._spider.logger.error("%s", error)
                self._closing = asyncio.ensure_future(self._end())

    async def _end(self) -> None:
        with suppress(RuntimeError):  # it is ending already
            await self._crawler.engine.close_spider_async(reason="disk")
