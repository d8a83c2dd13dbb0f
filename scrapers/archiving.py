"""Keeps every answer as it came, so that pages can be cleaned again without fetching (BROADSHEET_ARCHIVE)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from scrapers.pages import FETCHED_AT, now
from scrapers.pipelines import ArchivedResponse, OutputError, archive_of, space_of, telling
from scrapers.withheld import is_withheld


class Archiving:
    """Downloader middleware next to the wire: redirects and errors are kept too, and bodies as they were compressed.

    The moment that stands in the archive is the one that the article's `fetched_at` will have.
    """

    def __init__(self, crawler: Crawler) -> None:
        archive = archive_of(crawler)
        if archive is None:
            raise NotConfigured
        self._crawler = crawler
        self._space = space_of(crawler)
        self._archive = archive
        self._keeps_all = crawler.settings.getbool("BROADSHEET_STORE_WITHHELD")
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response as it came, once it is kept. Raises OutputError."""
        moment = now()
        request.meta[FETCHED_AT] = moment
        headers = tuple((name, value) for name, values in response.headers.items() for value in values)
        answer = ArchivedResponse(response.url, moment, response.status, _reason(response), headers, response.body)
        with telling(self._crawler):
            await asyncio.to_thread(self._keep, answer, response)
        return response

    def _keep(self, answer: ArchivedResponse, response: Response) -> None:
        """Keeps an answer; of one that its publisher does not want stored only what its head says."""
        if not self._keeps_all and is_withheld(response, answer.moment):
            answer = answer._replace(body=b"", truncated=True)
        self._space.check()
        self._archive.keep(answer)

    def _close(self) -> None:
        with suppress(OutputError), telling(self._crawler):
            self._archive.close()


def _reason(response: Response) -> str:
    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return ""
