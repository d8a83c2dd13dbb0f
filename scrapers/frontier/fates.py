"""What can become of a URL, and when it is looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from scrapers.reasons import HEAD_TOO_LARGE, TOO_LARGE, TOO_MANY_REDIRECTS, TOO_SLOW, short

SAVED = "saved"
NEW_VERSION = "new version"
UNCHANGED = "unchanged"
READ = "read"
DUPLICATE = "duplicate"
NO_ARTICLE = "not an article"
EMPTY = "extraction empty"
PAYWALLED = "paywalled"
BROWSER = "needs a browser"
TOO_OLD = "too old"
TOO_NEW = "too new"
NOT_FOLLOWED = "not followed"
TRAP = "trap"
TOO_DEEP = "too deep"
ELSEWHERE = "elsewhere"
ROBOTS = "robots"
REFUSED = "refused"
FORBIDDEN = "403"
NOT_FOUND = "404"
GONE = "gone"
LARGE = "too large"
TIMEOUT = "timeout"
SLOW = "too slow"
NOT_A_PAGE = "not a web page"
FAILED = "failed"
ASKED_TO_WAIT = "asked to wait"
FORGOTTEN = "forgotten"

MEANINGS = {
    SAVED: "the article is saved",
    NEW_VERSION: "it had changed, and is saved again",
    UNCHANGED: "looked at again: as it was saved",
    READ: "a feed, sitemap or page of links, read",
    DUPLICATE: "the same article as another address",
    NO_ARTICLE: "a page, but no article",
    EMPTY: "an article whose text was not found",
    PAYWALLED: "only its beginning is shown",
    BROWSER: "an empty shell that a browser would have to fill",
    TOO_OLD: "older than --since",
    TOO_NEW: "newer than --until",
    NOT_FOLLOWED: "a link that looks like no article",
    TRAP: "one of endlessly many addresses alike that gave nothing new",
    TOO_DEEP: "too many links away from the home page",
    ELSEWHERE: "not of this site",
    ROBOTS: "robots.txt forbids it, or could not be read",
    REFUSED: "an address that is not fetched",
    FORBIDDEN: "the site refuses it (401, 403)",
    NOT_FOUND: "there is no such page",
    GONE: "it was there, and was taken away (404, 410, 451)",
    LARGE: "larger than is allowed",
    TIMEOUT: "no answer in time",
    SLOW: "the answer came in drops, and was given up",
    NOT_A_PAGE: "a PDF, an image, a feed, …",
    FAILED: "no page, for another reason",
    FORGOTTEN: "taken out at somebody's wish, and not fetched again",
    ASKED_TO_WAIT: "the host wishes to be left alone for a while",
}
WAITING = "waiting"
"""What `status` calls a URL that has no fate yet."""

KEPT = frozenset({SAVED, NEW_VERSION, UNCHANGED})
"""The article is in the state file."""
FAILURES = frozenset({FAILED, TIMEOUT, SLOW, FORBIDDEN, ASKED_TO_WAIT})
"""What makes a run end with exit code 10. That there is no such page (404) is an answer, not a failure."""
MAY_GO_BETTER = frozenset({FAILED, TIMEOUT, SLOW})

HOUR = 3600.0
RECHECKS = (HOUR, 6 * HOUR, 24 * HOUR, 7 * 24 * HOUR)
"""Seconds after it was first saved at which an article is looked at again."""
RETRIES = (HOUR, 6 * HOUR, 24 * HOUR)
"""Seconds after each failure that may go better next time."""
POLL_FIRST = HOUR
POLL_LEAST, POLL_MOST = 300.0, 24 * HOUR
FASTER, SLOWER = 0.5, 1.5

STATUS_FATES = {401: FORBIDDEN, 403: FORBIDDEN, 404: NOT_FOUND, 410: GONE, 451: GONE}


class Schedule(msgspec.Struct, frozen=True):
    """When to look again."""

    rechecks: Sequence[float] = RECHECKS
    retries: Sequence[float] = RETRIES

    def recheck(self, checks: int, age: float) -> float | None:
        """Seconds until an article that was looked at `checks` times and is `age` seconds old is due; None: never."""
        if checks >= len(self.rechecks):
            return None
        return max(0.0, self.rechecks[checks] - age)

    def retry(self, attempts: int) -> float | None:
        """Seconds until the next try after that many failures in a row; None: it is given up."""
        return self.retries[attempts - 1] if attempts <= len(self.retries) else None


def poll_again(every: float | None, changed: bool) -> float:
    """Seconds until a feed is read again: sooner where it had something new, later where it had not."""
    if every is None:
        return POLL_FIRST
    return min(POLL_MOST, max(POLL_LEAST, every * (FASTER if changed else SLOWER)))


class Fate(NamedTuple):
    """What became of a URL, and the particulars for a person."""

    name: str
    detail: str | None = None


def of_failure(reason: str) -> Fate:
    """The fate that a reason in words (`scrapers.reasons`, `scrapers.safety`) comes to."""
    kind = short(reason)
    if kind.isdigit():
        return Fate(STATUS_FATES.get(int(kind), FAILED), reason)
    return Fate(BY_REASON.get(kind, FAILED), reason)


BY_REASON = {
    "robots.txt forbids it": ROBOTS,
    "robots.txt cannot be read": ROBOTS,
    "private address refused": REFUSED,
    "user name in the address": REFUSED,
    "not a valid address": REFUSED,
    "not a valid host name": REFUSED,
    "not an http or https address": REFUSED,
    "redirect refused": REFUSED,
    TOO_LARGE: LARGE,
    HEAD_TOO_LARGE: LARGE,
    TOO_SLOW: SLOW,
    TOO_MANY_REDIRECTS: TRAP,
    "no answer in time": TIMEOUT,
    "not a web page": NOT_A_PAGE,
    "empty answer": EMPTY,
}
