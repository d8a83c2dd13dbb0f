"""What a person who starts a run expects to be looked at once more, whatever its schedule says."""

from __future__ import annotations

from collections.abc import Iterable

from scrapers.frontier.fates import MAY_GO_BETTER, READ, ROBOTS, TOO_NEW, TOO_OLD, UNCHANGED
from scrapers.frontier.limits import Limits
from scrapers.frontier.urls import Urls

OF_SITE = "site = ? AND"
FEEDS = f"kind IN ('feed', 'sitemap') AND fate IN ('{READ}', '{UNCHANGED}')"


def make_due(urls: Urls, site: str, limits: Limits) -> None:
    """Feeds and sitemaps; pages of links where there are neither; what failed and may go better, or had other dates."""
    # A sitemap whose index tells when it changes is due when it has.
    urls.revive(
        f"{OF_SITE} kind IN ('feed', 'sitemap') AND (discovered_by NOT IN ('guess', 'sitemap')"
        f" OR fate IN ('{READ}', '{UNCHANGED}')) AND announced IS NULL",
        (site,),
    )
    urls.revive(f"{OF_SITE} fate IN ({_quoted(MAY_GO_BETTER)})", (site,))
    urls.revive(f"{OF_SITE} fate = '{ROBOTS}' AND detail LIKE 'robots.txt cannot be read%'", (site,))
    urls.revive(f"{OF_SITE} fate = '{TOO_OLD}' AND published >= ?", (site, limits.since or ""))
    until = limits.until or "9999"
    urls.revive(f"{OF_SITE} fate = '{TOO_NEW}' AND substr(published, 1, 10) <= ?", (site, until))
    if not urls.state.rows(f"SELECT 1 FROM urls WHERE {OF_SITE} {FEEDS} LIMIT 1", (site,)):
        urls.revive(f"{OF_SITE} kind IN ('home', 'section') AND fate IN ('{READ}', '{UNCHANGED}')", (site,))


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
