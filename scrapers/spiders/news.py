"""Spider `news`: a whole newspaper, and tomorrow only what is new.

scrapy crawl news -a site=https://example.org -O out.jsonl
scrapy crawl news -a site=https://example.org -a since=2026-11-01 -a max_articles=100 -a output=articles.jsonl
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.depth import DepthMiddleware
from scrapy.spidermiddlewares.metacopy import MetaCopyDetectionMiddleware
from scrapy.spidermiddlewares.referer import RefererMiddleware
from scrapy.spidermiddlewares.urllength import UrlLengthMiddleware
from twisted.python.failure import Failure as TwistedFailure
from w3lib.encoding import http_content_type_encoding

from items import Failure
from scrapers.browser import browser_meta
from scrapers.discovery.canonical import canonical, is_home
from scrapers.discovery.feeds import read_feed
from scrapers.discovery.links import read_links
from scrapers.discovery.owners import host_of, same_site, site_of
from scrapers.discovery.sitemaps import read_sitemap
from scrapers.failures import reason_of
from scrapers.frontier.fates import ELSEWHERE, NOT_FOLLOWED, READ, UNCHANGED, Fate
from scrapers.frontier.found import Found
from scrapers.frontier.frontier import Arrival, Frontier
from scrapers.frontier.naming import Naming
from scrapers.frontier.pipeline import CrawlPipeline
from scrapers.frontier.refusals import ended_by_refusal
from scrapers.frontier.robots_book import RobotsBook
from scrapers.frontier.scheduler import FrontierScheduler, lease_of
from scrapers.frontier.state import State
from scrapers.frontier.urls import Lease
from scrapers.manners.manners import Manners, asked_wait, host_closed
from scrapers.pages import page_of
from scrapers.pipelines import CleanPipeline
from scrapers.reasons import one_line
from scrapers.sources import Source, read_sources
from scrapers.spiders.answers import content_type_of, validators_of
from scrapers.spiders.article import BadArgument
from scrapers.spiders.finding import Finding
from scrapers.spiders.wishes import check_addresses, check_day, check_number, limits_of

STATE = "broadsheet.db"


class NewsSpider(Spider):
    """Discovers what a newspaper publishes, fetches each URL when it is due, and yields an Arrival for each.

    Arguments: `site` (addresses, with spaces between), `state` (a file), `since`, `until` (days, YYYY-MM-DD),
    `max_articles`, `feeds`, `sitemaps` (addresses given by hand), `sources` (a sources file, of which
    `site` names some), `output` (a target that survives kills).
    """

    name = "news"
    handle_httpstatus_list = (304,)

    def __init__(
        self,
        *,
        site: str = "",
        state: str | State = STATE,
        since: str | None = None,
        until: str | None = None,
        max_articles: str | int | None = None,
        feeds: str = "",
        sitemaps: str = "",
        due: str | bool = False,
        watch: str | bool = False,
        output: Any = None,
        say: Callable[[str], None] | None = None,
        sources: str | Sequence[Source] = (),
        **kwargs: Any,
    ) -> None:
        self._sources = read_sources(sources).chosen(site.split()) if isinstance(sources, str) else tuple(sources)
        if self._sources:
            site = " ".join(source.home for source in self._sources)
        self.check_arguments(
            site=site, since=since, until=until, max_articles=max_articles, feeds=feeds, sitemaps=sitemaps
        )
        super().__init__(**kwargs)
        self._homes = site.split()
        self._by_hand: dict[Any, list[str]] = {"feed": feeds.split(), "sitemap": sitemaps.split()}
        self._state = state
        self._days = (since, until)
        self._most = int(max_articles) if max_articles is not None else None
        self._watching = str(watch).lower() in ("1", "true", "yes")
        self._due_only = str(due).lower() in ("1", "true", "yes")
        self.output = output
        """Where the articles go beside the state file: a target, or places of `scrapers.pipelines`. None: nowhere."""
        self.say = say or self.logger.warning
        """Where a person is told what they may want to know: that a target was cut back, …"""
        self.error: Exception | None = None
        """What ended the crawl, where something did."""
        self.frontier: Frontier
        self.naming: Naming
        self.finding: Finding
        self.robots_book: RobotsBook

    @classmethod
    def check_arguments(
        cls,
        *,
        site: str = "",
        since: str | None = None,
        until: str | None = None,
        max_articles: str | int | None = None,
        feeds: str = "",
        sitemaps: str = "",
        **_: Any,
    ) -> None:
        """Raises BadArgument for what can be known to be wrong without fetching anything."""
        if not site.split():
            raise BadArgument("nothing to crawl: give -a site=https://…")
        check_addresses((*site.split(), *feeds.split(), *sitemaps.split()))
        check_day("since", since)
        check_day("until", until)
        check_number(max_articles)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.set("SCHEDULER", FrontierScheduler, priority="spider")
        settings.set("BROADSHEET_CRAWL", True, priority="spider")
        # Scrapy makes as many tasks for every response as this says, and a response here gives one item.
        settings.set("CONCURRENT_ITEMS", 1, priority="spider")
        # They look at the requests that a spider yields, and this one yields none: what is due comes from the frontier.
        for idle in (DepthMiddleware, MetaCopyDetectionMiddleware, RefererMiddleware, UrlLengthMiddleware):
            settings.set_in_component_priority_dict("SPIDER_MIDDLEWARES", idle, None)
        settings.set_in_component_priority_dict("ITEM_PIPELINES", CleanPipeline, None)
        settings.setdefault_in_component_priority_dict("ITEM_PIPELINES", CrawlPipeline, 300)
        # A process merges its own settings into a crawler's once more: over those of a project, not of a spider.
        for name in ("SPIDER_MIDDLEWARES", "ITEM_PIPELINES"):
            settings.set(name, settings.getdict(name), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._open(crawler)
        crawler.signals.connect(spider._hear_robots, signals.robots_parsed)
        crawler.signals.connect(spider._idle, signals.spider_idle)
        crawler.signals.connect(spider._hold, host_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing but what the state file has due: the sites given are entered there first."""
        self._guarded(self._enter_given)  # not where a target could not be opened
        return
        yield

    def _enter_given(self) -> None:
        for site, found in self.finding.given(self._homes, self._by_hand, self._sources):
            self.frontier.discover(site, found)
        if not self._due_only:
            self.frontier.look_again()
        self.frontier.commit()

    def request_for(self, lease: Lease) -> Request:
        """The request for a leased URL: only if it has changed, where it is known already."""
        headers = {}
        if self.frontier.has(lease):
            headers = {"If-None-Match": lease.etag, "If-Modified-Since": lease.last_modified}
        callback = {"feed": self.parse_feed, "sitemap": self.parse_sitemap}.get(lease.kind, self.parse_page)
        return Request(
            lease.given,
            headers={name: value for name, value in headers.items() if value},
            callback=callback,
            errback=self.fail,
            meta=browser_meta() if self.is_in_a_browser(lease) else {},
            dont_filter=True,
        )

    def is_in_a_browser(self, lease: Lease) -> bool:
        """Whether a browser fetches it."""
        return lease.kind not in ("feed", "sitemap") and lease.site in self._browser_sites

    def parse_feed(self, response: Response) -> Iterator[Arrival]:
        """The articles of a feed."""
        lease = self._landed(response.request)
        if response.status == 304:
            yield self._arrival(lease, response, Fate(UNCHANGED))
            return
        feed = read_feed(response.body, response.url, site=lease.given, content_type=content_type_of(response))
        found = tuple(self.naming.announced(feed.announcements, lease))
        yield self._arrival(lease, response, _read(found, feed.faults), found)

    def parse_sitemap(self, response: Response) -> Iterator[Arrival]:
        """The articles and further sitemaps of a sitemap."""
        lease = self._landed(response.request)
        if response.status == 304:
            yield self._arrival(lease, response, Fate(UNCHANGED))
            return
        sitemap = read_sitemap(response.body, response.url, site=lease.given)
        found = (
            *self.naming.sitemaps(sitemap.children, lease),
            *self.naming.announced(sitemap.announcements, lease),
        )
        yield self._arrival(lease, response, _read(found, sitemap.faults), found)

    def parse_page(self, response: Response) -> Iterator[Arrival]:
        """A page to clean; where it leads is seen while it is cleaned."""
        lease = self._landed(response.request)
        if response.status == 304:
            yield self._arrival(lease, response, Fate(UNCHANGED))
        elif not same_site(response.url, lease.given) and lease.kind != "home":
            yield self._arrival(lease, response, Fate(ELSEWHERE, f"redirects to {one_line(response.url)}"))
        elif lease.kind == "home" or (lease.kind == "section" and is_home(response.url)):
            encoding = http_content_type_encoding(content_type_of(response))
            links = read_links(response.body, response.url, encoding=encoding)
            found = tuple(self.finding.on_front_page(links, lease, response.url))
            yield self._arrival(lease, response, _read(found), found)
        else:
            yield self._arrival(lease, response, page_of(response, lease.given, announced=lease.announced))

    def fail(self, failure: TwistedFailure) -> Iterator[Arrival]:
        """Why a request gave no response."""
        lease = self._landed(failure.request)  # type: ignore[attr-defined]
        assert failure.value is not None
        outcome = Failure(lease.given, reason_of(failure.value))
        yield Arrival(lease=lease, outcome=outcome, wait=asked_wait(failure.value))

    def _open(self, crawler: Crawler) -> None:
        """Opens the state file. Raises StateError, StateBusy."""
        state = self._state if isinstance(self._state, State) else State(self._state)
        if state.returned:
            self.say(f"{state.path}: {state.returned} URLs that a killed run had in hand are due again")
        for source in self._sources:
            if source.delay is not None:
                Manners.of(crawler).slow_down(host_of(source.home), source.delay)
        limits = limits_of(crawler.settings, self._sources, *self._days, self._most)
        self.frontier = Frontier(state, [site_of(home) for home in self._homes], limits)
        self.naming = Naming(limits)
        self.finding = Finding(state, self.naming, [kind for kind, urls in self._by_hand.items() if urls])
        self.robots_book = RobotsBook(state)
        self._browser_sites = frozenset(crawler.settings.getlist("BROADSHEET_BROWSER_SITES"))
        self.logger.info("state file: %s", state.path)

    def _landed(self, request: Request | None) -> Lease:
        assert request is not None
        lease = lease_of(request)
        self.frontier.landed(lease)
        return lease

    def _arrival(self, lease: Lease, response: Response, outcome: Any, found: tuple[Found, ...] = ()) -> Arrival:
        address = canonical(response.url)
        return Arrival(
            lease=lease,
            outcome=outcome,
            found=found,
            validators=validators_of(response),
            address=address if address != lease.url else None,
        )

    def _hear_robots(self, robotparser: Any, request: Request) -> None:
        """Takes the sitemaps that a robots.txt names."""
        site = site_of(request.url)
        if site in self.frontier.sites:
            urls: Iterable[str] = getattr(getattr(robotparser, "rp", None), "sitemaps", ())
            found = self.finding.in_robots(urls, request.url)
            self._guarded(lambda: self.frontier.discover(site, found))

    def _hold(self, url: str, seconds: float) -> None:
        """A host wishes to be left alone for a moment: others take their turns meanwhile. (If longer: see `fail`.)"""
        if Manners.of(self.crawler).may_wait(seconds):
            self.frontier.turns.hold(host_of(url), seconds)

    def _idle(self) -> None:
        """Nothing is left to do: the end, or, for one that watches, the time to see what has become due."""
        self._guarded(self._settle)
        if self._watching and self.error is None:
            raise DontCloseSpider

    def _settle(self) -> None:
        self.frontier.settle_lost()
        if self._watching:
            self.frontier.wake()
        self.frontier.commit()

    def _guarded(self, act: Callable[[], object]) -> None:
        """After the disk has refused something, nothing more is tried."""
        if self.error is None:
            with ended_by_refusal(self.crawler):
                act()


def _read(found: Iterable[Found], faults: Iterable[str] = ()) -> Fate:
    articles = sum(one.kind == "article" and (one.fate is None or one.fate.name != NOT_FOLLOWED) for one in found)
    return Fate(READ, "; ".join((f"{articles} articles named", *faults)))
