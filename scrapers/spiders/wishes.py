"""What a crawl of a newspaper is asked for: whether it can be done, and how far it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from scrapy.settings import BaseSettings

from scrapers.discovery.owners import site_of
from scrapers.frontier.fates import Schedule
from scrapers.frontier.limits import Limits
from scrapers.reasons import one_line
from scrapers.safety import why_refused
from scrapers.sources import Source
from scrapers.spiders.article import BadArgument

DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def check_addresses(urls: Iterable[str]) -> None:
    """Raises BadArgument for one that cannot be fetched."""
    for url in urls:
        if reason := why_refused(url, allow_private=True):
            hint = ": does https:// belong in front of it?" if "://" not in url else ""
            raise BadArgument(f"{one_line(url)}: {reason}{hint}")


def check_day(name: str, day: str | None) -> None:
    """Raises BadArgument for what is no day. None is fine."""
    if day is not None and not DATE.fullmatch(day):
        raise BadArgument(f"{name}={one_line(day)}: not a day, YYYY-MM-DD")


def check_number(most: str | int | None) -> None:
    """Raises BadArgument for what is no number of articles. None is fine."""
    if most is not None and not (str(most).isdigit() and int(most) > 0):
        raise BadArgument(f"max_articles={one_line(str(most))}: not a number of articles")


def limits_of(
    settings: BaseSettings, sources: Sequence[Source], since: str | None, until: str | None, most: int | None
) -> Limits:
    """How far a crawl goes, by its arguments and Scrapy's settings."""
    return Limits(
        per_site={site_of(one.home): one.max_articles for one in sources if one.max_articles is not None},
        since=since,
        until=until,
        max_articles=most,
        patience=settings.getfloat("BROADSHEET_LONGEST_WAIT"),
        schedule=Schedule([3600 * float(hours) for hours in settings.getlist("BROADSHEET_RECHECKS")]),
        depth=settings.getint("BROADSHEET_DEPTH"),
        in_flight=settings.getint("CONCURRENT_REQUESTS"),
        per_host=settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"),
        store_withheld=settings.getbool("BROADSHEET_STORE_WITHHELD"),
        keep_all=settings.getbool("BROADSHEET_ALL"),
    )
