"""Addresses without end: what they have in common, and when to stop following them.

A pattern is an address with its numbers, slugs and repeated parts made alike, so that all the days of a calendar, all
the settings of a filter and all the growth of a relative link fall into one. A pattern that gave nothing new for many
pages in a row is closed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from scrapers.frontier.state import State

PATIENCE = 40  # pages in a row without anything new, for each pattern
WIDE_PATIENCE = 300  # the same for all links of a site together
WHOLE_SITE = "*"
MOST_ALIKE = 100  # links of one pattern that are remembered without being followed

NUMBER = re.compile(r"\d+")
SLUG = re.compile(r"[^/]*[-_][^/]*[-_][^/]*|[^/]*(?:[a-z]\d|\d[a-z])[^/]*|[^/]{30,}", re.IGNORECASE)


def pattern_of(url: str) -> str:
    """What the address has in common with others that differ in numbers, slugs, values and repetition only."""
    parts = urlsplit(url)
    segments: list[str] = []
    for segment in parts.path.split("/"):
        shape = "*" if SLUG.fullmatch(segment) else NUMBER.sub("0", segment)
        if shape not in segments or shape == "":
            segments.append(shape)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    query = "?" + "&".join(NUMBER.sub("0", name) for name in names) if names else ""
    return "/".join(segments) + query


class Traps:
    """Which patterns of which sites are closed, and how long the others have given nothing."""

    def __init__(self, state: State) -> None:
        self.state = state
        rows = state.rows("SELECT site, pattern FROM patterns WHERE closed")
        self._closed: set[tuple[str, str]] = set(rows)

    def begin(self) -> None:
        """A new run has new patience with a site as a whole; what is closed stays closed."""
        self.state.execute("DELETE FROM patterns WHERE pattern = ?", (WHOLE_SITE,))
        self._closed = {(site, pattern) for site, pattern in self._closed if pattern != WHOLE_SITE}

    def is_closed(self, site: str, pattern: str, *, wide: bool) -> bool:
        """Whether to follow no more addresses of the pattern; wide: nor those of a site that gives nothing at all."""
        return (site, pattern) in self._closed or (wide and (site, WHOLE_SITE) in self._closed)

    def barren(self, site: str, pattern: str) -> list[str]:
        """A page of the pattern gave nothing new; returns which patterns are closed by that."""
        return [each for each in (pattern, WHOLE_SITE) if self._count(site, each)]

    def fruitful(self, site: str, pattern: str) -> None:
        """A page of the pattern gave something new."""
        self.state.execute(
            "INSERT INTO patterns (site, pattern, fruits) VALUES (?, ?, 1), (?, ?, 1) ON CONFLICT (site, pattern)"
            " DO UPDATE SET fruits = fruits + 1, barren = 0",
            (site, pattern, site, WHOLE_SITE),
        )

    def _count(self, site: str, pattern: str) -> bool:
        """One more barren page; True: that was one too many."""
        patience = WIDE_PATIENCE if pattern == WHOLE_SITE else PATIENCE
        # What has given much may pause for longer.
        rows = self.state.execute(
            "INSERT INTO patterns (site, pattern, barren) VALUES (?, ?, 1) ON CONFLICT (site, pattern) DO UPDATE"
            " SET barren = barren + 1, closed = closed OR barren + 1 >= ? + fruits"
            " RETURNING closed AND barren = ? + fruits",
            (site, pattern, patience, patience),
        ).fetchall()
        if rows[0][0]:
            self._closed.add((site, pattern))
        return bool(rows[0][0])
