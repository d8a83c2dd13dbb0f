"""Runs the spider `news` from Python, and tells how it goes and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from scrapers.frontier.frontier import Frontier
from scrapers.frontier.state import State
from scrapers.pipelines import Options, OutputPlace
from scrapers.run import FINISHED
from scrapers.sources import Source
from scrapers.spiders.news import NewsSpider


class CrawlOutcome(NamedTuple):
    """How a run went."""

    fates: Counter[tuple[str, str]]
    """How many URLs of each site met which fate."""
    found: int
    """URLs discovered."""
    saved: int
    """Articles saved that were not known before."""
    seconds: float
    interrupted: bool
    withheld: int = 0
    """Articles saved without their text, as their publishers wish."""
    failed: int = 0
    """Addresses that somebody had named, and that gave no answer to use (`FAILURES`)."""


class Crawl(NamedTuple):
    """What a run is to do."""

    sites: Sequence[str]
    feeds: Sequence[str] = ()
    sitemaps: Sequence[str] = ()
    since: str | None = None
    until: str | None = None
    max_articles: int | None = None
    sources: Sequence[Source] = ()
    """More about the sites, from a sources file. Where there are any, they are the sites."""
    due_only: bool = False
    """Only what its schedule has due, feeds included."""
    watch: bool = False
    """Go on until somebody ends it."""


def run_news_spider(
    wanted: Crawl,
    state: State,
    *,
    places: Sequence[OutputPlace] | None = None,
    options: Options | None = None,
    settings: Mapping[str, object] | None = None,
    watch: Callable[[Frontier], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> CrawlOutcome:
    """Crawls until nothing is due; once a process, in its main thread, because Twisted's reactor cannot start again.

    state: open, and closed when this returns. places: where articles go beside it. settings: of Scrapy, over ours.
    `watch` is called after every page, and should be quick; `say` with what a person may want to know.

    Ctrl-C (or SIGTERM) lets what is under way come to its end, a second one stops at once; nothing is lost by either.
    Raises what the disk refused (StateError, OutputError) once the crawl has ended, and ReaderGone.
    """
    process = AsyncCrawlerProcess(_settings(options, settings or {}))
    crawler = process.create_crawler(NewsSpider)
    desk = _Desk(crawler, watch)
    task = process.crawl(
        crawler,
        site=" ".join(wanted.sites),
        feeds=" ".join(wanted.feeds),
        sitemaps=" ".join(wanted.sitemaps),
        since=wanted.since,
        until=wanted.until,
        max_articles=wanted.max_articles,
        due=wanted.due_only,
        watch=wanted.watch,
        sources=wanted.sources,
        state=state,
        output=places,
        say=say,
    )
    process.start()
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
    return desk.outcome()


def _settings(options: Options | None, others: Mapping[str, object]) -> Settings:
    settings = Settings()
    settings.setmodule("scrapers.settings", priority="project")
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    if options is not None:
        settings.set("BROADSHEET_OPTIONS", options, priority="cmdline")
    settings["ITEM_PIPELINES"].pop("scrapers.pipelines.RecordPipeline", None)
    settings.setdict(dict(others), priority="cmdline")
    return settings


class _Desk:
    """Listens to a crawl."""

    def __init__(self, crawler: Crawler, watch: Callable[[Frontier], None] | None) -> None:
        self._crawler = crawler
        self._watch = watch
        self._reason: str | None = None
        crawler.signals.connect(self._closed, signals.spider_closed)
        for signal in (signals.item_scraped, signals.item_dropped):
            crawler.signals.connect(self._moved, signal)

    def outcome(self) -> CrawlOutcome:
        """To be asked when the crawl is over. Raises what ended it."""
        spider = self._crawler.spider
        assert isinstance(spider, NewsSpider)
        if spider.error is not None:
            raise spider.error
        frontier = spider.frontier
        return CrawlOutcome(
            fates=frontier.fates,
            found=frontier.found,
            saved=frontier.saved,
            seconds=self._crawler.stats.get_value("elapsed_time_seconds") or 0.0,
            interrupted=self._reason != FINISHED,
            withheld=frontier.withheld,
            failed=frontier.failed,
        )

    def _moved(self) -> None:
        spider = self._crawler.spider
        if self._watch is not None and isinstance(spider, NewsSpider):
            self._watch(spider.frontier)

    def _closed(self, reason: str) -> None:
        self._reason = reason
