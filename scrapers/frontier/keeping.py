"""What becomes of an answer: saved, a new version, unchanged, a duplicate, or nothing, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from items import Article, Failure, Page
from scrapers.discovery.canonical import believable, canonical
from scrapers.frontier import moments
from scrapers.frontier.articles import Articles, Kept
from scrapers.frontier.changes import changes_between, read_before
from scrapers.frontier.clusters import Clusters, Twin, is_same
from scrapers.frontier.discoveries import Discoveries
from scrapers.frontier.fates import (
    ASKED_TO_WAIT,
    BROWSER,
    DUPLICATE,
    EMPTY,
    FAILED,
    GONE,
    MAY_GO_BETTER,
    NEW_VERSION,
    NO_ARTICLE,
    NOT_FOUND,
    PAYWALLED,
    POLL_MOST,
    READ,
    SAVED,
    TOO_NEW,
    TOO_OLD,
    UNCHANGED,
    Fate,
    of_failure,
    poll_again,
)
from scrapers.frontier.found import By, Found
from scrapers.frontier.limits import Limits
from scrapers.frontier.traits import Traits, hash_of_source
from scrapers.frontier.traps import pattern_of
from scrapers.frontier.urls import Lease, Urls
from scrapers.pipelines import withheld
from scrapers.shells import shell

if TYPE_CHECKING:
    from scrapers.frontier.frontier import Arrival

POLLED = ("home", "section", "feed", "sitemap")
NEUTRAL = frozenset({UNCHANGED, TOO_OLD, TOO_NEW})
"""Fates that say nothing for or against other addresses like it."""


class Settled(NamedTuple):
    """What became of one answer."""

    fate: Fate
    is_new: bool = False
    """An article that was not saved before."""
    is_barren: bool = True
    """It gave no article, new or old."""
    article: Article | None = None
    """What was saved."""
    is_withheld: bool = False
    """It was saved without its text, as its publisher wishes."""


class Keeping:
    """Decides and enters the fate of every answer."""

    def __init__(self, urls: Urls, discoveries: Discoveries, articles: Articles, limits: Limits) -> None:
        self._urls = urls
        self._discoveries = discoveries
        self._articles = articles
        self._limits = limits
        self._clusters = Clusters(urls.state)

    def settle_without_article(self, lease: Lease, arrival: Arrival, new: int) -> Settled:
        """For what was not cleaned: a failure, a feed, something that has not changed."""
        outcome = arrival.outcome
        assert not isinstance(outcome, Page)
        if isinstance(outcome, Failure):
            return self._put_off(lease, outcome, arrival.wait) or self._fail(lease, of_failure(outcome.reason))
        if outcome.name == UNCHANGED and lease.kind == "article":
            return self._unchanged(lease, arrival)
        if outcome.name == FAILED:
            return self._fail(lease, outcome)
        if lease.kind in POLLED:
            every = poll_again(lease.every, changed=new > 0)
            self._urls.settle(lease, outcome, again=every, every=every, validators=arrival.validators)
        else:
            self._urls.settle(lease, outcome, validators=arrival.validators)
        return Settled(outcome, is_barren=outcome.name != UNCHANGED)

    def keep(
        self, lease: Lease, arrival: Arrival, article: Article, encode: Callable[[Article], bytes], traits: Traits
    ) -> Settled:
        """For a page that was cleaned. traits: of the article."""
        refused = None if self._limits.keep_all else objection(article)
        refused = refused or self._limits.by_date(article.published or lease.published)
        if refused is not None:
            return self._refuse(lease, arrival, article, _in_a_browser(refused, arrival) or refused)
        twin = self._articles.same(lease.site, traits.content)
        if twin is not None and twin.url != lease.id:
            return self._duplicate(lease, arrival, twin.url)
        owner = self._owner(lease, arrival, article, traits.content)
        kept = self._articles.latest(owner.id)
        twins = self._clusters.twins(article.text, traits.bands) if kept is None else []
        for alike in twins:
            if alike.url != owner.id and is_same(alike, lease.site, article.published):
                return self._duplicate(lease, arrival, alike.url)
        article = self._clustered(article, owner, twins)
        settled = self._save(owner, arrival, article, kept, traits=traits, encode=encode)
        if owner.id != lease.id:
            self._duplicate(lease, arrival, owner.id)
            return settled._replace(fate=Fate(DUPLICATE, f"of {owner.url}"))
        return settled

    def _clustered(self, article: Article, owner: Lease, twins: list[Twin]) -> Article:
        """With the cluster it belongs to: that of what it is most like, or one of its own."""
        cluster = self._clusters.of(owner.id) or (twins[0].cluster if twins else article.id)
        first = self._clusters.first(cluster)
        seen = None if first is None or first.url == owner.id else first.address
        return msgspec.structs.replace(article, cluster=cluster, first_seen=seen)

    def is_unchanged(self, lease: Lease, page: Page) -> bool:
        """Whether the very bytes came that the article saved last was made of."""
        kept = self._articles.latest(lease.id) if lease.fate is not None else None
        return kept is not None and kept.source == hash_of_source(page)

    def _owner(self, lease: Lease, arrival: Arrival, article: Article, content: str) -> Lease:
        """Under which address the article is saved: where it led to in the end, or what the page names as its own.

        A name that another article has already is not believed: templates that give all their pages one are common.
        """
        led_to = arrival.address or lease.url
        claims: tuple[tuple[str | None, By], ...] = ((_named(article, led_to), "canonical"), (led_to, "redirect"))
        for address, by in claims:
            if address is None or address == lease.url:
                continue
            number = self._urls.number_of(address)
            kept = self._articles.latest(number) if number is not None else None
            if kept is None or kept.content == content or by == "redirect":
                return self._entered(lease, address, by)
        return lease

    def _entered(self, lease: Lease, address: str, by: By) -> Lease:
        """The row of an address that a fetched page turned out to have."""
        found = Found(
            url=address,
            given=lease.given,  # leads there, while the canonical address is a name that need not answer
            host=lease.host,
            kind="article",
            pattern=pattern_of(address),
            depth=lease.depth,
            by=by,
            on=lease.url,
            announced=lease.announced,
            published=lease.published,
        )
        self._discoveries.take_in_address(lease.site, found)
        number = self._urls.number_of(address)
        assert number is not None
        return self._urls.row(number)

    def _save(
        self,
        owner: Lease,
        arrival: Arrival,
        article: Article,
        kept: Kept | None,
        *,
        traits: Traits,
        encode: Callable[[Article], bytes],
    ) -> Settled:
        def keep(article: Article) -> None:
            article = self._as_stored(article)
            sequence = self._articles.keep(owner.id, article.version, traits.source, traits.content, encode(article))
            self._clusters.enter(sequence, article.cluster or article.id, traits.bands if kept is None else ())

        if kept is None:
            return self._keep_version(owner, arrival, article, Fate(SAVED), keep)
        before = read_before(kept.record)
        changes = changes_between(before, self._as_stored(article))
        if not changes or kept.source == traits.source:
            return self._unchanged(owner, arrival)
        version = kept.version + 1
        article = msgspec.structs.replace(article, version=version, previous=before.fetched_at, changes=changes)
        fate = Fate(NEW_VERSION, f"version {version}, {_counted(len(changes), 'change')}")
        return self._keep_version(owner, arrival, article, fate, keep)

    def _keep_version(
        self, owner: Lease, arrival: Arrival, article: Article, fate: Fate, keep: Callable[[Article], None]
    ) -> Settled:
        article = msgspec.structs.replace(article, other_urls=_led_on_from(arrival.lease, article))
        keep(article)
        stored = self._as_stored(article)
        checks = 0 if article.version == 1 else owner.checks + 1
        self._urls.settle(
            owner,
            fate,
            again=self._recheck(owner, checks),
            checks=checks,
            validators=arrival.validators,
            published=article.published,
        )
        return Settled(
            fate,
            is_new=article.version == 1,
            is_barren=False,
            article=stored,
            is_withheld=stored.status == "withheld",
        )

    def _as_stored(self, article: Article) -> Article:
        """The article without its text where its publisher does not want that stored.

        What it is compared by is taken from all of it before, or all articles of a title would be one.
        """
        return withheld(article) if article.rights.withholds and not self._limits.store_withheld else article

    def _unchanged(self, lease: Lease, arrival: Arrival) -> Settled:
        checks = lease.checks + 1
        again = self._recheck(lease, checks)
        self._urls.settle(lease, Fate(UNCHANGED), again=again, checks=checks, validators=arrival.validators)
        return Settled(Fate(UNCHANGED), is_barren=False)

    def _recheck(self, lease: Lease, checks: int) -> float | None:
        first = self._articles.first_saved(lease.id)
        age = moments.seconds_between(first, moments.now()) if first else 0.0
        return self._limits.schedule.recheck(checks, age)

    def _duplicate(self, lease: Lease, arrival: Arrival, of: int) -> Settled:
        fate = Fate(DUPLICATE, f"of {self._urls.row(of).url}")
        self._urls.settle(lease, fate, validators=arrival.validators)
        return Settled(fate)

    def _refuse(self, lease: Lease, arrival: Arrival, article: Article, fate: Fate) -> Settled:
        if fate.name == NO_ARTICLE and lease.kind in POLLED:
            return self.settle_without_article(
                lease, msgspec.structs.replace(arrival, outcome=Fate(READ)), new=len(arrival.found)
            )
        self._urls.settle(lease, fate, validators=arrival.validators, published=article.published)
        return Settled(fate, is_barren=fate.name not in NEUTRAL)

    def _put_off(self, lease: Lease, failure: Failure, wait: float | None) -> Settled | None:
        """Comes back, with all else of the host, when the host wishes. None: it has no such wish."""
        if wait is None:
            return None
        fate = Fate(ASKED_TO_WAIT, failure.reason)
        self._urls.settle(lease, fate, again=wait, attempts=lease.attempts, every=lease.every)
        self._urls.put_off(lease.host, wait)
        return Settled(fate, is_barren=False)

    def _fail(self, lease: Lease, fate: Fate) -> Settled:
        if fate.name == NOT_FOUND and self._articles.latest(lease.id) is not None:
            fate = Fate(GONE, fate.detail)
        attempts = lease.attempts + 1 if fate.name in MAY_GO_BETTER else 0
        again = self._limits.schedule.retry(attempts) if attempts else None
        if again is None and lease.kind in POLLED:
            again = POLL_MOST
        self._urls.settle(lease, fate, again=again, attempts=attempts, every=lease.every)
        return Settled(fate)


def objection(article: Article) -> Fate | None:
    """Why a cleaned page is not to be saved; None: it is."""
    if article.kind != "article":
        return Fate(NO_ARTICLE, article.objection)
    if article.access == "paywalled" and article.status not in ("full", "merged"):
        return Fate(PAYWALLED, "only its beginning is shown")
    if article.status == "empty":
        return Fate(EMPTY, article.objection)
    return None


def _led_on_from(lease: Lease, article: Article) -> tuple[str, ...]:
    """The address that was asked for, where the article names another one as its own."""
    return () if lease.given in (article.url, article.canonical_url) else (lease.given,)


def _in_a_browser(refused: Fate, arrival: Arrival) -> Fate | None:
    """Where there is no article because scripts would have to write it; None: for another reason."""
    page = arrival.outcome
    if refused.name not in (EMPTY, NO_ARTICLE) or not isinstance(page, Page) or not isinstance(page.content, bytes):
        return None
    reason = shell(page.content)
    return Fate(BROWSER, reason) if reason else None


def _named(article: Article, url: str) -> str | None:
    """The address the page gives as its own, where that can be."""
    named = article.canonical_url
    return canonical(named) if named and believable(named, url) else None


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
