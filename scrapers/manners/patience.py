"""Asks again when a busy host has named a moment that is not far."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response

from scrapers.manners.manners import BUSY_STATUSES, Manners
from scrapers.manners.retry_after import seconds_to_wait


class Patience:
    """Downloader middleware: 429 and 503 with a Retry-After are asked again once that has passed.

    The request waits in the download handler. Where the wait is too long, or the tries are used up, the answer goes on
    as it is.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._manners = Manners.of(crawler)
        self._tries = crawler.settings.getint("RETRY_TIMES")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The request once more, or the response."""
        if response.status not in BUSY_STATUSES or request.meta.get("dont_retry"):
            return response
        seconds = seconds_to_wait(response.headers.get(b"Retry-After"))
        if seconds is None or not self._manners.may_wait(seconds) or self._crawler.spider is None:
            return response
        again = get_retry_request(
            request,
            spider=self._crawler.spider,
            reason=f"{response.status} Retry-After",
            max_retry_times=self._tries,
        )
        return again or response
