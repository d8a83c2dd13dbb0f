"""Moments as the state file holds them: ISO 8601, UTC, whole seconds, so that they sort as they stand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

FORM = "%Y-%m-%dT%H:%M:%SZ"
DAY = 86400.0


def now() -> str:
    """This moment."""
    return datetime.now(UTC).strftime(FORM)


def after(moment: str, seconds: float) -> str:
    """The moment that many seconds later."""
    return (datetime.strptime(moment, FORM).replace(tzinfo=UTC) + timedelta(seconds=seconds)).strftime(FORM)


def seconds_between(earlier: str, later: str) -> float:
    """How long it is from one moment to another."""
    return (datetime.strptime(later, FORM) - datetime.strptime(earlier, FORM)).total_seconds()


def read(written: str | None) -> datetime | None:
    """A date as feeds, sitemaps and records write it (ISO 8601, RFC 822), in UTC; None for what is no date."""
    if not written:
        return None
    for reader in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = reader(written.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        try:
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (OverflowError, ValueError):
            return None
    return None


def days(moment: datetime) -> float:
    """Days since 1970, as a measure of how new something is."""
    return moment.timestamp() / DAY
