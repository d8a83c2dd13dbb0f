"""What becomes of an answer that saves nothing: unchanged, a duplicate, refused, failed, to come back later."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from items import Article, Failure, Page
from scrapers.frontier import moments
from scrapers.frontier.articles import Articles
from scrapers.frontier.fates import (
    ASKED_TO_WAIT,
    DUPLICATE,
    FAILED,
    GONE,
    MAY_GO_BETTER,
    NO_ARTICLE,
    NOT_FOUND,
    POLL_MOST,
    READ,
    TOO_NEW,
    TOO_OLD,
    UNCHANGED,
    Fate,
    of_failure,
    poll_again,
)
from scrapers.frontier.limits import Limits
from scrapers.frontier.urls import Lease, Urls

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


class Settling:
    """Enters the fate of every answer that saves nothing."""

    def __init__(self, urls: Urls, articles: Articles, limits: Limits) -> None:
        self._urls = urls
        self._articles = articles
        self._limits = limits

    def without_article(self, lease: Lease, arrival: Arrival, new: int) -> Settled:
        """For what was not cleaned: a failure, a feed, something that has not changed."""
        outcome = arrival.outcome
        assert not isinstance(outcome, Page)
        if isinstance(outcome, Failure):
            return self._put_off(lease, outcome, arrival.wait) or self._fail(lease, of_failure(outcome.reason))
        if outcome.name == UNCHANGED and lease.kind == "article":
            return self.unchanged(lease, arrival)
        if outcome.name == FAILED:
            return self._fail(lease, outcome)
        if lease.kind in POLLED:
            every = poll_again(lease.every, changed=new > 0)
            self._urls.settle(lease, outcome, again=every, every=every, validators=arrival.validators)
        else:
            self._urls.settle(lease, outcome, validators=arrival.validators)
        return Settled(outcome, is_barren=outcome.name != UNCHANGED)

    def refuse(self, lease: Lease, arrival: Arrival, article: Article, fate: Fate) -> Settled:
        """For an article that is not wanted, or a page that is none."""
        if fate.name == NO_ARTICLE and lease.kind in POLLED:
            return self.without_article(
                lease, msgspec.structs.replace(arrival, outcome=Fate(READ)), new=len(arrival.found)
            )
        self._urls.settle(lease, fate, validators=arrival.validators, published=article.published)
        return Settled(fate, is_barren=fate.name not in NEUTRAL)

    def unchanged(self, lease: Lease, arrival: Arrival) -> Settled:
        """For an article that says what it said last time."""
        checks = lease.checks + 1
        again = self.recheck(lease, checks)
        self._urls.settle(lease, Fate(UNCHANGED), again=again, checks=checks, validators=arrival.validators)
        return Settled(Fate(UNCHANGED), is_barren=False)

    def duplicate(self, lease: Lease, arrival: Arrival, of: int) -> Settled:
        """For an article that is saved under another address. of: the number of that URL."""
        fate = Fate(DUPLICATE, f"of {self._urls.row(of).url}")
        self._urls.settle(lease, fate, validators=arrival.validators)
        return Settled(fate)

    def recheck(self, lease: Lease, checks: int) -> float | None:
        """In how many seconds an article is looked at again, after so many checks; None: never."""
        first = self._articles.first_saved(lease.id)
        age = moments.seconds_between(first, moments.now()) if first else 0.0
        return self._limits.schedule.recheck(checks, age)

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
