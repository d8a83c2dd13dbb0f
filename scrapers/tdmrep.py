"""Asks an origin once a day what it reserves: `/.well-known/tdmrep.json` of the TDM Reservation Protocol.

W3C community group report of 10 May 2024, section "TDM File on the Origin Server": an array of rules, of which the
first whose location matches the path counts; locations are written as in robots.txt.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple, Self
from urllib.parse import unquote, urlsplit

import msgspec
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from items import Signal
from scrapers.decompression import DATA_LOSS
from scrapers.politeness import AGAIN, DAY, Answer, Book

TDMREP = "broadsheet_tdmrep"
"""The key of request.meta under which an origin's Answer is left."""
PATH = "/.well-known/tdmrep.json"
LARGEST = 256 * 1024
MOST_RULES = 1000
LONGEST_LOCATION = 2000
LONGEST_RAW = 500
SOURCE = "tdmrep.json"


class Reservations:
    """Downloader middleware: once an origin has answered with a page, leaves its reservations at the request.

    The file is asked for like any page: where robots.txt allows it, in its turn, at a public address. One that does not
    come, or is none, says nothing.
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("BROADSHEET_TDMREP"):
            raise NotConfigured
        self._crawler = crawler
        self._origins: dict[str, asyncio.Task[Answer]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response as it came."""
        parts = urlsplit(response.url)
        wanted = request.callback is not NO_CALLBACK and response.status == 200 and isinstance(response, TextResponse)
        if wanted and parts.scheme in ("http", "https"):
            answer = await self._answer(f"{parts.scheme}://{parts.netloc}")
            if answer.body:
                request.meta[TDMREP] = answer
        return response

    async def _answer(self, origin: str) -> Answer:
        task = self._origins.get(origin)
        if task is None or (task.done() and task.result().at + DAY < time.time()):
            task = self._origins[origin] = asyncio.create_task(self._ask(origin + PATH))
        return await asyncio.shield(task)

    async def _ask(self, url: str) -> Answer:
        known = self._book.answer(url) if self._book else None
        if known is not None and known.at + DAY > time.time():
            return known
        meta = {"dont_retry": True, "download_maxsize": LARGEST}
        try:
            response = await self._crawler.engine.download_async(Request(url, callback=NO_CALLBACK, meta=meta))
        except Exception:  # whatever it is, nothing was reserved by it
            return Answer(time.time() - DAY + AGAIN, None)
        if response.status == 429 or response.status >= 500 or DATA_LOSS in response.flags:
            return Answer(time.time() - DAY + AGAIN, None)
        answer = Answer(time.time(), response.body[:LARGEST] if response.status == 200 else None)
        if self._book:
            self._book.enter(url, answer)
        return answer

    @property
    def _book(self) -> Book | None:
        return getattr(self._crawler.spider, "robots_book", None)


def reservation(answer: Answer, url: str) -> Signal | None:
    """What an origin's file says of the page at `url`, the rule as it was written. None: nothing."""
    path = unquote(urlsplit(url).path) or "/"
    at = datetime.fromtimestamp(answer.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = (Signal(SOURCE, rule.raw, at) for rule in _rules(answer.body or b"") if matches(rule.location, path))
    return next(found, None)


def matches(location: str, path: str) -> bool:
    """Whether a pattern as in robots.txt (* for anything, $ for the end) matches a decoded path; in linear time."""
    first, *others = (unquote(part) for part in location.removesuffix("$").split("*"))
    if not path.startswith(first):
        return False
    if location.endswith("$"):
        last = others.pop() if others else None
        if last is None:
            return path == first
        if not path.endswith(last):
            return False
        path = path[: len(path) - len(last)]
    at = len(first)
    for part in others:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return at <= len(path)


class _Rule(NamedTuple):
    location: str
    raw: str


@lru_cache(maxsize=64)
def _rules(body: bytes) -> tuple[_Rule, ...]:
    try:
        rules = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError):
        return ()
    return tuple(_read(rules[:MOST_RULES]))


def _read(rules: list[msgspec.Raw]) -> Iterator[_Rule]:
    for raw in rules:
        try:
            rule = msgspec.json.decode(raw, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            continue
        location = rule.get("location")
        if isinstance(location, str) and len(location) <= LONGEST_LOCATION and "tdm-reservation" in rule:
            yield _Rule(location, _as_written(bytes(raw), rule))


def _as_written(raw: bytes, rule: dict[str, Any]) -> str:
    """The rule on one line; of a very long one only what counts."""
    text = " ".join(raw.decode("utf-8", "replace").split())
    if len(text) <= LONGEST_RAW:
        return text
    known = {"tdm-reservation": rule["tdm-reservation"], "tdm-policy": rule.get("tdm-policy")}
    return msgspec.json.encode({name: str(value)[:200] for name, value in known.items()}).decode()
