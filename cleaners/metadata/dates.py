"""A date out of a short string: ISO stamps, numbers, month names in some seventy languages, East Asian dates, eras.

Nothing longer than LONGEST characters is looked at, so every expression here runs on a bounded string. Which of
04/05/2025's numbers is the month is decided by `month_first`; the other reading is kept as `swapped`, for another
witness to confirm.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from importlib.resources import files
from typing import NamedTuple

LONGEST = 100
EARLIEST = date(1990, 1, 1)
LATEST = date(2099, 12, 31)
# English-writing countries that put the day first, by country code (top-level domain, or region of a language tag).
DAY_FIRST = frozenset("uk gb au nz ie in za sg my ke ng gh zw na".split())
REGION_IN_URL = re.compile(r"^[a-z]{3,5}://[^/]{1,200}/en-([a-z]{2})/", re.IGNORECASE)
# Zone names that mean one offset, in minutes. IST, CST, BST and the like mean several and are left out.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "cet": 60, "mez": 60, "cest": 120, "mesz": 120, "eet": 120, "eest": 180, "msk": 180,
    "est": -300, "edt": -240, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "jst": 540, "kst": 540,
    "sgt": 480, "aest": 600, "aedt": 660, "sast": 120,
}  # fmt: skip
ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"
    r"(?:[T ,]{1,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,:]\d{1,9})?)? ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
    re.IGNORECASE,
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?(?: ?(Z|[+-]\d{2}:?\d{2}))?")
EPOCH = re.compile(r"(\d{10})(?:\d{3})?")
EAST = re.compile(r"(\d{4}|(?:令和|平成) ?(?:\d{1,2}|元))\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]?")
ERAS = {"令和": 2018, "平成": 1988}
YEAR_FIRST = re.compile(r"(?<![\d.,/])(\d{4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,2})(?![\d/]|[.,]\d)")
YEAR_LAST = re.compile(r"(?<![\d.,/])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/%€$]|[.,]\d)")
CLOCK = re.compile(
    r"(?<![\d:.])([01]?\d|2[0-3])[:h.]([0-5]\d)(?::([0-5]\d))?(?![\d.,]\d)\s?([ap]\.?m\b\.?)?\s?(uhr\b)?", re.IGNORECASE
)
ZONE = re.compile(r"\s{0,2}\(?(?:(?:UTC|GMT)(?=[+-]))?([+-]\d{2}:?\d{2}|[A-Za-z]{1,4}\b)")
SHORT_YEAR = re.compile(r"[^\W\d_]\.?[\s’'/-]{1,2}(\d{2})(?![\d:.hH]|\s?[ap]\.?m)")
TOKEN = re.compile(r"\d+|[^\d\s,;:/()|·•‧–—\-\[\]\u060c'’]+")


class Stamp(NamedTuple):
    """A date that was read. iso: ISO 8601, as precise as it was given, with the zone where it was given."""

    iso: str
    day: date
    swapped: date | None
    """The other reading of day and month, where both are possible."""
    utc_day: date
    """The day in UTC: the same as `day` where no zone was given."""


def _months() -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """By language: name → month. And the names that mean the same month in every language that has them."""
    table = tomllib.loads((files("cleaners.metadata") / "months.toml").read_text("utf-8"))
    by_language = {
        language: {name: number for number, names in enumerate(entry["months"], 1) for name in names}
        for language, entry in table.items()
    }
    meanings: defaultdict[str, set[int]] = defaultdict(set)
    for names in by_language.values():
        for name, number in names.items():
            meanings[name].add(number)
    return by_language, {name: min(numbers) for name, numbers in meanings.items() if len(numbers) == 1}


MONTHS, EVERY_MONTH = _months()


def month_first(language: str, url: str | None) -> bool:
    """Whether 4/5/2025 is April: only in English, and not where the country is known to write the day first."""
    parts = language.lower().replace("_", "-").split("-")
    host = (url or "").split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    if parts[0] not in ("en", ""):
        return False
    region = REGION_IN_URL.search(url or "")
    if region and region[1].lower() in DAY_FIRST:
        return False
    return host.rsplit(".", 1)[-1].lower() not in DAY_FIRST and not DAY_FIRST.intersection(parts[1:])


def read_date(text: str, language: str = "", *, us: bool = False, today: date | None = None) -> Stamp | None:
    """The first date of a short string; None: none there, or not between 1990 and the day after `today`.

    language: a language tag, to read month names by. us: 4/5/2025 is April.
    """
    if not text or len(text) > LONGEST:
        return None
    text = _plain_digits(text.strip())
    if not any(map(str.isdecimal, text)):
        return None
    for reader in (_iso, _compact, _east):
        found = reader(text)
        if found:
            return _within(found, today)
    short_years = not language.lower().startswith("en")
    return _within(_named(text, language) or _year_first(text) or _year_last(text, us, short_years), today)


def _plain_digits(text: str) -> str:
    """Arabic, Persian, Devanagari … digits as 0 to 9."""
    if text.isascii():
        return text
    return "".join(str(int(c)) if c.isdecimal() and not c.isascii() else c for c in text)


def _within(stamp: Stamp | None, today: date | None) -> Stamp | None:
    if stamp is None:
        return None
    latest = today + timedelta(days=1) if today else LATEST
    swapped = stamp.swapped if stamp.swapped and EARLIEST <= stamp.swapped <= latest else None
    if EARLIEST <= stamp.day <= latest:
        return stamp._replace(swapped=swapped)
    return Stamp(swapped.isoformat(), swapped, None, swapped) if swapped else None


def _stamp(day: date, clock: tuple[int, int, int] | None, zone: str | None, swapped: date | None = None) -> Stamp:
    if clock is None:
        return Stamp(day.isoformat(), day, swapped, day)
    when = datetime(day.year, day.month, day.day, *clock)
    offset = _offset(zone)
    if offset is None:
        return Stamp(when.isoformat(), day, swapped, day)
    when = when.replace(tzinfo=timezone(timedelta(minutes=offset)))
    return Stamp(when.isoformat(), day, swapped, when.astimezone(UTC).date())


def _offset(zone: str | None) -> int | None:
    """Minutes east of Greenwich. None: no zone, or one that means several."""
    if not zone:
        return None
    if zone[0] not in "+-":
        return ZONES.get(zone.lower())
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return None if minutes >= 24 * 60 else -minutes if zone[0] == "-" else minutes


def _day(year: int, month: int, day: int) -> date | None:
    if 2400 < year < 2700:  # the Buddhist era, as Thai pages count
        year -= 543
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(hour: str | None, minute: str | None, second: str | None) -> tuple[int, int, int] | None:
    if hour is None or minute is None:
        return None
    clock = int(hour), int(minute), int(second or 0)
    return clock if clock[0] < 24 and clock[1] < 60 and clock[2] < 60 else None


def _iso(text: str) -> Stamp | None:
    match = ISO.search(text)
    if not match:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    found = _day(int(year), int(month), int(day))
    return _stamp(found, _clock(hour, minute, second), zone) if found else None


def _compact(text: str) -> Stamp | None:
    match = COMPACT.fullmatch(text)
    found = _day(int(match[1]), int(match[2]), int(match[3])) if match else None
    if match and found:
        return _stamp(found, _clock(match[4], match[5], match[6]), match[7])
    if EPOCH.fullmatch(text):
        when = datetime.fromtimestamp(int(text[:10]), UTC)
        return Stamp(when.isoformat(), when.date(), None, when.date())
    return None


def _east(text: str) -> Stamp | None:
    match = EAST.search(text)
    if not match:
        return None
    year = match[1]
    if not year.isdecimal():
        count = year[2:].strip()
        year = str(ERAS[year[:2]] + (1 if count == "元" else int(count)))
    found = _day(int(year), int(match[2]), int(match[3]))
    return _stamp(found, *_clock_in(text[match.end() :])) if found else None


def _year_first(text: str) -> Stamp | None:
    match = YEAR_FIRST.search(text)
    found = _day(int(match[1]), int(match[2]), int(match[3])) if match else None
    return _stamp(found, *_clock_in(text[match.end() :])) if match and found else None


def _year_last(text: str, us: bool, short_years: bool) -> Stamp | None:
    """4/9/2025 and 4.9.25. In English 10.4.12 is a version, not a day."""
    match = YEAR_LAST.search(text)
    if not match or (len(match[4]) == 2 and match[2] == "." and not short_years):
        return None
    year = int(match[4]) + (2000 if len(match[4]) == 2 else 0)
    one, two = int(match[1]), int(match[3])
    day_first, other = _day(year, two, one), _day(year, one, two)
    if us and match[2] != ".":
        day_first, other = other, day_first
    if day_first is None:
        day_first, other = other, None
    if day_first is None:
        return None
    clock, zone = _clock_in(text[: match.start()] + " " + text[match.end() :])
    return _stamp(day_first, clock, zone, other if other != day_first else None)


def _named(text: str, language: str) -> Stamp | None:
    """Dates with a month's name in them: 4 September 2025, September 4th, 2025, 2025. szeptember 4."""
    tokens = [word for token in TOKEN.findall(text) if (word := token.strip(".").lower())]
    own = MONTHS.get(language[:2].lower(), {})
    for at, token in enumerate(tokens):
        if token.isdecimal():
            continue
        before = tokens[at - 1] if at else ""
        after = tokens[at + 1] if at + 1 < len(tokens) else ""
        month, last = own.get(f"{token} {after}"), at + 1
        if month is None:
            month, last = own.get(token) or MONTHS["en"].get(token) or EVERY_MONTH.get(token), at
        short = SHORT_YEAR.search(text) if before.isdecimal() else None
        found = _around(tokens, at, last, month, short[1] if short else "") if month else None
        if found:
            return _stamp(found, *_clock_in(text))
    return None


