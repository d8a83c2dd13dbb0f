"""From what was fetched to whole articles: cleaned, looked at, and with the pages that follow, where some do."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK
from scrapy.spidermiddlewares.httperror import HttpError

from items import Article, Failure, Page
from scrapers.browser import browser_meta
from scrapers.discovery.links import Links, read_links
from scrapers.discovery.owners import same_site
from scrapers.failures import reason_of
from scrapers.frontier.fates import UNCHANGED, Fate
from scrapers.frontier.frontier import Arrival, Frontier
from scrapers.frontier.naming import Naming
from scrapers.frontier.scheduler import LEASE
from scrapers.frontier.traits import Traits
from scrapers.frontier.urls import Lease, Validators
from scrapers.look import Look, Seen
from scrapers.merging import merge_parts
from scrapers.pages import page_of
from scrapers.pipelines import CleaningFailed, CleanPipeline
from scrapers.reasons import one_line


class Whole(NamedTuple):
    """What there is of an arrival."""

    arrival: Arrival
    article: Article | None = None
    """None: nothing was cleaned."""
    traits: Traits | None = None
    """Of the article. None: not known yet."""


class Cleaning:
    """Has pages cleaned, and fetches those that follow."""

    def __init__(self, crawler: Crawler, pipeline: CleanPipeline) -> None:
        self._crawler = crawler
        self._pipeline = pipeline

    @property
    def _spider(self) -> Any:
        return self._crawler.spider

    @property
    def _frontier(self) -> Frontier:
        frontier: Frontier = self._spider.frontier
        return frontier

    @property
    def _naming(self) -> Naming:
        naming: Naming = self._spider.naming
        return naming

    async def of(self, arrival: Arrival) -> Whole:
        """The article, where a page came that is not the one known already, and where it leads."""
        page, lease = arrival.outcome, arrival.lease
        if not isinstance(page, Page):
            return Whole(arrival)
        if self._frontier.is_unchanged(lease, page):
            return Whole(msgspec.structs.replace(arrival, outcome=Fate(UNCHANGED)))
        url = page.url or lease.given
        try:
            article, seen = await self._looked_at(page, Look(self._naming, lease, url))
        except CleaningFailed as error:
            found = tuple(self._naming.on_page(_links_in(page), lease)) if lease.kind == "section" else ()
            failure = Failure(lease.given, str(error))
            return Whole(msgspec.structs.replace(arrival, outcome=failure, found=found))
        if seen is None:  # the cleaner could not take it
            return Whole(arrival, article)
        arrival = msgspec.structs.replace(arrival, found=seen.found)
        if seen.next_part is None:
            return Whole(arrival, article, seen.traits)
        return await self._with_parts(arrival, article, seen, url)

    async def _with_parts(self, arrival: Arrival, article: Article, seen: Seen | None, first: str) -> Whole:
        """The article with its further pages; one that does not come is named. first: the address of the first one."""
        lease, articles, parts = arrival.lease, [article], list(arrival.parts)
        found, missing = arrival.found, None
        while seen is not None and (url := seen.next_part) is not None and same_site(url, first):
            found = self._naming.without(url, found, lease)
            page = await self._part(lease, url)
            if isinstance(page, Failure):
                missing = f"{one_line(url)}: {page.reason}"
                break
            try:
                article, seen = await self._looked_at(page, Look(self._naming, lease, first, len(articles) + 1))
            except CleaningFailed as error:
                missing = f"{one_line(url)}: {error}"
                break
            articles.append(article)
            parts.append(page)
        # Nothing to ask "has it changed?" with: the answer would be that of the first page alone.
        arrival = msgspec.structs.replace(arrival, parts=tuple(parts), found=found, validators=Validators())
        return Whole(arrival, merge_parts(articles, missing))

    async def _part(self, lease: Lease, url: str) -> Page | Failure:
        """A further page of an article, or why there is none."""
        meta = {LEASE: lease, **(browser_meta() if self._spider.is_in_a_browser(lease) else {})}
        self._frontier.asked_again(lease)
        try:
            response = await self._crawler.engine.download_async(Request(url, callback=NO_CALLBACK, meta=meta))
            if response.status != 200:
                raise HttpError(response)
            if not same_site(response.url, url):
                return Failure(url, f"redirects to {one_line(response.url)}")
            return page_of(response, lease.given)
        except Exception as error:  # whatever it is, the article is saved without this page, and says so
            return Failure(url, reason_of(error))
        finally:
            self._frontier.landed(lease)

    async def _looked_at(self, page: Page, look: Look) -> tuple[Article, Seen | None]:
        return await self._pipeline.looked_at(page, look)


def _links_in(page: Page) -> Links:
    """Those of a page that the cleaner could not take."""
    content = page.content if isinstance(page.content, bytes) else page.content.encode()
    return read_links(content, page.url or "", encoding=page.encoding)
