"""Whole crawls of a newspaper on loopback, as a person runs them. The newspaper's log is the oracle."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gazette import Gazette, Paper, printed

from scrapers.frontier.state import State

ROOT = Path(__file__).parent.parent
FAST = ("--allow-private", "--delay", "0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8")


class Desk:
    """A folder in which crawls are run."""

    def __init__(self, folder: Path, patience: float = 300) -> None:
        """patience: seconds that a command may take."""
        self.folder = folder
        self.patience = patience

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "broadsheet", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
            timeout=self.patience,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command that goes on by itself."""
        command = [sys.executable, "-m", "broadsheet", *arguments]
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, cwd=self.folder, env=env, stderr=subprocess.DEVNULL)

    def crawl(self, *arguments: str, code: int = 0) -> str:
        done = self.run("crawl", *arguments, "-o", "out.jsonl", *FAST)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr

    def let_time_pass(self) -> None:
        """Makes every article due, as if its hour had come."""
        with State(self.folder / "broadsheet.db") as state:
            state.execute("UPDATE urls SET due_at = '2026-01-01T00:00:00Z' WHERE state = 'later' AND kind = 'article'")
            state.commit()

    def wait_for(self, records: int) -> None:
        """Returns when the target has so many."""
        out = self.folder / "out.jsonl"
        for _ in range(2400):
            if out.exists() and out.read_bytes().count(b"\n") >= records:
                return
            time.sleep(0.1)
        raise AssertionError(f"no {records} records")

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "out.jsonl").read_text().splitlines()]