def _around(tokens: list[str], first: int, last: int, month: int, short_year: str) -> date | None:
    """The day and the year that stand beside a month's name. short_year: two digits where the name is between two."""
    left = [int(token) for token in tokens[max(0, first - 3) : first] if token.isdecimal() and len(token) <= 4]
    right = [int(token) for token in tokens[last + 1 : last + 5] if token.isdecimal() and len(token) <= 4]
    days_left = [number for number in left if 1 <= number <= 31]
    year = next((number for number in right if number > 1900), None)
    if year is not None:
        day = days_left[-1] if days_left else next((number for number in right if 1 <= number <= 31), None)
    elif left and left[0] > 1900:
        day = next((number for number in right if 1 <= number <= 31), None)
        year, day = left[0], day or (days_left[-1] if days_left else None)
    elif days_left and short_year:  # 04-Sep-25
        year, day = 2000 + int(short_year), days_left[-1]
    else:
        return None
    return _day(year, month, day) if day else None


def _clock_in(text: str) -> tuple[tuple[int, int, int] | None, str | None]:
    """The time of day in a string, and its zone."""
    match = CLOCK.search(text)
    if not match or ("." in match[0][:3] and not match[5]):
        return None, None
    hour = int(match[1])
    if match[4]:
        hour = hour % 12 + (12 if match[4][0] in "pP" else 0)
    zone = ZONE.match(text, match.end())
    return (hour, int(match[2]), int(match[3] or 0)), zone[1] if zone else None
