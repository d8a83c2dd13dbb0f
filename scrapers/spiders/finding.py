"""Where a newspaper leads on: from its pages, its robots.txt and guesses to rows of the frontier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from scrapers.discovery.links import Links, well_known_feeds, well_known_sitemaps
from scrapers.discovery.owners import same_site, site_of
from scrapers.frontier.found import Found, Kind
from scrapers.frontier.naming import Naming
from scrapers.frontier.state import State
from scrapers.frontier.urls import Lease
from scrapers.safety import why_refused
from scrapers.sources import Source


class Finding:
    """by_hand: kinds of which a person named some, so that none need be guessed."""

    def __init__(self, state: State, naming: Naming, by_hand: Collection[Kind]) -> None:
        self._state = state
        self._naming = naming
        self._by_hand = by_hand

    def given(
        self, homes: Sequence[str], by_hand: Mapping[Kind, Sequence[str]], sources: Sequence[Source]
    ) -> Iterator[tuple[str, list[Found]]]:
        """What a person names: front pages, feeds and sitemaps, and what a sources file has; each with its site."""
        for home in homes:
            yield site_of(home), [self._naming.given(home, "home")]
            for kind, urls in by_hand.items():
                ours = [url for url in urls if same_site(url, home) or len(homes) == 1]
                yield site_of(home), [self._naming.given(url, kind) for url in ours]
        for source in sources:
            kinds: tuple[tuple[Kind, Sequence[str]], ...] = (
                *(("section", source.sections), ("feed", source.feeds), ("sitemap", source.sitemaps)),
            )
            for kind, addresses in kinds:
                yield site_of(source.home), [self._naming.given(url, kind) for url in addresses]

    def on_front_page(self, links: Links, lease: Lease, url: str) -> Iterator[Found]:
        """What a front page names, and what can be guessed from it; url: its address after redirects."""
        yield from self._naming.on_page(links, lease)
        if lease.kind == "home":
            yield from self._guesses(url, links)

    def in_robots(self, sitemaps: Iterable[str], url: str) -> Iterator[Found]:
        """The sitemaps that a robots.txt names; url: its own address."""
        for sitemap in sitemaps:
            if same_site(sitemap, url) and not why_refused(sitemap, allow_private=True):
                yield self._naming.given(sitemap, "sitemap", "robots", url)

    def _guesses(self, home: str, links: Links) -> Iterator[Found]:
        """Where feeds and sitemaps stand on sites that name none."""
        if not links.feeds and "feed" not in self._by_hand:
            for url in well_known_feeds(home):
                yield self._naming.given(url, "feed", "guess", home)
        if not links.sitemaps and "sitemap" not in self._by_hand and not self._knows_sitemaps(home):
            for url in well_known_sitemaps(home):
                yield self._naming.given(url, "sitemap", "guess", home)

    def _knows_sitemaps(self, home: str) -> bool:
        return bool(
            self._state.rows(
                "SELECT 1 FROM urls WHERE site = ? AND kind = 'sitemap' AND discovered_by <> 'guess'", (site_of(home),)
            )
        )
