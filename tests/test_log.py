"""Logs: one event a line, whatever a page put into it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
from scrapy.utils.test import get_crawler

from scrapers.log import CalmLogFormatter


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a handler writes that was there before the crawl."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s: %(message)s"))
    logging.root.addHandler(handler)
    formatters = {other: other.formatter for other in logging.root.handlers}
    CalmLogFormatter.from_crawler(get_crawler())
    CalmLogFormatter.from_crawler(get_crawler())  # a second crawl in the process escapes nothing twice
    try:
        yield stream
    finally:
        for other, formatter in formatters.items():
            other.setFormatter(formatter)
        logging.root.removeHandler(handler)


def test_a_forged_line_stays_within_its_own(log: io.StringIO) -> None:
    logging.getLogger("news").error("title: %s", "x\n2026-11-26 [news] ERROR: forged\r\x1b[31m\u2028é")
    assert log.getvalue() == "news ERROR: title: x\\n2026-11-26 [news] ERROR: forged\\r\\x1b[31m\\u2028é\n"


def test_a_traceback_is_one_line(log: io.StringIO) -> None:
    try:
        raise ValueError("said\nthe page")
    except ValueError:
        logging.getLogger("news").exception("broken")
    (line,) = log.getvalue().splitlines()
    assert line.startswith("news ERROR: broken\\nTraceback (most recent call last):\\n")
    assert line.endswith("ValueError: said\\nthe page")


def test_the_list_of_figures_at_the_end_stays_a_list(log: io.StringIO) -> None:
    logging.getLogger("scrapy.statscollectors").warning("a\nb")
    logging.getLogger("scrapy.statscollectors").setLevel(logging.INFO)
    logging.getLogger("scrapy.statscollectors").info("a\nb")
    assert log.getvalue().splitlines() == [
        "scrapy.statscollectors WARNING: a\\nb",
        "scrapy.statscollectors INFO: a",
        "b",
    ]
