"""Whole crawls of a newspaper on loopback, as a person runs them. The newspaper's log is the oracle."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gazette import Gazette, Paper, printed

ROOT = Path(__file__).parent.parent
FAST = ("--allow-private", "--delay", "0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8")


class Desk:
    """A folder in which crawls are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "broadsheet", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            timeout=300,
            check=False,
        )

    def crawl(self, *sites: str, code: int = 0) -> str:
        done = self.run("crawl", *sites, "-o", "out.jsonl", *FAST)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "out.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def gazette() -> Iterator[Gazette]:
    with printed(Paper(articles=120)) as running:
        yield running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, gazette: Gazette) -> Desk:
    """After a first crawl."""
    desk = Desk(tmp_path_factory.mktemp("crawl"))
    desk.summary = desk.crawl(gazette.home)
    desk.first = len(gazette.log)
    return desk


def test_every_article_is_saved_once(desk: Desk, gazette: Gazette):
    wanted = sorted(gazette.base + story.path for story in gazette.paper.stories)
    assert sorted(record["canonical_url"] for record in desk.records[: len(wanted)]) == wanted
    assert "120 new articles saved to out.jsonl" in desk.summary


def test_what_is_saved_is_the_story(desk: Desk, gazette: Gazette):
    records = {record["canonical_url"]: record for record in desk.records[:120]}
    for story in gazette.paper.stories:
        assert records[gazette.base + story.path]["title"] == story.title


def test_nothing_is_fetched_twice_and_nothing_that_robots_forbids(desk: Desk, gazette: Gazette):
    first = gazette.log[: desk.first]
    paths = [request.path.partition("?")[0] for request in first]
    assert len(paths) == len(set(paths))
    assert paths[0] == "/robots.txt"
    assert not [path for path in paths if path.startswith("/private/")]


def test_a_second_run_asks_for_feeds_and_sitemaps_alone(desk: Desk, gazette: Gazette):
    before = len(gazette.log)
    said = desk.crawl(gazette.home)
    asked = {request.path for request in gazette.log[before:]} - {"/robots.txt"}
    assert asked == {"/feed.xml", "/sitemap.xml", "/news-sitemap.xml"}
    assert "nothing new: 120 articles are known from earlier runs. To start over: " in said
    assert len(desk.records) == 120
