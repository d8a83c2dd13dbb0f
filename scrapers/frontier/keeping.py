"""What becomes of a page that was cleaned: saved, a new version, or nothing new."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from items import Article, Page
from scrapers.discovery.canonical import believable, canonical
from scrapers.frontier.articles import Articles, Kept
from scrapers.frontier.changes import changes_between, read_before
from scrapers.frontier.clusters import Clusters, Twin, is_same
from scrapers.frontier.discoveries import Discoveries
from scrapers.frontier.fates import DUPLICATE, NEW_VERSION, SAVED, Fate
from scrapers.frontier.found import By, Found
from scrapers.frontier.limits import Limits
from scrapers.frontier.objections import in_a_browser, objection
from scrapers.frontier.settling import Settled, Settling
from scrapers.frontier.traits import Traits, hash_of_source
from scrapers.frontier.traps import pattern_of
from scrapers.frontier.urls import Lease, Urls
from scrapers.pipelines import withheld

if TYPE_CHECKING:
    from scrapers.frontier.frontier import Arrival


class Keeping:
    """Decides the fate of every page that was cleaned, and keeps what is new."""

    def __init__(
        self, urls: Urls, discoveries: Discoveries, articles: Articles, limits: Limits, settling: Settling
    ) -> None:
        self._urls = urls
        self._discoveries = discoveries
        self._articles = articles
        self._limits = limits
        self._settling = settling
        self._clusters = Clusters(urls.state)

    def keep(
        self, lease: Lease, arrival: Arrival, article: Article, encode: Callable[[Article], bytes], traits: Traits
    ) -> Settled:
        """For a page that was cleaned. traits: of the article."""
        refused = None if self._limits.keep_all else objection(article)
        refused = refused or self._limits.by_date(article.published or lease.published)
        if refused is not None:
            return self._settling.refuse(lease, arrival, article, in_a_browser(refused, arrival.outcome) or refused)
        twin = self._articles.same(lease.site, traits.content)
        if twin is not None and twin.url != lease.id:
            return self._settling.duplicate(lease, arrival, twin.url)
        owner = self._owner(lease, arrival, article, traits.content)
        kept = self._articles.latest(owner.id)
        twins = self._clusters.twins(article.text, traits.bands) if kept is None else []
        for alike in twins:
            if alike.url != owner.id and is_same(alike, lease.site, article.published):
                return self._settling.duplicate(lease, arrival, alike.url)
        article = self._clustered(article, owner, twins)
        settled = self._save(owner, arrival, article, kept, traits=traits, encode=encode)
        if owner.id != lease.id:
            self._settling.duplicate(lease, arrival, owner.id)
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
            return self._settling.unchanged(owner, arrival)
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
            again=self._settling.recheck(owner, checks),
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


def _led_on_from(lease: Lease, article: Article) -> tuple[str, ...]:
    """The address that was asked for, where the article names another one as its own."""
    return () if lease.given in (article.url, article.canonical_url) else (lease.given,)


def _named(article: Article, url: str) -> str | None:
    """The address the page gives as its own, where that can be."""
    named = article.canonical_url
    return canonical(named) if named and believable(named, url) else None


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
