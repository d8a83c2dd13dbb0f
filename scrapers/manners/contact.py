"""Says who asks: the user agent with a contact, without which no large crawl begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scrapers.safety import PRIVATE, why_refused

MOST_WITHOUT_CONTACT = 100  # pages of one crawl
CONTACT = re.compile(r"https?://[!-~]{4,200}|[!-?A-~]{1,64}@[a-z0-9.-]+\.[a-z0-9-]{2,}", re.IGNORECASE | re.ASCII)
NEEDED = f"a crawl of more than {MOST_WITHOUT_CONTACT} pages needs a contact (an e-mail or web address)"


class BadContact(ValueError):
    """Not a contact, or none where one is needed; the message says so in one line."""


def check_contact(contact: str | None) -> None:
    """Raises BadContact for what is neither an e-mail nor a web address. None is fine."""
    if contact is not None and not CONTACT.fullmatch(contact):
        raise BadContact(f"contact {contact[:80]!r}: neither an e-mail nor a web address")


def check_size(pages: int | None, urls: Iterable[str], contact: str | None) -> None:
    """Raises BadContact where a crawl is too large to be made without a contact.

    pages: at most so many will be fetched; None: nobody knows. urls: what it begins with; hosts of one's own (loopback,
    private addresses) may be asked without.
    """
    if contact is None and (pages is None or pages > MOST_WITHOUT_CONTACT) and not all(map(is_private, urls)):
        raise BadContact(NEEDED)


def counted(urls: Iterable[str], contact: str | None) -> Iterator[str]:
    """The URLs. Raises BadContact at the first that is too many without a contact."""
    public = 0
    for url in urls:
        public += contact is None and not is_private(url)
        if public > MOST_WITHOUT_CONTACT:
            raise BadContact(NEEDED)
        yield url


def is_private(url: str) -> bool:
    """Whether an address itself says that it is on this machine or in this house."""
    return (why_refused(url, allow_private=False) or "").startswith(PRIVATE)


def user_agent(name: str, contact: str | None) -> str:
    """ "Broadsheet/1.0 (+https://example.org/crawler)"."""
    if contact is None:
        return name
    return f"{name} (+{contact if '://' in contact else f'mailto:{contact}'})"


class Introduction:
    """Downloader middleware before Scrapy's UserAgentMiddleware: the user agent with BROADSHEET_CONTACT."""

    def __init__(self, crawler: Crawler) -> None:
        contact = crawler.settings.get("BROADSHEET_CONTACT")
        if not contact:
            raise NotConfigured
        check_contact(contact)
        self._agent = user_agent(crawler.settings["USER_AGENT"], contact)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Names us, unless the request has a name of its own."""
        request.headers.setdefault("User-Agent", self._agent)
