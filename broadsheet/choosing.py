"""Which records of a source an export takes."""

from __future__ import annotations

import msgspec

from output.lines import day_of, host_of
from output.record import Record


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What must be true of a record; what is left out chooses nothing."""

    since: str | None = None
    """Published, or where that is not known fetched, on this day (YYYY-MM-DD) or later."""
    sites: tuple[str, ...] = ()
    """On one of these hosts or below it."""
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    min_words: int = 0
    include_reserved: bool = False
    """Those too whose publisher reserves the right to use them for text and data mining."""

    def takes(self, record: Record) -> bool:
        """Whether a record is chosen."""
        return self.means(record) and not self.spares(record)

    def spares(self, record: Record) -> bool:
        """Whether it is left out as its publisher wishes."""
        return record.rights.reserved and not self.include_reserved

    def means(self, record: Record) -> bool:
        """Whether it is what was asked for, whatever its publisher wishes."""
        return (
            record.word_count >= self.min_words
            and (self.since is None or (day_of(record) or "") >= self.since)
            and (not self.languages or record.language in self.languages)
            and (not self.kinds or record.kind in self.kinds)
            and (not self.sites or any(is_on(host_of(record), site) for site in self.sites))
        )


def is_on(host: str, site: str) -> bool:
    """Whether a host is the site or one below it: `news.example.org` is on `example.org`."""
    return host == site or host.endswith(f".{site}")


def site_name(given: str) -> str:
    """`https://www.example.org/` and `example.org` alike as `example.org`."""
    return given.partition("://")[2].partition("/")[0].lower().removeprefix("www.") if "://" in given else given.lower()
