"""Asks before it reads: robots.txt, once an origin, as RFC 9309 wants it."""

from __future__ import annotations

import asyncio
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler, load_object

from scrapers.reasons import Refused, reason_of, reason_of_status

FORBIDDEN = "robots.txt forbids it"
FIRST_BYTES = 512 * 1024  # RFC 9309, 2.5: a parser must read at least 500 KiB
BEFORE_PAGES = 1000  # priority of the requests


class RobotsRefused(Refused):
    """robots.txt forbids the request, or could not be read, which RFC 9309 says to take for the same."""


class RobotsGate:
    """Downloader middleware in the place of Scrapy's RobotsTxtMiddleware, which crawls on where robots.txt fails.

    A 2xx answer is obeyed, a 4xx one means that there are no rules; 429, 5xx and no answer at all close the origin for
    the rest of the crawl (RFC 9309, 2.3.1).
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self._crawler = crawler
        self._user_agent: str | None = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._parser: type[RobotParser] = load_object(crawler.settings["ROBOTSTXT_PARSER"])
        self._origins: dict[str, asyncio.Task[RobotParser | str | None]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises RobotsRefused."""
        url = urlparse_cached(request)
        if request.meta.get("dont_obey_robotstxt") or url.scheme not in ("http", "https"):
            return
        origin = f"{url.scheme}://{url.netloc}"
        if origin not in self._origins:
            self._origins[origin] = asyncio.create_task(self._ask(origin, request))
        rules = await asyncio.shield(self._origins[origin])
        if isinstance(rules, str):
            raise RobotsRefused(rules)
        if rules is not None and not rules.allowed(request.url, self._agent(request)):
            raise RobotsRefused(FORBIDDEN)

    def _agent(self, request: Request) -> str | bytes:
        return self._user_agent or request.headers.get(b"User-Agent") or self._crawler.settings["USER_AGENT"]

    async def _ask(self, origin: str, request: Request) -> RobotParser | str | None:
        """The origin's rules; None: it has none; a text: why it is closed to us."""
        robots = Request(
            f"{origin}/robots.txt",
            priority=BEFORE_PAGES,
            meta={"dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
        )
        try:
            response = await self._crawler.engine.download_async(robots)
        except Exception as error:  # whatever it is, the page's own request would meet it next
            return reason_of(error)
        return await self._rules(response, request)

    async def _rules(self, response: Response, request: Request) -> RobotParser | str | None:
        if response.status == 429 or response.status >= 500:
            return f"robots.txt cannot be read: {reason_of_status(response)}"
        if not 200 <= response.status < 300:
            return None
        rules: RobotParser = build_from_crawler(self._parser, self._crawler, response.body[:FIRST_BYTES])
        await self._crawler.signals.send_catch_log_async(signals.robots_parsed, robotparser=rules, request=request)
        return rules
