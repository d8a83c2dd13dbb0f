"""One run over a state file: what to fetch next, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import msgspec

from items import Article, Failure, Page
from scrapers.frontier.articles import Articles
from scrapers.frontier.discoveries import Discoveries
from scrapers.frontier.fates import (
    FAILED,
    FAILURES,
    READ,
    TRAP,
    UNCHANGED,
    Fate,
)
from scrapers.frontier.found import Found
from scrapers.frontier.keeping import Keeping
from scrapers.frontier.limits import Limits
from scrapers.frontier.second_look import make_due
from scrapers.frontier.settling import Settled, Settling
from scrapers.frontier.state import State
from scrapers.frontier.traits import Traits, traits_of
from scrapers.frontier.traps import WHOLE_SITE, Traps
from scrapers.frontier.turns import Turns
from scrapers.frontier.urls import Lease, Urls, Validators

NOTHING_CAME = "nothing came of it"


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """What came of fetching a leased URL."""

    lease: Lease
    outcome: Page | Failure | Fate
    """A page to clean; why there is none; or a fate that is clear without cleaning (a feed was read, …)."""
    found: tuple[Found, ...] = ()
    """The URLs it named, as far as they are known before it is cleaned."""
    validators: Validators | None = None
    parts: tuple[Page, ...] = ()
    """The pages that follow where the article goes over several, in their order."""
    missing: str | None = None
    """Which of them did not come, and why."""
    wait: float | None = None
    """Seconds that the host wishes to be left alone for. None: it has no such wish."""
    address: str | None = None
    """The canonical address it was found at in the end, after redirects. None: at its own."""


class Frontier:
    """Hands out URLs and takes in what became of them.

    A URL is entered as in hand before anybody goes there; what became of it does not count before `commit`.
    """

    def __init__(self, state: State, sites: Sequence[str], limits: Limits) -> None:
        self.state = state
        self.sites = list(sites)
        self.limits = limits
        self.run = state.begin_run(self.sites)
        self.urls = Urls(state, self.run)
        self.articles = Articles(state)
        self.traps = Traps(state)
        self.turns = Turns(limits.per_host)
        self.in_flight: dict[int, Lease] = {}
        self.further: Counter[int] = Counter()
        """How many further pages of theirs were asked for: articles go over several."""
        self.settled: set[int] = set()
        """Those in flight whose fate is not on the disk yet."""
        self.fates: Counter[tuple[str, str]] = Counter()
        """How many URLs of each site met which fate in this run."""
        self.saved = 0
        """How many new articles this run saved."""
        self.saved_of: Counter[str] = Counter()
        """The same for each site."""
        self.withheld = 0
        """How many articles this run saved without their text, as their publishers wish."""
        self.failed = 0
        """How many addresses failed that somebody had named: that a guess leads nowhere is none."""
        self._discoveries = Discoveries(state, self.run, self.traps, self.fates)
        self._settling = Settling(self.urls, self.articles, limits)
        self._keeping = Keeping(self.urls, self._discoveries, self.articles, limits, self._settling)
        self.traps.begin()
        self.turns.add(self.urls.ripen(self.sites) | self.urls.turns(self.sites))

    @property
    def found(self) -> int:
        """How many URLs this run discovered."""
        return self._discoveries.count

    def discover(self, site: str, found: Iterable[Found]) -> int:
        """Enters URLs; returns how many of them are due because of it."""
        due = self._discoveries.take_in(site, found)
        self.turns.add((site, one.host) for one in due)
        return len(due)

    def look_again(self) -> None:
        """Makes what a person who starts a run expects to be looked at due, whatever its schedule says.

        Feeds and sitemaps; pages of links where there are neither; what failed and may go better; and what was outside
        the dates of another run.
        """
        for site in self.sites:
            make_due(self.urls, site, self.limits)
        self.turns.add(self.urls.turns(self.sites))

    def wake(self) -> None:
        """Makes due what has become due since the run began."""
        ripe = self.urls.ripen(self.sites)
        if ripe:
            self.traps.begin()
            self.turns.add(ripe)

    def take(self) -> Lease | None:
        """The next URL to fetch, leased; None: none may be fetched at the moment."""
        while self._pages_in_flight() < self.limits.in_flight and not self._is_full():
            turn = self.turns.next(self._is_site_full)
            if turn is None:
                return None
            lease = self.urls.lease(turn)
            if lease is not None:
                self.state.commit_for_now()
                self.in_flight[lease.id] = lease
                self.turns.begin(lease.host)
                return lease
            self.turns.drop(turn)
        return None

    def landed(self, lease: Lease) -> None:
        """The host has answered; what is left to do with the URL needs it no more."""
        self.turns.end(lease.host)

    def asked_again(self, lease: Lease) -> None:
        """One more request is made of the host for the same URL: the article goes over several pages."""
        self.further[lease.id] += 1
        self.turns.begin(lease.host)

    def has_due(self) -> bool:
        """Whether `take` will give something, now or when others have landed."""
        if self.limits.per_site and all(map(self._has_enough_of, self.turns.sites())):
            return False
        return bool(self.turns) and not self._has_enough() and self.turns.wait() <= self.limits.patience

    def accept(
        self,
        arrival: Arrival,
        article: Article | None = None,
        encode: Callable[[Article], bytes] | None = None,
        traits: Traits | None = None,
    ) -> Settled:
        """Enters what became of a URL, the article of it if there is one, and the URLs it named.

        traits: of the article, where it has been made already.
        """
        lease = arrival.lease
        new = self.discover(lease.site, arrival.found)
        if article is not None and encode is not None and isinstance(arrival.outcome, Page):
            traits = traits or traits_of(article, arrival.outcome, *arrival.parts)
            settled = self._keeping.keep(lease, arrival, article, encode, traits)
        else:
            settled = self._settling.without_article(lease, arrival, new)
        self._count(lease, settled)
        return settled

    def has(self, lease: Lease) -> bool:
        """Whether what it gave before is still known, so that an answer "not changed" says all."""
        if lease.fate is None:
            return False
        if lease.kind == "article":
            return self.articles.latest(lease.id) is not None
        return lease.fate in (READ, UNCHANGED)

    def is_unchanged(self, lease: Lease, page: Page) -> bool:
        """Whether the very bytes came that the article saved last was made of."""
        return self._keeping.is_unchanged(lease, page)

    def commit(self) -> None:
        """Makes everything until now durable, as one."""
        self.state.commit()
        for number in self.settled:
            del self.in_flight[number]
            self.further.pop(number, None)
        self.settled.clear()

    def settle_lost(self) -> None:
        """When nothing is under way any more: what is still leased was lost by somebody's middleware."""
        for lease in [lease for number, lease in self.in_flight.items() if number not in self.settled]:
            self.accept(Arrival(lease=lease, outcome=Fate(FAILED, NOTHING_CAME)))

    def close(self, ending: str) -> None:
        """Commits, gives back what is in hand, and enters the end of the run."""
        for number, lease in self.in_flight.items():
            if number not in self.settled:
                self.urls.give_back(lease)
        self.in_flight.clear()
        self.settled.clear()
        self.state.end_run(self.run, ending)

    def _count(self, lease: Lease, settled: Settled) -> None:
        self.settled.add(lease.id)
        self.fates[lease.site, settled.fate.name] += 1
        self.withheld += settled.is_withheld
        self.failed += settled.fate.name in FAILURES and lease.discovered_by != "guess"
        if settled.is_new:
            self.saved += 1
            self.saved_of[lease.site] += 1
            for pattern in self._patterns_behind(lease):
                self.traps.fruitful(lease.site, pattern)
        elif settled.is_barren and lease.fate is None:
            for pattern in self.traps.barren(lease.site, lease.pattern):
                self._close_pattern(lease.site, pattern)

    def _patterns_behind(self, lease: Lease) -> set[str]:
        """The article's own pattern, and that of the page it was found on."""
        rows = self.state.rows(
            "SELECT pattern FROM urls WHERE url = (SELECT discovered_on FROM urls WHERE id = ?)", (lease.id,)
        )
        return {lease.pattern, *(pattern for (pattern,) in rows)}

    def _close_pattern(self, site: str, pattern: str) -> None:
        fate = Fate(TRAP, f"like {pattern}, which gave nothing new")
        where = "site = ? AND discovered_by NOT IN ('given', 'feed', 'robots') AND depth > 1"
        if pattern == WHOLE_SITE:
            fate = Fate(TRAP, "the links of this site gave nothing new any more")
            self.fates[site, TRAP] += self.urls.dismiss(fate, f"{where} AND discovered_by = 'link'", (site,))
        else:
            self.fates[site, TRAP] += self.urls.dismiss(fate, f"{where} AND pattern = ?", (site, pattern))

    def _pages_in_flight(self) -> int:
        """What a kill would make the next run fetch again."""
        return len(self.in_flight) + self.further.total()

    def _is_full(self) -> bool:
        """Whether what is under way could already fill the run's number of articles."""
        most = self.limits.max_articles
        if most is None:
            return False
        under_way = (lease for number, lease in self.in_flight.items() if number not in self.settled)
        pages = sum(lease.kind not in ("feed", "sitemap") for lease in under_way)
        return self.saved + pages >= most

    def _is_site_full(self, site: str) -> bool:
        """Whether what is under way could already fill the site's own number of articles."""
        most = self.limits.per_site.get(site)
        if most is None:
            return False
        pages = (lease for number, lease in self.in_flight.items() if lease.site == site and number not in self.settled)
        return self.saved_of[site] + sum(lease.kind not in ("feed", "sitemap") for lease in pages) >= most

    def _has_enough_of(self, site: str) -> bool:
        most = self.limits.per_site.get(site)
        return most is not None and self.saved_of[site] >= most

    def _has_enough(self) -> bool:
        """Whether the run has what it may."""
        return self.limits.max_articles is not None and self.saved >= self.limits.max_articles
