"""What the sites of a newspaper crawl ask for, and what becomes of it. The log of real servers is the oracle."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from servers import Answer, Site, serving
from test_scrapers_crawl import story

ROOT = Path(__file__).parent.parent
STORIES = [f"/town/2026/11/{day:02}/the-bridge-opens-{day}" for day in range(1, 9)]


def rss(site: Site, paths: list[str]) -> Answer:
    items = "".join(f"<item><title>t</title><link>{site.url(path)}</link></item>" for path in paths)
    return Answer(f"<rss version='2.0'><channel>{items}</channel></rss>", type="application/rss+xml")


def crawl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = ("DOWNLOAD_DELAY=0.05", f"BROADSHEET_BUDGET={folder / 'hosts.db'}")
    return subprocess.run(
        [
            *(sys.executable, "-m", "broadsheet", "crawl", *arguments, "--allow-private", "-o", "out.jsonl"),
            *(word for setting in settings for word in ("-s", setting)),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        timeout=120,
        check=False,
    )


def test_a_host_that_wishes_to_be_left_alone_is_left_for_another_run(tmp_path: Path) -> None:
    with serving({"/robots.txt": Answer("User-agent: *\nDisallow: /x\n", type="text/plain")}) as site:
        site.pages |= {
            "/": '<link rel="alternate" type="application/rss+xml" href="/feed">',
            "/feed": rss(site, STORIES),
        }
        site.pages |= {path: story(f"The bridge number {path[-1]}") for path in STORIES}
        site.pages[STORIES[3]] = Answer("later", status=429, headers={"Retry-After": "7200"})
        done = crawl(tmp_path, site.url())
        assert done.returncode == 10, done.stderr
        assert "1 asked to wait" in done.stderr
        asked = len(site.requests)
        assert site.requests[-1][0] == STORIES[3]

        with sqlite3.connect(tmp_path / "broadsheet.db") as state:
            waiting = state.execute(
                "SELECT count(*), min(due_at), max(due_at) FROM urls WHERE state = 'later' AND kind = 'article'"
                " AND (fate IS NULL OR fate = 'asked to wait')"
            ).fetchone()
        saved = sum(path in STORIES for path in site.hits) - 1
        assert waiting[0] == len(STORIES) - saved
        assert waiting[1][:15] == waiting[2][:15]

        # Two hours later
        with sqlite3.connect(tmp_path / "broadsheet.db") as state, sqlite3.connect(tmp_path / "hosts.db") as hosts:
            state.execute("UPDATE urls SET due_at = '2026-01-01T00:00:00.000Z' WHERE state = 'later'")
            hosts.execute("UPDATE hosts SET closed_until = ?", (time.time() - 1,))
        site.pages[STORIES[3]] = story("The bridge, late")
        done = crawl(tmp_path, site.url())
        assert done.returncode == 0, done.stderr
        assert set(STORIES) <= set(site.hits)
        # robots.txt was still good.
        assert "/robots.txt" not in [path for path, _ in site.requests[asked:]]


def test_a_guess_that_is_refused_is_no_failure(tmp_path: Path) -> None:
    """Many sites answer 403 wherever they have nothing."""
    with serving({}) as site:
        links = "".join(f'<h2><a href="{path}">The bridge number {path[-1]} is open</a></h2>' for path in STORIES[:3])
        site.pages |= {"/": f"<main>{links}</main>"} | {path: story(f"Bridge {path[-1]}") for path in STORIES[:3]}
        site.pages |= {path: Answer("no", status=403) for path in ("/feed", "/rss", "/rss.xml", "/feed.xml")}
        done = crawl(tmp_path, site.url())
        assert " 403" in done.stderr
        assert done.returncode == 0, done.stderr
        site.pages[STORIES[3]] = Answer("no", status=403)
        site.pages["/"] += f'<h2><a href="{STORIES[3]}">The bridge number 4 is open as well</a></h2>'
        assert crawl(tmp_path, site.url()).returncode == 10


def test_a_crawl_without_end_needs_a_contact(tmp_path: Path) -> None:
    done = crawl(tmp_path, "https://no.such.invalid/")
    assert done.returncode == 2
    assert done.stderr == (
        "broadsheet: a crawl of more than 100 pages needs a contact (an e-mail or web address): --contact ADDRESS\n"
    )
    assert list(tmp_path.iterdir()) == []
