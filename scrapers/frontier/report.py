"""What a state file can tell: what became of a URL, and of all of them."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from scrapers.discovery.canonical import canonical
from scrapers.discovery.owners import site_of
from scrapers.discovery.urls import tidy
from scrapers.frontier.fates import DUPLICATE, WAITING
from scrapers.frontier.traps import MOST_ALIKE, pattern_of


class SiteReport(NamedTuple):
    """All URLs of a site by their fates; they add up to `discovered`."""

    site: str
    discovered: int
    fates: dict[str, int]
    articles: int
    versions: int


class Story(NamedTuple):
    """What is known of one URL."""

    url: str
    given: str
    kind: str
    discovered_by: str
    discovered_on: str | None
    discovered_at: str
    published: str | None
    state: str
    due_at: str | None
    fate: str | None
    detail: str | None
    fate_at: str | None
    visits: list[tuple[str, str, str | None]]
    """When somebody went there, and what came of it."""
    versions: list[tuple[int, str]]
    """The versions that are saved, and when."""
    others: list[str]
    """Addresses that turned out to be the same article."""


STORY = "url, given, kind, discovered_by, discovered_on, discovered_at, published, state, due_at, fate, detail, fate_at"


def report_sites(connection: sqlite3.Connection, site: str | None = None) -> list[SiteReport]:
    """One report a site, by name; of one site only where it is given."""
    rows = connection.execute(
        f"SELECT site, coalesce(fate, '{WAITING}'), count(*) FROM urls WHERE site = ? OR ? IS NULL GROUP BY 1, 2"
        " ORDER BY 1, 3 DESC",
        (site, site),
    ).fetchall()
    articles = {
        name: (articles, versions)
        for name, articles, versions in connection.execute(
            "SELECT site, count(DISTINCT urls.id), count(*) FROM articles JOIN urls ON urls.id = articles.url"
            " GROUP BY 1"
        )
    }
    sites: dict[str, dict[str, int]] = {}
    for name, fate, count in rows:
        sites.setdefault(name, {})[fate] = count
    discovered = dict(connection.execute("SELECT site, count(*) FROM urls GROUP BY 1"))
    return [SiteReport(name, discovered[name], fates, *articles.get(name, (0, 0))) for name, fates in sites.items()]


def one_of_many(connection: sqlite3.Connection, url: str) -> str | None:
    """What an address that was never entered has in common with links of which enough are remembered; None: nothing."""
    pattern = pattern_of(tidy(url))
    count = connection.execute(
        "SELECT count(*) FROM urls WHERE fate = 'not followed' AND site = ? AND pattern = ?", (site_of(url), pattern)
    )
    return pattern if count.fetchone()[0] >= MOST_ALIKE else None


def other_addresses(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """The addresses that turned out to be the article at another one, by that one."""
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        f"SELECT substr(detail, 4), given FROM urls WHERE fate = '{DUPLICATE}' AND detail LIKE 'of %' ORDER BY id"
    )
    for address, other in rows:
        found.setdefault(address, []).append(other)
    return found


def tell_story(connection: sqlite3.Connection, url: str) -> Story | None:
    """What became of a URL, in whatever spelling; None: it was never seen."""
    for spelling in (canonical(url), tidy(url), url):
        row = connection.execute(f"SELECT id, {STORY} FROM urls WHERE url = ? OR given = ?", (spelling, spelling))
        if (found := row.fetchone()) is not None:
            number, *fields = found
            visits = connection.execute("SELECT at, fate, detail FROM visits WHERE url = ? ORDER BY rowid", (number,))
            versions = connection.execute(
                "SELECT version, saved_at FROM articles WHERE url = ? ORDER BY version", (number,)
            )
            others = connection.execute(
                f"SELECT given FROM urls WHERE fate = '{DUPLICATE}' AND detail = 'of ' || ? AND given <> ? ORDER BY id",
                (fields[0], fields[1]),
            )
            named = [other for (other,) in others]
            return Story._make((*fields, visits.fetchall(), versions.fetchall(), named))
    return None
