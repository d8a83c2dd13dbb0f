"""Asks before it reads: robots.txt, once a day and origin, as RFC 9309 wants it."""

from __future__ import annotations

import asyncio
import time
from typing import Any, NamedTuple, Protocol, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler, load_object

from scrapers.decompression import DATA_LOSS
from scrapers.discovery.owners import host_of
from scrapers.failures import Refused, reason_of, reason_of_status
from scrapers.manners.manners import Manners
from scrapers.reasons import CUT_SHORT, HEAD_TOO_LARGE, TOO_LARGE, TOO_SLOW, short
from scrapers.rights import ROBOTS

FORBIDDEN = "robots.txt forbids it"
UNREADABLE = "robots.txt cannot be read"
# What is wrong with the file, not with the way to its host.
OF_THE_FILE = frozenset((TOO_LARGE, HEAD_TOO_LARGE, TOO_SLOW, CUT_SHORT, "damaged content", "unknown content encoding"))
FIRST_BYTES = 512 * 1024  # RFC 9309, 2.5: a parser must read at least 500 KiB
BEFORE_PAGES = 1000  # priority of the requests
DAY = 86400.0  # seconds that an answer is good for (RFC 9309, 2.4)
AGAIN = 600.0  # seconds after which an origin without a usable answer is asked again
SLOWEST = 600.0  # seconds: a crawl that should wait longer between two requests is none


class RobotsRefused(Refused):
    """robots.txt forbids the request, or could not be read, which RFC 9309 says to take for the same."""


class Answer(NamedTuple):
    """What an origin said when asked for its robots.txt."""

    at: float
    """Seconds since 1970."""
    body: bytes | None
    """The rules; None: it has none (a 4xx answer)."""


class Book(Protocol):
    """Where answers are kept from run to run: a spider's attribute `robots_book`."""

    def answer(self, origin: str) -> Answer | None:
        """The last one; None: it was never asked."""

    def enter(self, origin: str, answer: Answer) -> None:
        """Keeps one."""


class Rules(NamedTuple):
    """What an answer means for this crawl."""

    parser: RobotParser | None
    """None: everything is allowed, or nothing (see `closed`)."""
    closed: str | None
    """Why nothing may be asked of the origin."""
    until: float
    """Seconds since 1970 until which it counts."""
    body: bytes | None = None
    """The rules as written, for what they say about rights."""


class RobotsGate:
    """Downloader middleware in the place of Scrapy's RobotsTxtMiddleware, which crawls on where robots.txt fails.

    A 2xx answer is obeyed, a 4xx one means that there are no rules; 429, 5xx and no answer at all close the origin (RFC
    9309, 2.3.1) until it is asked again. Crawl-delay and Request-rate are honoured.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._manners = Manners.of(crawler)
        self._user_agent: str | None = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._parser: type[RobotParser] = load_object(crawler.settings["ROBOTSTXT_PARSER"])
        self._origins: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises RobotsRefused."""
        url = urlparse_cached(request)
        if request.meta.get("dont_obey_robotstxt") or url.scheme not in ("http", "https"):
            return
        rules = await self._rules(f"{url.scheme}://{url.netloc}", request)
        if rules.closed is not None:
            raise RobotsRefused(rules.closed)
        if rules.parser is not None and not rules.parser.allowed(request.url, self._agent(request)):
            raise RobotsRefused(FORBIDDEN)
        if rules.body:
            request.meta[ROBOTS] = rules.body

    async def _rules(self, origin: str, request: Request) -> Rules:
        task = self._origins.get(origin)
        if task is None or (task.done() and task.result().until < time.time()):
            task = self._origins[origin] = asyncio.create_task(self._ask(origin, request))
        return await asyncio.shield(task)

    def _agent(self, request: Request) -> str | bytes:
        return self._user_agent or request.headers.get(b"User-Agent") or self._crawler.settings["USER_AGENT"]

    async def _ask(self, origin: str, request: Request) -> Rules:
        known = self._book.answer(origin) if self._book else None
        if known is not None and known.at + DAY > time.time():
            return await self._read(known, request)
        robots = Request(
            f"{origin}/robots.txt",
            priority=BEFORE_PAGES,
            meta={"dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
        )
        try:
            response = await self._crawler.engine.download_async(robots)
        except Exception as error:  # whatever it is, the page's own request would meet it next
            reason = reason_of(error)
            closed = f"{UNREADABLE}: {reason}" if short(reason) in OF_THE_FILE else reason
            return Rules(None, closed, time.time() + AGAIN)
        return await self._heard(origin, response, request)

    async def _heard(self, origin: str, response: Response, request: Request) -> Rules:
        if response.status == 429 or response.status >= 500:
            return Rules(None, f"{UNREADABLE}: {reason_of_status(response)}", time.time() + AGAIN)
        if DATA_LOSS in response.flags:  # the rules that are missing may be the ones that count
            return Rules(None, f"{UNREADABLE}: {CUT_SHORT}", time.time() + AGAIN)
        answer = Answer(time.time(), response.body[:FIRST_BYTES] if 200 <= response.status < 300 else None)
        if self._book:
            self._book.enter(origin, answer)
        return await self._read(answer, request)

    async def _read(self, answer: Answer, request: Request) -> Rules:
        if answer.body is None:
            return Rules(None, None, answer.at + DAY)
        parser: RobotParser = build_from_crawler(self._parser, self._crawler, answer.body)
        await self._crawler.signals.send_catch_log_async(signals.robots_parsed, robotparser=parser, request=request)
        delay = asked_delay(parser, self._agent(request))
        if delay > SLOWEST:
            return Rules(None, f"robots.txt asks for {delay:.0f} seconds between two requests", answer.at + DAY)
        self._manners.slow_down(host_of(request.url), delay)
        return Rules(parser, None, answer.at + DAY, answer.body)

    @property
    def _book(self) -> Book | None:
        return getattr(self._crawler.spider, "robots_book", None)


def asked_delay(parser: RobotParser, agent: str | bytes) -> float:
    """Seconds between two requests that a robots.txt asks for: Crawl-delay, or what Request-rate comes to."""
    name = agent.decode("latin-1") if isinstance(agent, bytes) else agent
    delay = parser.crawl_delay(name) or 0.0
    rules: Any = getattr(parser, "rp", None)
    rate = rules.request_rate(name) if hasattr(rules, "request_rate") else None
    return max(delay, rate.seconds / rate.requests if rate and rate.requests else 0.0)
