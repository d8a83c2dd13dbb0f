"""From what a feed, a sitemap or a page names to rows of the frontier: under which address, of which kind, how soon."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

import msgspec

from items import Announced
from scrapers.discovery.announcement import Announcement
from scrapers.discovery.article_urls import judge_url
from scrapers.discovery.canonical import canonical
from scrapers.discovery.links import Links
from scrapers.discovery.owners import host_of
from scrapers.discovery.sitemaps import Child
from scrapers.discovery.urls import tidy
from scrapers.frontier import moments
from scrapers.frontier.fates import DUPLICATE, NO_ARTICLE, NOT_FOLLOWED, TOO_DEEP, TRAP, Fate
from scrapers.frontier.found import By, Found, Kind
from scrapers.frontier.limits import Limits
from scrapers.frontier.traps import pattern_of
from scrapers.frontier.urls import Lease

# Beside days since 1970, in which articles are counted
FIRST = 1_000_000.0
SOON = 100_000.0
LAST = -100_000.0
SITEMAPS_DEEP = 5
"""Levels of sitemaps, robots.txt or the home page being the first: the protocol knows two, large sites use three."""
NEAR = 1
"""Links from the home page up to which a list of articles is read before the articles."""

BY: dict[str, By] = {"feed": "feed", "sitemap": "sitemap", "page": "link"}
SOURCES = {"feed": "feed", "sitemap": "news_sitemap", "page": "listing"}


class Naming:
    """Makes rows of what is found, the same for all of one run."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    @property
    def _today(self) -> float:
        return time.time() / moments.DAY

    def given(self, url: str, kind: Kind, by: By = "given", on: str | None = None) -> Found:
        """What a person, a robots.txt or a guess names."""
        return _found(url, kind, depth=0 if kind == "home" else 1, by=by, on=on, priority=FIRST)

    def announced(self, announcements: Iterable[Announcement], lease: Lease) -> Iterator[Found]:
        """Articles that something names."""
        today = self._today  # one moment for all of them: what has no date keeps the order in which it is named
        return (self._article(announcement, lease, today) for announcement in announcements)

    def sitemaps(self, children: Iterable[Child], lease: Lease) -> Iterator[Found]:
        """Further sitemaps of an index, between the articles by their dates: the old ones can wait."""
        for child in children:
            moment = moments.read(child.modified)
            priority = moments.days(moment) + 1 if moment else self._today - lease.depth
            found = _found(child.url, "sitemap", depth=lease.depth + 1, by="sitemap", on=lease.url, priority=priority)
            said = Announced(source="sitemap", modified=child.modified) if child.modified else None
            endless = Fate(TRAP, f"a sitemap in a sitemap in a sitemap, {found.depth} deep")
            fate = endless if found.depth > SITEMAPS_DEEP else None
            yield self._bounded(msgspec.structs.replace(found, announced=said, fate=fate))

    def feeds(self, urls: Iterable[str], lease: Lease) -> Iterator[Found]:
        """Feeds that a page names."""
        return (_found(url, "feed", depth=lease.depth + 1, by="link", on=lease.url, priority=FIRST) for url in urls)

    def sections(self, urls: Iterable[str], lease: Lease) -> Iterator[Found]:
        """Lists of articles that a page links to."""
        depth = lease.depth + 1
        priority = SOON - depth if depth <= NEAR else LAST - depth
        return (
            self._bounded(_found(url, "section", depth=depth, by="link", on=lease.url, priority=priority))
            for url in urls
        )

    def passed_over(self, links: Iterable[tuple[str, str]], lease: Lease) -> Iterator[Found]:
        """Links that nobody follows, and why, so that it can be told of them too."""
        for url, reason in links:
            found = _found(url, "article", depth=lease.depth + 1, by="link", on=lease.url, priority=LAST)
            yield msgspec.structs.replace(found, fate=Fate(NOT_FOLLOWED, reason))

    def on_page(self, links: Links, lease: Lease) -> Iterator[Found]:
        """Everything that a page leads to."""
        if lease.kind != "article" and lease.depth <= 1:
            yield from self.feeds(links.feeds, lease)
            for url in links.sitemaps:
                yield self.given(url, "sitemap", "link", lease.url)
        yield from self.announced(links.articles, lease)
        yield from self.sections(links.sections, lease)
        if links.next_page:
            yield from self.sections([links.next_page], lease)
        yield from self.passed_over(links.others, lease)

    def without(self, part: str, found: Iterable[Found], lease: Lease) -> tuple[Found, ...]:
        """What was found, the further page of an article settled as what it is: no article of its own."""
        page = _found(part, "article", depth=lease.depth + 1, by="link", on=lease.url, priority=LAST)
        settled = msgspec.structs.replace(page, fate=Fate(DUPLICATE, f"a further page of {lease.url}"))
        others = tuple(one for one in found if one.url != page.url)
        return others if page.url == lease.url else (*others, settled)

    def _article(self, said: Announcement, lease: Lease, today: float) -> Found:
        by = BY[said.source]
        depth = lease.depth + 1 if by == "link" else 1
        moment = moments.read(said.date)
        priority = min(moments.days(moment), today + 1) if moment else today - depth
        kind: Kind = "article"
        fate = self._limits.by_date(said.published) or self._too_old(said)
        if by == "sitemap" and (verdict := judge_url(said.url)).kind in ("section", "other"):
            kind, priority = "section", LAST
            fate = Fate(NO_ARTICLE, verdict.reason) if verdict.kind == "other" else fate
        found = _found(said.url, kind, depth=depth, by=by, on=lease.url, priority=priority)
        return self._bounded(
            msgspec.structs.replace(
                found,
                announced=_announced(said),
                published=said.published or (said.modified if fate else None),
                fate=fate,
            )
        )

    def _too_old(self, said: Announcement) -> Fate | None:
        """What was last changed before --since was published before it."""
        since = self._limits.since
        return self._limits.by_date(said.modified) if since and (said.modified or since)[:10] < since else None

    def _bounded(self, found: Found) -> Found:
        if found.fate is None and found.depth > self._limits.depth:
            return msgspec.structs.replace(found, fate=Fate(TOO_DEEP, f"{found.depth} links from the home page"))
        return found


def _found(url: str, kind: Kind, *, depth: int, by: By, on: str | None, priority: float) -> Found:
    fetched = tidy(url)
    return Found(
        url=canonical(url) if kind in ("article", "section", "home") else fetched,
        given=fetched,
        host=host_of(fetched),
        kind=kind,
        pattern=pattern_of(fetched),
        depth=depth,
        by=by,
        on=on,
        priority=priority,
    )


def _announced(said: Announcement) -> Announced | None:
    """The witness for the cleaner. A bare link is none."""
    if said.source == "page" and said.title is None:
        return None
    source = "sitemap" if said.source == "sitemap" and said.title is None else SOURCES[said.source]
    return Announced(
        source=source,
        title=said.title,
        authors=said.authors,
        published=said.published,
        modified=said.modified,
        language=said.language,
        section=said.section,
    )
