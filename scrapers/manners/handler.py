"""Scrapy's download handler, with manners: the last place a request passes before it goes out."""

from __future__ import annotations

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError
from scrapy.http import Response

from scrapers.manners.manners import Manners
from scrapers.reasons import HEAD_TOO_LARGE
from scrapers.wire import BoundedFactory, HeadTooLarge, Pace, head_too_large


class PoliteHandler(HTTP11DownloadHandler):
    """Sends a request when the host's turn has come. Raises HostClosed where that would take too long,
    and HeadTooLarge and TooSlow for an answer that is beyond its bounds.

    Not a middleware: behind all of those Scrapy still queues requests for a host, and what left a middleware a second
    apart may reach the host together.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._manners = Manners.of(crawler)
        self._pace = Pace(crawler)
        self._pool._factory = BoundedFactory

    async def download_request(self, request: Request) -> Response:
        """See Scrapy's."""
        async with self._manners.turn(request.url):
            response = await self._pace.keep(request, self._answer(request))
            self._manners.heed(request.url, response.status, response.headers.get(b"Retry-After"))
        return response

    async def _answer(self, request: Request) -> Response:
        try:
            return await super().download_request(request)
        except DownloadFailedError as error:
            if head_too_large(error):
                raise HeadTooLarge(HEAD_TOO_LARGE) from error
            raise

    async def close(self) -> None:
        """See Scrapy's."""
        self._manners.close()
        await super().close()
