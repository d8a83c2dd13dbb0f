"""How long a server wishes to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 7 * 86400.0  # seconds; more is a mistake, or as good as never


def seconds_to_wait(header: bytes | str | None, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header: a number, or a date of HTTP's form (RFC 9110, 10.2.3). None: it says neither.

    At most a week. now: in UTC, by default the clock's.
    """
    text = (header.decode("latin-1") if isinstance(header, bytes) else header or "").strip()
    if text.isascii() and text.isdigit():
        return min(LONGEST, float(text[:9]))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(LONGEST, max(0.0, (until - (now or datetime.now(UTC))).total_seconds()))
