"""Spider `article`: fetches the pages somebody names.

scrapy crawl article -a url=https://example.org/story -O out.jsonl
scrapy crawl article -a urls_file=urls.txt -O out.jsonl
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from items import Failure, Page
from scrapers.failures import reason_of
from scrapers.pages import page_of
from scrapers.reasons import one_line
from scrapers.safety import NOT_HTTP, why_refused

# Enough of the list to have work for every host in it, not so much that a long list fills the memory.
READ_AHEAD = 10_000
MOMENT = 0.05
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


class BadArgument(ValueError):
    """A spider argument that cannot be used; the message says in one line what is wrong with it."""


class ArticleSpider(Spider):
    """Yields a Page for every URL that gives one, and a Failure for every other; each URL is fetched once.

    Arguments: `url`, `urls_file` (one URL a line, blank lines and # comments skipped, `-` reads standard input),
    `allow_private` (true or false: the setting BROADSHEET_ALLOW_PRIVATE). From Python also `urls`, any iterable.
    """

    name = "article"

    def __init__(
        self,
        url: str | None = None,
        urls_file: str | None = None,
        urls: Iterable[str] | None = None,
        allow_private: str | bool | None = None,
        **kwargs: Any,
    ) -> None:
        self.check_arguments(url, urls_file, urls, allow_private)
        super().__init__(**kwargs)
        self._url, self._urls_file, self._urls = url, urls_file, urls
        self._allow_private = _truth(allow_private)
        self._seen: set[bytes] = set()
        self.waiting: set[str] = set()
        """URLs that were begun and have neither a page nor a failure yet."""

    @classmethod
    def check_arguments(
        cls,
        url: str | None = None,
        urls_file: str | None = None,
        urls: Iterable[str] | None = None,
        allow_private: str | bool | None = None,
        **_: Any,
    ) -> None:
        """Raises BadArgument for what can be known to be wrong without reading or fetching anything."""
        if url is None and urls_file is None and urls is None:
            raise BadArgument("nothing to fetch: give -a url=https://… or -a urls_file=FILE (- for standard input)")
        if url is not None and (reason := _unusable(url.strip())):
            raise BadArgument(f"{one_line(url)}: {reason}")
        if urls_file not in (None, "-"):
            _check_readable(str(urls_file))
        _truth(allow_private)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider._allow_private is not None:
            crawler.settings.set("BROADSHEET_ALLOW_PRIVATE", spider._allow_private, priority="spider")
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """A request for every URL given, and a Failure for every line that is none."""
        empty = True
        for url in self._given():
            empty = False
            begun = self._begin(url)
            if begun is not None:
                yield begun
            await self._room()
        if empty:
            self.logger.error("nothing to fetch: no URL was given")
            raise CloseSpider("nothing to fetch")

    def parse(self, response: Response, source: str) -> Iterator[Page | Failure]:
        """The page of a response, or why it holds none."""
        self.waiting.discard(source)
        yield page_of(response, source)

    def fail(self, failure: TwistedFailure) -> Iterator[Failure]:
        """Why a request gave no response."""
        source: str = failure.request.cb_kwargs["source"]  # type: ignore[attr-defined]
        self.waiting.discard(source)
        assert failure.value is not None
        yield Failure(source, reason_of(failure.value))

    def _given(self) -> Iterator[str]:
        if self._url is not None:
            yield self._url.strip()
        if self._urls_file == "-":
            yield from urls_in(list(sys.stdin))  # read whole: a pipe that pauses must not stop the crawl
        elif self._urls_file is not None:
            with open(self._urls_file, encoding="utf-8-sig", errors="replace") as lines:
                yield from urls_in(lines)
        yield from urls_in(self._urls or ())

    def _begin(self, url: str) -> Request | Failure | None:
        """None: the same URL was begun before."""
        if reason := _unusable(url):
            return Failure(url, reason)
        if len(url) > self.settings.getint("URLLENGTH_LIMIT"):
            return Failure(url, "address too long")
        # Not filtered by Scrapy: a page that another one redirects to is still to be answered for.
        request = Request(url, callback=self.parse, errback=self.fail, cb_kwargs={"source": url}, dont_filter=True)
        fingerprint = self.crawler.request_fingerprinter.fingerprint(request)
        if fingerprint in self._seen:
            self.crawler.stats.inc_value("broadsheet/repeated")
            return None
        self._seen.add(fingerprint)
        self.waiting.add(url)
        return request

    async def _room(self) -> None:
        """Waits while enough requests are scheduled."""
        scheduler: Any = self.crawler.engine.scheduler
        while len(scheduler) >= READ_AHEAD:
            await asyncio.sleep(MOMENT)


def urls_in(lines: Iterable[str]) -> Iterator[str]:
    """The URLs of a list, one a line; blank lines and lines that begin with # are skipped."""
    stripped = (line.strip() for line in lines)
    return (line for line in stripped if line and not line.startswith("#"))


def _unusable(url: str) -> str | None:
    reason = why_refused(url, allow_private=True)  # private addresses are a matter of the crawl, not of the list
    if reason == NOT_HTTP and "://" not in url:
        return f"{reason}: does https:// belong in front of it?"
    return reason


def _check_readable(path: str) -> None:
    if os.path.isdir(path):
        raise BadArgument(f"{one_line(path)}: is a folder, not a list of URLs")
    if not os.path.exists(path):
        raise BadArgument(f"{one_line(path)}: no such file")
    if not os.access(path, os.R_OK):
        raise BadArgument(f"{one_line(path)}: not readable")


def _truth(value: str | bool | None) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if value.lower() in TRUE | FALSE:
        return value.lower() in TRUE
    raise BadArgument(f"allow_private={one_line(value)}: neither true nor false")
