"""Which request goes out next, so that a slow host keeps no other one waiting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK
from scrapy.pqueues import DownloaderAwarePriorityQueue, DownloaderInterface


class UnderWay(DownloaderInterface):
    """Counts a host's requests from the first middleware on: those that wait for its robots.txt count too."""

    def stats(self, possible_slots: Iterable[str]) -> list[tuple[int, str]]:
        """For every host how many requests for pages are under way, without those that middlewares make themselves."""
        pages = (request for request in self.downloader.active if request.callback is not NO_CALLBACK)
        counts = Counter(map(self.get_slot_key, pages))
        return [(counts[slot], slot) for slot in possible_slots]


class FairQueue(DownloaderAwarePriorityQueue):
    """For Scrapy's SCHEDULER_PRIORITY_QUEUE. Hands out a host's requests only while it can begin with them soon.

    Scrapy's own gives way to hosts with less under way, but where it knows of only one host, that host gets all of
    CONCURRENT_REQUESTS, and keeps it from those it hears of a moment later.
    """

    def __init__(self, crawler: Crawler, *args: Any, **kwargs: Any) -> None:
        super().__init__(crawler, *args, **kwargs)
        self._downloader_interface = UnderWay(crawler)
        self._most = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") + 1  # one is ready when another ends

    def pop(self) -> Request | None:
        """The next request; None: every host that there is one for has enough to do."""
        stats = self._downloader_interface.stats(self.pqueues)
        if not stats or min(stats)[0] >= self._most:
            return None
        return super().pop()
