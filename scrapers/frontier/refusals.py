"""What the disk refuses to the state file ends the crawl, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from scrapy.crawler import Crawler

from scrapers.frontier.errors import StateError
from scrapers.pipelines import disk_refused


@contextmanager
def ended_by_refusal(crawler: Crawler) -> Iterator[None]:
    """Tells the crawl (`CrawlPipeline` listens) of a StateError inside the block, and goes on behind it."""
    try:
        yield
    except StateError as error:
        crawler.signals.send_catch_log(disk_refused, error=error)
