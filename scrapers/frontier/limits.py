"""How far a crawl goes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from scrapers.frontier.fates import TOO_NEW, TOO_OLD, Fate, Schedule


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a run may do at most."""

    since: str | None = None
    """A day, YYYY-MM-DD: articles from before it are not saved."""
    until: str | None = None
    """A day: articles from after it are not saved."""
    max_articles: int | None = None
    """New articles of one run."""
    patience: float = 60.0
    """Seconds that a run waits for a host that wants to be left alone, when nothing else is left to do."""
    per_site: Mapping[str, int] = {}
    """The same for sites of which fewer are wanted."""
    depth: int = 8
    """Links between the home page and what is fetched."""
    in_flight: int = 16
    """Pages of leased URLs not yet settled on the disk: what a kill makes the next run fetch again.

    With so many nothing more is leased; what is leased may turn out to have further pages.
    """
    per_host: int = 1
    """Requests under way to one host."""
    store_withheld: bool = False
    """The text is kept even where its publisher says noindex or noarchive."""
    keep_all: bool = False
    """Pages that are no articles are saved too."""
    schedule: Schedule = Schedule()

    def by_date(self, published: str | None) -> Fate | None:
        """The fate of an article of that date; None: it is within the limits, or its date is not known."""
        day = (published or "")[:10]
        if day and self.since and day < self.since:
            return Fate(TOO_OLD, f"of {day}")
        if day and self.until and day > self.until:
            return Fate(TOO_NEW, f"of {day}")
        return None
