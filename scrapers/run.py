"""Runs the spider `article` from Python and hands out what comes of every URL while the crawl goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings
from twisted.python.failure import Failure as TwistedFailure

from items import Article, Failure
from scrapers.pipelines import CleanPipeline, Failed, NotAnArticle, Options, disk_refused
from scrapers.spiders.article import ArticleSpider

FINISHED = "finished"
NOTHING_CAME = "nothing came of it"


class Outcome(NamedTuple):
    """How a crawl ended. Of every URL read there is an article, a skip or a failure, or it is `unfinished`."""

    articles: int
    skipped: int
    failed: int
    repeated: int
    """URLs given more than once, fetched once."""
    unfinished: tuple[str, ...]
    """URLs that were begun when the crawl was interrupted."""
    interrupted: bool


def run_article_spider(
    urls: Iterable[str],
    *,
    on_article: Callable[[Article], None],
    on_failure: Callable[[Failure], None],
    on_skipped: Callable[[Article, str], None] | None = None,
    options: Options | None = None,
    workers: int = 0,
    allow_private: bool = False,
    keep_all: bool = False,
    scrapy_settings: Mapping[str, str] | None = None,
) -> Outcome:
    """Fetches and cleans the URLs; once a process, in its main thread, because Twisted's reactor cannot start again.

    The callbacks are called in the order things happen, one at a time, and should be quick: nothing is fetched
    meanwhile. `on_skipped` gets pages that are no articles, with the reason; with `keep_all` these go to `on_article`.
    `workers` 0: as many as the machine has cores. `scrapy_settings` are what `scrapy crawl -s` takes; by default only
    errors are logged.

    Ctrl-C (or SIGTERM) lets what is under way come to its end, a second one stops at once. What a callback or
    `urls` raises ends the crawl and comes out of here.
    """
    settings = _settings(options or Options(), workers, allow_private, keep_all, scrapy_settings or {})
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(ArticleSpider)
    desk = Desk(crawler, on_article, on_failure, on_skipped)
    task = process.crawl(crawler, urls=desk.watched(urls))
    process.start()
    if desk.error is not None:
        raise desk.error
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
    return desk.outcome()


def _settings(
    options: Options, workers: int, allow_private: bool, keep_all: bool, others: Mapping[str, str]
) -> Settings:
    settings = Settings()
    settings.setmodule("scrapers.settings", priority="project")
    ours = {
        "ITEM_PIPELINES": {CleanPipeline: 300},
        "LOG_LEVEL": "ERROR",
        "BROADSHEET_OPTIONS": options,
        "BROADSHEET_WORKERS": workers,
        "BROADSHEET_ALLOW_PRIVATE": allow_private,
        "BROADSHEET_ALL": keep_all,
    }
    settings.setdict({**ours, **others}, priority="cmdline")
    return settings


class Desk:
    """Where a crawl's results arrive, through Scrapy's signals, and are counted and handed out."""

    def __init__(
        self,
        crawler: Crawler,
        on_article: Callable[[Article], None],
        on_failure: Callable[[Failure], None],
        on_skipped: Callable[[Article, str], None] | None,
    ) -> None:
        self.error: BaseException | None = None
        """What a callback raised."""
        self._crawler = crawler
        self._on_article, self._on_failure, self._on_skipped = on_article, on_failure, on_skipped
        self._articles = self._skipped = self._failed = 0
        self._reason: str | None = None
        self._closing: asyncio.Task[None] | None = None
        crawler.signals.connect(self._scraped, signals.item_scraped)
        crawler.signals.connect(self._dropped, signals.item_dropped)
        crawler.signals.connect(self._broken, signals.item_error)
        crawler.signals.connect(self._broken, signals.spider_error)
        crawler.signals.connect(self._closed, signals.spider_closed)
        crawler.signals.connect(self._refused, disk_refused)

    def watched(self, urls: Iterable[str]) -> Iterator[str]:
        """The URLs; an error while reading them ends the crawl as one in a callback does."""
        try:
            yield from urls
        except Exception as error:
            self._stop(error)

    def outcome(self) -> Outcome:
        """To be asked when the crawl is over."""
        return Outcome(
            articles=self._articles,
            skipped=self._skipped,
            failed=self._failed,
            repeated=self._crawler.stats.get_value("broadsheet/repeated", 0),
            unfinished=self._waiting(),
            interrupted=self._reason != FINISHED,
        )

    def _scraped(self, item: Any) -> None:
        if isinstance(item, Article):
            self._articles += 1
            self._hand_out(self._on_article, item)

    def _dropped(self, exception: BaseException, response: Any) -> None:
        if isinstance(exception, Failed):
            self._fail(exception.failure.source, exception.failure.reason, response)
        elif isinstance(exception, NotAnArticle):
            self._skipped += 1
            if self._on_skipped is not None:
                self._hand_out(self._on_skipped, exception.article, exception.reason)

    def _broken(self, failure: TwistedFailure, response: Any) -> None:
        """A bug of ours, logged by Scrapy: it costs this page, not the run."""
        self._fail("", f"internal error: {type(failure.value).__name__}", response)

    def _closed(self, reason: str) -> None:
        self._reason = reason
        if reason == FINISHED:
            for url in self._waiting():
                self._fail(url, NOTHING_CAME, None)

    def _fail(self, source: str, reason: str, response: Any) -> None:
        self._failed += 1
        self._hand_out(self._on_failure, Failure(_given(response) or source, reason))

    def _hand_out(self, take: Callable[..., None], *results: Any) -> None:
        if self.error is not None:
            return
        try:
            take(*results)
        except BaseException as error:
            self._stop(error)

    def _refused(self, error: BaseException) -> None:
        if self.error is None and self._reason is None:
            self._stop(error)
        self.error = self.error or error

    def _stop(self, error: BaseException) -> None:
        """Ends the crawl; run_article_spider raises the error again, where the caller can catch it."""
        self.error = error
        self._closing = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason="stopped"))

    def _waiting(self) -> tuple[str, ...]:
        spider = self._crawler.spider
        return tuple(spider.waiting) if isinstance(spider, ArticleSpider) else ()


def _given(response: Any) -> str | None:
    """The URL as it was given, of a response or a failed request; None for what never was a request."""
    request = getattr(response, "request", None)
    return None if request is None else request.cb_kwargs.get("source")
