"""Dates of feeds and sitemaps, in the one form that records hold them in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from time import struct_time

LONGEST = 60
YEARS = range(1990, 2101)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# W3C's note on dates writes a colon in the zone and full stops before fractions; feeds leave out and mix up both.
W3C = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ]+(\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?", re.I
)
UTC_NAMES = frozenset(("z", "utc", "gmt"))


def iso_date(text: str | None, parsed: struct_time | None = None) -> str | None:
    """ISO 8601 of a date in RFC 822's or W3C's form: "2026-03-18" or "2026-03-18T09:30:00+01:00".

    parsed: the same in UTC, as feedparser understood it, for forms that nobody else knows. None: no date, or one
    outside 1990 to 2100.
    """
    text = (text or "").strip()[:LONGEST]
    found = _day(text) or _w3c(text) or _rfc_822(text) or _parsed(parsed)
    return found if found and int(found[:4]) in YEARS else None


def _day(text: str) -> str | None:
    if not DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _w3c(text: str) -> str | None:
    match = W3C.match(text)
    if match is None:
        return None
    day, clock, zone = match.groups(default="")
    clock = clock if clock[2] == ":" else f"0{clock}"
    zone = "+00:00" if zone.lower() in UTC_NAMES else zone
    try:
        return _written(datetime.fromisoformat(f"{day}T{clock}{zone}"))
    except ValueError:
        return None


def _rfc_822(text: str) -> str | None:
    try:
        return _written(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _parsed(parsed: struct_time | None) -> str | None:
    try:
        return _written(datetime(*parsed[:6], tzinfo=UTC)) if parsed else None
    except (ValueError, TypeError):
        return None


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
