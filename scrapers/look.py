"""What a crawl wants to know of a page beside its article, seen in its cleaning process, where the page is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import msgspec
from lxml import etree

from items import Article, Page
from scrapers.discovery.leads import Leads
from scrapers.discovery.links import links_on
from scrapers.discovery.parts import MOST_PARTS, next_part
from scrapers.frontier.found import Found
from scrapers.frontier.naming import Naming
from scrapers.frontier.traits import Traits, traits_of
from scrapers.frontier.urls import Lease


class Seen(msgspec.Struct, frozen=True):
    """What was seen in one page."""

    traits: Traits
    found: tuple[Found, ...] = ()
    """Where it leads; of an article only what its cleaning process has not seen before."""
    next_part: str | None = None
    """The page that follows, where the article goes over several."""


class Look(msgspec.Struct, frozen=True):
    """How to look at a page of a crawl: what `cleaners.worker.Job` takes."""

    naming: Naming
    lease: Lease
    url: str
    """Its address after redirects; of a further page of an article that of the first one."""
    part: int = 1
    """Which page of its article it is. The links of further ones are those of the first."""

    def __call__(self, page: Page, tree: etree._Element | None, article: Article) -> Seen:
        """tree: the page, parsed; None: it holds no element."""
        traits = traits_of(article, page)
        if tree is None:
            return Seen(traits)
        return Seen(traits, tuple(self._found(tree)), self._follows(tree))

    def _found(self, tree: etree._Element) -> Iterator[Found]:
        if self.part > 1:
            return iter(())
        # Most links of an article are those of the article before.
        known = _leads() if self.lease.kind == "article" else None
        return self.naming.on_page(links_on(tree, self.url, known), self.lease)

    def _follows(self, tree: etree._Element) -> str | None:
        if self.lease.kind != "article" or self.part >= MOST_PARTS:
            return None
        return next_part(tree, self.url, self.part)


@cache
def _leads() -> Leads:
    """The links that this process has seen in articles."""
    return Leads()