def workers_in(folder: Path) -> list[int]:
    """The cleaning processes of a crawl that runs in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").resolve() == folder and b"cleaners.worker" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:  # it has ended, or is somebody else's
            continue
    return found


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


def test_edits_give_versions_and_widgets_give_none(desk: Desk, gazette: Gazette):
    paper = gazette.paper
    new, edited, busy, silent = paper.publish(), paper.stories[4], paper.stories[6], paper.stories[7]
    first = list(edited.text)
    paper.edit(edited, 2, "The ferry will run after all, the harbourmaster said on Tuesday evening.")
    busy.visitors = 812
    busy.modified += busy.published - paper.stories[-2].published  # the sitemap says that it has changed
    silent.visitors = 7
    before = len(gazette.log)
    desk.crawl(gazette.home)
    later = desk.records[120:]
    assert {(record["canonical_url"], record["version"]) for record in later} == {
        (gazette.base + new.path, 1),
        (gazette.base + edited.path, 2),
    }
    [version] = [record for record in later if record["version"] == 2]
    assert version["changes"] == [{"what": "changed", "position": 2, "before": first[2], "after": edited.text[2]}]
    assert version["previous"] == next(
        record["fetched_at"] for record in desk.records if record["canonical_url"] == version["canonical_url"]
    )
    pages = {request.path for request in gazette.log[before:]} & paper.by_path().keys()
    assert pages == {new.path, edited.path, busy.path}


def test_what_is_due_is_asked_for_with_what_the_server_gave(desk: Desk, gazette: Gazette):
    before = len(gazette.log)
    desk.let_time_pass()
    desk.crawl(gazette.home)
    again = [request for request in gazette.log[before:] if request.path in gazette.paper.by_path()]
    assert len(again) > 100
    changed = {gazette.paper.stories[number].path for number in (7, 119)}  # a widget, a link to a newer story
    assert {request.status for request in again if request.path not in changed} == {304}
    assert all("if-none-match" in request.headers for request in again)
    assert len(desk.records) == 122


def test_what_was_taken_away_is_gone(desk: Desk, gazette: Gazette):
    paths = [story.path for story in gazette.paper.stories[10:13]]
    gazette.paper.gone = dict(zip(paths, (404, 410, 451), strict=True))
    desk.let_time_pass()
    desk.crawl(gazette.home)
    for path in paths:
        assert "  gone: " in desk.run("why", gazette.base + path).stdout
    gazette.paper.gone = {}


def test_every_url_has_a_fate_and_they_add_up(desk: Desk, gazette: Gazette):
    report = json.loads(desk.run("status", "--json").stdout)
    assert report["discovered"] == sum(report["fates"].values()) > 121
    assert (report["fates"]["robots"], report["articles"], report["versions"]) == (1, 121, 122)
    assert "the sum of all fates" in desk.run("status", gazette.home).stdout
    why = desk.run("why", gazette.base + "/private/desk").stdout
    assert "robots: robots.txt forbids it" in why
    assert f"discovered (section) by link {gazette.home}" in why
    assert "not followed: a service page: /about" in desk.run("why", gazette.base + "/about").stdout
    assert not [request for request in gazette.log if request.path == "/about"]
    assert desk.run("why", "https://example.org/never").returncode == 2


def test_a_target_that_was_deleted_is_written_again(desk: Desk, gazette: Gazette):
    before = desk.records
    (desk.folder / "out.jsonl").unlink()
    assert "is gone; it is written again from the state file" in desk.crawl(gazette.home)
    assert desk.records == before


def test_another_target_gets_what_is_new_from_then_on(desk: Desk, gazette: Gazette):
    new = gazette.paper.publish()
    done = desk.run("crawl", gazette.home, "-o", "other.jsonl", *FAST)
    assert done.returncode == 0
    [line] = (desk.folder / "other.jsonl").read_text().splitlines()
    assert json.loads(line)["canonical_url"] == gazette.base + new.path


def test_a_second_crawl_on_the_same_state_is_refused(desk: Desk, gazette: Gazette):
    with State(desk.folder / "broadsheet.db"):
        done = desk.run("crawl", gazette.home, "-o", "out.jsonl", *FAST)
        assert desk.run("status").returncode == 0
    assert done.returncode == 5
    assert f"broadsheet.db: in use by process {os.getpid()}" in done.stderr


def test_who_watches_sees_what_comes(tmp_path: Path):
    desk = Desk(tmp_path)
    with printed(Paper(articles=12)) as gazette:
        watching = desk.start("watch", gazette.home, "-o", "out.jsonl", *FAST)
        try:
            desk.wait_for(12)
            new = gazette.paper.publish()
            with sqlite3.connect(tmp_path / "broadsheet.db", timeout=60) as hour:
                hour.execute("UPDATE urls SET due_at = '2026-01-01T00:00:00Z' WHERE kind = 'feed'")
            desk.wait_for(13)
            assert desk.records[-1]["canonical_url"] == gazette.base + new.path
        finally:
            watching.terminate()
        assert watching.wait(timeout=60) == 0


def test_dates_and_numbers_bound_a_crawl(tmp_path: Path):
    desk = Desk(tmp_path)
    with printed(Paper(articles=60)) as gazette:
        stories = gazette.paper.stories
        undated = {gazette.base + story.path for story in stories[:25] if story.ways == "sections"}
        newest = {gazette.base + story.path for story in stories[:12]}
        desk.crawl(gazette.home, "--max-articles", "5", "--since", "2026-11-22")
        first = [record["canonical_url"] for record in desk.records]
        assert len(first) == 5
        assert set(first) < newest | undated
        desk.crawl(gazette.home, "--since", "2026-11-22")
        days = [record["published"][:10] for record in desk.records]
        wanted = [story for story in gazette.paper.stories if f"{story.published:%Y-%m-%d}" >= "2026-11-22"]
        assert min(days) == "2026-11-22"
        assert len(days) >= len([story for story in wanted if story.ways == "all"])
        desk.crawl(gazette.home)
        assert len(desk.records) == 60


def test_killing_the_cleaning_workers_loses_nothing(tmp_path: Path):
    desk, paper = Desk(tmp_path), Paper(articles=30)
    asked, killed = Counter[str](), []

    def kill_at_the_twelfth(path: str) -> None:
        asked[path] += path in paper.by_path()
        if asked.total() >= 12 and not killed:
            killed.extend(workers_in(tmp_path))
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    with printed(paper) as gazette:
        gazette.before = kill_at_the_twelfth
        desk.crawl(gazette.home)
        records = {record["canonical_url"]: record for record in desk.records}
        assert killed
        assert len(desk.records) == len(records) == 30
        for story in paper.stories:
            assert records[gazette.base + story.path]["text"].split("\n\n")[-6:] == story.text


def test_a_site_without_articles_says_so(tmp_path: Path):
    with printed(Paper(articles=0)) as gazette:
        assert "no article was found" in Desk(tmp_path).crawl(gazette.home, code=12)


def test_what_is_no_state_file_is_left_alone(tmp_path: Path):
    desk = Desk(tmp_path)
    (tmp_path / "broadsheet.db").write_text("My diary, which is no database at all. " * 30)
    done = desk.run("crawl", "http://127.0.0.1:1/", *FAST)
    assert done.returncode == 3
    assert "broadsheet.db: file is not a database" in done.stderr
    assert (tmp_path / "broadsheet.db").read_text().startswith("My diary")
