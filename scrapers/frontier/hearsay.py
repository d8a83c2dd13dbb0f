"""What is said of an article before anybody goes there, by several, and more than once."""

from __future__ import annotations

import msgspec

from items import Announced
from scrapers.frontier import moments

SOURCES = ("feed", "news_sitemap", "sitemap", "listing")
"""Who announces articles, from the one that tells most."""


def as_json(announced: Announced | None) -> str | None:
    """As the state file keeps it."""
    return msgspec.json.encode(announced).decode() if announced is not None else None


def together(before: Announced | None, said: Announced) -> Announced:
    """Both announcements as one: the later one's words, and what only the earlier one said."""
    if before is None:
        return said
    told = {name: value for name in Announced.__struct_fields__ if (value := getattr(said, name))}
    modified = max(filter(None, (before.modified, said.modified)), key=_moment, default=None)
    source = min(before.source, said.source, key=SOURCES.index)
    return msgspec.structs.replace(before, **{**told, "modified": modified, "source": source})


def _moment(written: str) -> float:
    moment = moments.read(written)
    return moments.days(moment) if moment else 0.0


def is_later(said: str | None, before: str | None, seen: str | None) -> bool:
    """Whether a date of change that is announced is news: later than the one known, or than our last look."""
    moment = moments.read(said)
    known = moments.read(before) or moments.read(seen)
    return moment is not None and (known is None or moment > known)
