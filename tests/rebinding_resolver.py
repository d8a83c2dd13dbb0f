"""A resolver for Scrapy's TWISTED_DNS_RESOLVER: 127.0.0.2 plays the open internet, and names lead away from it.

news.example is there. turns.news.example is there when it is looked up first, and on this machine from then on, as a
name server does that rebinds a name behind a check. All others are on this machine.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from lying_resolver import LyingResolver
from twisted.internet.address import IPv4Address

import scrapers.safety

OPEN, LOOPBACK = "127.0.0.2", "127.0.0.1"
judged = scrapers.safety.is_public
scrapers.safety.is_public = lambda address: str(address) == OPEN or judged(address)


class RebindingResolver(LyingResolver):
    def __init__(self, reactor: Any) -> None:
        super().__init__(reactor)
        self._asked: Counter[str] = Counter()

    def resolveHostName(self, receiver: Any, name: str, portNumber: int = 0, *_: Any) -> Any:  # noqa: N802, N803
        self._asked[name] += 1
        is_open = name == "news.example" or (name == "turns.news.example" and self._asked[name] == 1)
        receiver.resolutionBegan(self)
        receiver.addressResolved(IPv4Address("TCP", OPEN if is_open else LOOPBACK, portNumber))
        receiver.resolutionComplete()
        return self
