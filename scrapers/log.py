"""One line a page in the log: what Scrapy would print with the whole page beside it."""

from __future__ import annotations

import logging
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure as TwistedFailure

from items import Article, Failure, Page
from scrapers.bookmark import Read
from scrapers.frontier.frontier import Arrival
from scrapers.reasons import one_line

# Scrapy's own lists, of several lines, which hold nothing that a page said.
LISTS = frozenset(("scrapy.statscollectors", "scrapy.utils.log", "scrapy.crawler", "scrapy.middleware"))

Source = Response | TwistedFailure | None
Ours = Page | Article | Failure | Arrival | Read


class CalmLogFormatter(LogFormatter):
    """Names pages, articles and failures by their address; other people's items are logged as Scrapy does it.

    With it come logs of one event a line: whatever handles them (LOG_FILE, standard error) writes them so.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        for handler in logging.root.handlers:
            if not isinstance(handler.formatter, OneLine):
                handler.setFormatter(OneLine(handler.formatter))
        return super().from_crawler(crawler)

    def scraped(self, item: Any, response: Source, spider: Spider) -> LogFormatterResult:
        if isinstance(item, Article):
            item = _name(item)
        return super().scraped(item, response, spider)

    def dropped(self, item: Any, exception: BaseException, response: Source, spider: Spider) -> LogFormatterResult:
        result = super().dropped(item, exception, response, spider)
        if not isinstance(item, Ours):
            return result
        return {"level": result["level"], "msg": "%(line)s", "args": {"line": str(exception)}}

    def item_error(self, item: Any, exception: BaseException, response: Source, spider: Spider) -> LogFormatterResult:
        if not isinstance(item, Ours):
            return super().item_error(item, exception, response, spider)
        return {"level": logging.ERROR, "msg": "Error processing %(item)s", "args": {"item": _name(item)}}


class OneLine(logging.Formatter):
    """What another formatter gives, tracebacks included, with line ends and control characters escaped."""

    def __init__(self, inner: logging.Formatter | None) -> None:
        super().__init__()
        self._inner = inner or logging.Formatter()

    def format(self, record: logging.LogRecord) -> str:
        """One line; several only for the lists that Scrapy begins and ends with."""
        text = self._inner.format(record)
        if text.isprintable() or (record.name in LISTS and record.levelno < logging.WARNING):
            return text
        return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _name(item: Ours) -> str:
    if isinstance(item, Read):
        return f"page {item.nth:,} of {one_line(item.file)}"
    if isinstance(item, Arrival):
        return one_line(item.lease.given)
    source = item.source if isinstance(item, Failure) else item.url
    return one_line(source or "a page without address")
