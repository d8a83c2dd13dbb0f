"""Dates in the forms newspapers write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.metadata.dates import MONTHS, month_first, read_date

DAY = "2025-09-04"


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("2025-09-04T10:30:00Z", "", "2025-09-04T10:30:00+00:00"),
        ("2025-09-04T10:30:00.123+0200", "", "2025-09-04T10:30:00+02:00"),
        ("2025-09-04 10:30", "", "2025-09-04T10:30:00"),
        ("20250904", "", DAY),
        ("1756980000", "", "2025-09-04T10:00:00+00:00"),
        ("1756980000000", "", "2025-09-04T10:00:00+00:00"),
        ("Thu, 04 Sep 2025 10:00:00 GMT", "", "2025-09-04T10:00:00+00:00"),
        ("Thu Sep 04 2025 10:00:00 GMT+0200 (CEST)", "", "2025-09-04T10:00:00+02:00"),
        ("September 4th, 2025 3:15 p.m. EST", "en", "2025-09-04T15:15:00-05:00"),
        ("Updated Sept. 4, 2025", "en", DAY),
        ("04-Sep-25", "en", DAY),
        ("4. September 2025, 14.30 Uhr", "de", "2025-09-04T14:30:00"),
        ("Donnerstag, 4.9.2025", "de", DAY),
        ("04.09.25", "de", DAY),
        ("4 de setembro de 2025 às 10h30", "pt", "2025-09-04T10:30:00"),
        ("4 septembre 2025", "fr", DAY),
        ("2025. szeptember 4.", "hu", DAY),
        ("2025年9月4日 10:00", "ja", "2025-09-04T10:00:00"),
        ("令和7年9月4日", "ja", DAY),
        ("2025년 9월 4일", "ko", DAY),
        ("4 กันยายน 2568", "th", DAY),
        ("٤ سبتمبر ٢٠٢٥", "ar", DAY),
        ("4 सितंबर 2025", "hi", DAY),
        ("4 tháng 9, 2025", "vi", DAY),
        ("4 вересня 2025, 17:46", "uk", "2025-09-04T17:46:00"),
        ("4 Eylül 2025", "tr", DAY),
        ("5 listopada 2024", "pl", "2024-11-05"),
        ("5. listopada 2024.", "hr", "2024-10-05"),
    ],
)
def test_forms(text: str, language: str, iso: str) -> None:
    stamp = read_date(text, language)
    assert stamp is not None
    assert stamp.iso == iso


@pytest.mark.parametrize(
    "text",
    ["", "no digits", "Version 10.4.12", "Sept. 2025", "31.02.2024", "1989-12-31", "99 May 1234567", "8 January, 17:46",
     "192.168.10.12", "$3.50/4/5", "4.5.6.7", "² May 2025", "x" * 101 + " 2024-01-01"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert read_date(text, "en") is None


def test_which_number_is_the_month() -> None:
    american, other = read_date("04/05/2025", "en", us=True), read_date("04/05/2025", "en")
    assert american is not None
    assert other is not None
    assert (american.day, american.swapped) == (date(2025, 4, 5), date(2025, 5, 4))
    assert (other.day, other.swapped) == (date(2025, 5, 4), date(2025, 4, 5))
    assert month_first("en-US", None)
    assert not month_first("en-GB", None)
    assert not month_first("en", "https://www.paper.co.uk/x")
    assert not month_first("de", "https://www.paper.com/x")


def test_the_other_reading_where_the_first_would_be_in_the_future() -> None:
    stamp = read_date("03/12/2024", "en", today=date(2024, 3, 13))
    assert stamp is not None
    assert stamp.day == date(2024, 3, 12)


@pytest.mark.parametrize("language", sorted(MONTHS))
def test_every_month_of_every_language_is_read(language: str) -> None:
    for name, month in MONTHS[language].items():
        stamp = read_date(f"4 {name} 2025", language)
        assert stamp is not None, name
        assert stamp.day == date(2025, month, 4), name


def test_enough_languages() -> None:
    assert len(MONTHS) >= 40


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["", "en", "de", "ja", "th"]))
def test_nothing_raises(text: str, language: str) -> None:
    stamp = read_date(text, language)
    assert stamp is None or 1990 <= stamp.day.year < 2100


@settings(max_examples=200, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.times())
def test_iso_stamps_come_back(day: date, time: object) -> None:
    stamp = read_date(f"{day.isoformat()}T{str(time)[:8]}Z")
    assert stamp is not None
    assert stamp.day == day
