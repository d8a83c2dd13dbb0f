"""The download handler of crawls with a browser. Apart from `browser.py`, because it needs the extra to be imported."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from scrapers.browser import guard_hops
from scrapers.manners.handler import PoliteHandler
from scrapers.safety import AddressRefused, why_refused


class PoliteBrowser(PoliteHandler, ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it has no types
    """scrapy-playwright's handler with manners; requests without `playwright` in their meta go out as always."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._allow_private = crawler.settings.getbool("BROADSHEET_ALLOW_PRIVATE")

    async def download_request(self, request: Request) -> Response:
        """See Scrapy's. Raises AddressRefused where the browser was led to an address that is refused."""
        if request.meta.get("playwright"):
            request.meta["playwright_page_init_callback"] = self._guard
        response = await super().download_request(request)
        reason = why_refused(response.url, allow_private=self._allow_private)
        if reason is not None:
            raise AddressRefused(reason)
        return response

    async def _guard(self, page: Any, _: Request) -> None:
        await guard_hops(page, allow_private=self._allow_private)
