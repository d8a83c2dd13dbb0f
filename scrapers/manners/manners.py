"""One crawl's manners: when a request may go out, and what the answers ask for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import ClassVar
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.spidermiddlewares.httperror import HttpError

from scrapers.discovery.owners import host_of
from scrapers.failures import Refused
from scrapers.manners.budget import Budget, Wait
from scrapers.manners.retry_after import seconds_to_wait

BUSY_STATUSES = frozenset((429, 503))
SLOWEST = 60.0  # seconds: a delay that grew because of 429 answers grows no further
LONGEST_NAP = 5.0  # seconds between two looks at the clock while waiting: others may have closed or opened the host

host_closed = object()
"""Signal: a host wishes to be left alone. Arguments: host (with port), url, seconds."""


class HostClosed(Refused):
    """The host asked to be left alone for longer than a request should wait; `seconds` says how long."""

    def __init__(self, seconds: float) -> None:
        until = datetime.fromtimestamp(time.time() + seconds, UTC).strftime("%Y-%m-%d %H:%M")
        super().__init__(f"the host asked us to wait: until {until} UTC")
        self.seconds = seconds


def asked_wait(error: BaseException) -> float | None:
    """Seconds that a host wishes to be left alone, from the exception Scrapy's errback receives. None: no such wish."""
    if isinstance(error, HostClosed):
        return error.seconds
    if isinstance(error, HttpError) and error.response.status in BUSY_STATUSES:
        return seconds_to_wait(error.response.headers.get(b"Retry-After"))
    return None


class Manners:
    """Shared by all components of a crawl (`of`). Reads DOWNLOAD_DELAY, CONCURRENT_REQUESTS_PER_DOMAIN, and ours:
    BROADSHEET_BUDGET (the shared file; None: the user's runtime folder), BROADSHEET_LONGEST_WAIT (seconds)."""

    _crawls: ClassVar[WeakKeyDictionary[Crawler, Manners]] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._connections = max(1, settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self._longest_wait = settings.getfloat("BROADSHEET_LONGEST_WAIT")
        self._path: str | None = settings.get("BROADSHEET_BUDGET")
        self._budget: Budget | None = None
        self._slower: dict[str, float] = {}
        self._closed: dict[str, float] = {}

    @classmethod
    def of(cls, crawler: Crawler) -> Manners:
        """The crawl's one."""
        if crawler not in cls._crawls:
            cls._crawls[crawler] = cls(crawler)
        return cls._crawls[crawler]

    def delay(self, host: str) -> float:
        """Seconds between two requests to a host: ours, or more where it asks for more."""
        return max(self._delay, self._slower.get(host, 0.0))

    def slow_down(self, host: str, seconds: float) -> None:
        """The host asks for at least so long between two requests (Crawl-delay, Request-rate)."""
        self._slower[host] = max(self._slower.get(host, 0.0), seconds)

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Waits until the host may be asked, and counts the request as under way. Raises HostClosed."""
        host = host_of(url)
        while (left := self._closed.get(host, 0.0) - time.time()) > 0:
            await self._nap(left)
        if self.delay(host) <= 0:
            yield
            return
        number = await self._begin(host)
        try:
            yield
        finally:
            await self._end(number, host)

    def heed(self, url: str, status: int, retry_after: bytes | None) -> None:
        """Takes in what an answer says of our manners."""
        if status not in BUSY_STATUSES:
            return
        host = host_of(url)
        seconds = seconds_to_wait(retry_after)
        if seconds is None:
            if status == 429:
                self.slow_down(host, min(SLOWEST, 2 * self.delay(host)))
            return
        self._closed[host] = max(self._closed.get(host, 0.0), time.time() + seconds)
        if self.delay(host) > 0:
            self._shared().close_host(host, seconds)
        self._crawler.stats.inc_value("broadsheet/asked_to_wait")
        self._crawler.signals.send_catch_log(host_closed, host=host, url=url, seconds=seconds)

    def may_wait(self, seconds: float) -> bool:
        """Whether a request should wait for so long, rather than come back another time."""
        return seconds <= self._longest_wait

    def close(self) -> None:
        """Lets go of the shared file."""
        if self._budget is not None:
            self._budget.close()
            self._budget = None

    async def _begin(self, host: str) -> int:
        while True:
            try:
                return self._shared().begin(host, self.delay(host), self._connections)
            except Wait as wait:
                await self._nap(wait.seconds, closed=wait.closed)

    async def _end(self, number: int, host: str) -> None:
        while True:
            try:
                # With one connection the delay is counted from the answer, so that no slow way to the host makes two
                # requests arrive closer together than they were sent.
                self._shared().end(number, host, rest=self._connections == 1)
            except Wait as wait:
                await asyncio.sleep(wait.seconds)
            else:
                return

    async def _nap(self, seconds: float, *, closed: bool = True) -> None:
        if closed and not self.may_wait(seconds):
            raise HostClosed(seconds)
        await asyncio.sleep(min(seconds, LONGEST_NAP))

    def _shared(self) -> Budget:
        if self._budget is None:
            self._budget = Budget(self._path)
        return self._budget
