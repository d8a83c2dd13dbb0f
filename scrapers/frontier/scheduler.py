"""Scrapy's scheduler over a state file: it holds no queue, what is due is asked for when there is room for it."""

from __future__ import annotations

from collections import deque
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from scrapers.frontier.frontier import Frontier
from scrapers.frontier.refusals import ended_by_refusal
from scrapers.frontier.urls import Lease

LEASE = "lease"
"""The key in a request's meta: redirects and retries keep it."""


ENDINGS = {"shutdown": "interrupted"}
"""What the book of runs calls Scrapy's reasons to finish."""


class FrontierScheduler(BaseScheduler):
    """Hands out a spider's due URLs. The state file knows every URL once, so nothing else filters duplicates.

    For spiders that have a `frontier` (when the scheduler opens) and make requests of leases with `request_for`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._stats = crawler.stats
        self._again: deque[Request] = deque()
        self._spider: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        self._spider = spider

    def close(self, reason: str) -> None:
        """Ends the run and lets go of the state file, after everything else has ended."""
        if self._spider.error is None:
            with ended_by_refusal(self._crawler):
                self._frontier.close(ENDINGS.get(reason, reason))
        self._frontier.state.close()

    def enqueue_request(self, request: Request) -> bool:
        """Takes back what a middleware asks for once more (a redirect, a retry), and what a spider asks for itself."""
        self._again.append(request)
        self._stats.inc_value("scheduler/enqueued")
        return True

    def next_request(self) -> Request | None:
        request = self._again.popleft() if self._again else self._due()
        if request is not None:
            self._stats.inc_value("scheduler/dequeued")
        return request

    def has_pending_requests(self) -> bool:
        return bool(self._again) or self._frontier.has_due()

    @property
    def _frontier(self) -> Frontier:
        frontier: Frontier = self._spider.frontier
        return frontier

    def _due(self) -> Request | None:
        lease = self._taken()
        if lease is None:
            return None
        request: Request = self._spider.request_for(lease)
        request.meta[LEASE] = lease
        return request

    def _taken(self) -> Lease | None:
        """The next URL; None as well where the disk refuses to note that it is in hand, which ends the crawl."""
        if self._spider.error is not None:
            return None
        with ended_by_refusal(self._crawler):
            return self._frontier.take()
        return None


def lease_of(request: Request) -> Lease:
    """The lease that a request was made for."""
    lease: Lease = request.meta[LEASE]
    return lease
