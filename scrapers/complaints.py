"""What is wrong with a crawl as a whole, told from its stats: a site that has changed, a door that has closed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from scrapers.frontier.fates import (
    BROWSER,
    EMPTY,
    FAILURES,
    KEPT,
    NEW_VERSION,
    NO_ARTICLE,
    PAYWALLED,
    ROBOTS,
    SAVED,
)

FATE = "broadsheet/fates/"
WITHOUT = "broadsheet/without/"
BARE = frozenset({EMPTY, PAYWALLED, BROWSER, NO_ARTICLE})
"""Pages that came and gave nothing."""


class Bounds(msgspec.Struct, frozen=True):
    """Shares from 0 to 1 beyond which a crawl is complained of."""

    failed: float = 0.2
    """Of the pages that were asked for."""
    bare: float = 0.5
    """Of the pages that came."""
    undated: float = 0.5
    """Of the articles saved."""
    untitled: float = 0.1
    """Of the articles saved."""
    fewest: int = 10
    """Of so many none is yet a share."""


def failed(stats: Mapping[str, Any], bounds: Bounds) -> Iterator[str]:
    """Too many pages did not come."""
    fates = _fates(stats)
    bad = sum(fates.get(name, 0) for name in (*FAILURES, ROBOTS))
    yield from _beyond(bad, sum(fates.values()), bounds.failed, bounds, "pages did not come")


def bare(stats: Mapping[str, Any], bounds: Bounds) -> Iterator[str]:
    """Too many pages came without an article, as they do when a site has changed."""
    fates = _fates(stats)
    none = sum(fates.get(name, 0) for name in BARE)
    yield from _beyond(none, none + sum(fates.get(name, 0) for name in KEPT), bounds.bare, bounds, "pages gave nothing")


def poor(stats: Mapping[str, Any], bounds: Bounds) -> Iterator[str]:
    """Too many articles lack what every article has."""
    fates = _fates(stats)
    saved = fates.get(SAVED, 0) + fates.get(NEW_VERSION, 0)
    for name, bound in (("published", bounds.undated), ("title", bounds.untitled)):
        yield from _beyond(stats.get(WITHOUT + name, 0), saved, bound, bounds, f"articles have no {name}")


def silent(stats: Mapping[str, Any], bounds: Bounds) -> Iterator[str]:
    """Nothing was fetched at all."""
    if not _fates(stats):
        yield "nothing was fetched"


def _fates(stats: Mapping[str, Any]) -> dict[str, int]:
    return {name.removeprefix(FATE): count for name, count in stats.items() if name.startswith(FATE)}


def _beyond(some: int, of: int, bound: float, bounds: Bounds, what: str) -> Iterator[str]:
    if of >= bounds.fewest and some > bound * of:
        yield f"{some} of {of} {what}; allowed are {bound:.0%}"
