"""What an answer may cost before it is one: the head of a response within bounds, and a body that keeps coming.

Scrapy has a deadline for a whole answer and a limit on its body, but none on the head, which it keeps in memory for as
long as the deadline allows.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, StopDownload
from scrapy.http import Response
from twisted.internet.interfaces import IAddress
from twisted.web.client import ResponseFailed

from scrapers.failures import Refused
from scrapers.reasons import HEAD_TOO_LARGE, TOO_SLOW

# Chromium's limit on the size (net/http/http_stream_parser.h). Its number of lines is free; curl stops at 5,000.
LARGEST_HEAD = 256 * 1024
MOST_LINES = 1000


# Every piece of a body passes through Python, 30 µs each: ten megabytes of one-byte chunks would cost five minutes.
MOST_CRUMBS = 20_000
CRUMB = 64  # bytes that a piece has on the average where servers write line by line


class HeadTooLarge(Refused):
    """The response's status line and headers go on and on."""


class TooSlow(Refused):
    """The body comes slower than BROADSHEET_LEAST_RATE."""


class Crumbs(StopDownload):
    """The body comes in more and smaller pieces than anybody would send."""


class BoundedParser(_LenientHTTPClientParser):
    """Raises HeadTooLarge from the connection when a head is beyond its bounds.

    Interim answers (1xx) count towards the head of the answer that they come before.
    """

    _lines = 0
    _size = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  # Twisted's interface
        self._lines += 1
        self._size += len(line)
        if self._lines > MOST_LINES or self._size > LARGEST_HEAD:
            raise HeadTooLarge(HEAD_TOO_LARGE)
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        """A line beyond Twisted's 16 KB, which would only close the connection."""
        raise HeadTooLarge(HEAD_TOO_LARGE)


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """A connection whose answers are read by BoundedParser."""

    def request(self, request: Any) -> Any:
        """See Scrapy's, which puts its own parser in the same way."""
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = BoundedParser
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes such connections, for a connection pool."""

    def buildProtocol(self, addr: IAddress | None) -> BoundedProtocol:  # noqa: N802
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


def head_too_large(error: DownloadFailedError) -> bool:
    """Whether that is why a download failed."""
    cause = error.__cause__
    return isinstance(cause, ResponseFailed) and any(failure.check(HeadTooLarge) for failure in cause.reasons)


class Pace:
    """Gives a body up that comes too slowly, or in crumbs. Reads BROADSHEET_LEAST_RATE (bytes a second; 0: no limit)
    and BROADSHEET_SLOW_SECONDS (for how long at a stretch)."""

    def __init__(self, crawler: Crawler) -> None:
        self._seconds = crawler.settings.getfloat("BROADSHEET_SLOW_SECONDS")
        self._least = crawler.settings.getfloat("BROADSHEET_LEAST_RATE") * self._seconds
        self._kept: set[Request] = set()
        """Requests under way here: the signals tell of those of the other handlers, too."""
        self._received: dict[Request, int] = {}
        """Bytes of the bodies under way."""
        self._pieces: Counter[Request] = Counter()
        """In how many pieces they came."""
        crawler.signals.connect(self._began, signals.headers_received)
        crawler.signals.connect(self._came, signals.bytes_received)

    async def keep(self, request: Request, download: Coroutine[Any, Any, Response]) -> Response:
        """What the download gives. Raises TooSlow, and what the download raises."""
        task = asyncio.ensure_future(download)
        self._kept.add(request)
        try:
            if self._least > 0:
                await self._watch(request, task)
            return await task
        except Crumbs as stopped:
            raise TooSlow(f"{TOO_SLOW}: in pieces of less than {CRUMB} bytes") from stopped
        finally:
            task.cancel()
            self._kept.discard(request)
            self._received.pop(request, None)
            self._pieces.pop(request, None)

    async def _watch(self, request: Request, task: asyncio.Future[Response]) -> None:
        """Returns when the download has ended. Raises TooSlow."""
        before: int | None = None
        while not (await asyncio.wait((task,), timeout=self._seconds))[0]:
            received = self._received.get(request)
            if before is not None and received is not None and received - before < self._least:
                raise TooSlow(f"{TOO_SLOW}: less than {self._least:.0f} bytes in {self._seconds:g} s")
            before = received

    def _began(self, request: Request) -> None:
        if request in self._kept:
            self._received[request] = 0

    def _came(self, data: bytes, request: Request) -> None:
        if request in self._received:
            self._received[request] += len(data)
            self._pieces[request] += 1
            if self._pieces[request] > MOST_CRUMBS and self._received[request] < MOST_CRUMBS * CRUMB:
                raise Crumbs
