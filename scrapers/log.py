"""One line a page in the log: what Scrapy would print with the whole page beside it."""

from __future__ import annotations

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure as TwistedFailure

from items import Article, Failure, Page
from scrapers.reasons import one_line

Source = Response | TwistedFailure | None


class CalmLogFormatter(LogFormatter):
    """Names pages, articles and failures by their address; other people's items are logged as Scrapy does it."""

    def scraped(self, item: Any, response: Source, spider: Spider) -> LogFormatterResult:
        if isinstance(item, Article):
            item = _name(item)
        return super().scraped(item, response, spider)

    def dropped(self, item: Any, exception: BaseException, response: Source, spider: Spider) -> LogFormatterResult:
        result = super().dropped(item, exception, response, spider)
        if not isinstance(item, Page | Article | Failure):
            return result
        return {"level": result["level"], "msg": "%(line)s", "args": {"line": str(exception)}}

    def item_error(self, item: Any, exception: BaseException, response: Source, spider: Spider) -> LogFormatterResult:
        if not isinstance(item, Page | Article | Failure):
            return super().item_error(item, exception, response, spider)
        return {"level": logging.ERROR, "msg": "Error processing %(item)s", "args": {"item": _name(item)}}


def _name(item: Page | Article | Failure) -> str:
    source = item.source if isinstance(item, Failure) else item.url
    return one_line(source or "a page without address")
