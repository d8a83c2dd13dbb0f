"""What a crawl keeps of a page that says it is not to be stored, of several pages, and of several addresses."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from servers import Answer, Site, serving
from test_news_manners import crawl, rss
from test_news_sites import page, paragraphs

NOARCHIVE = "<meta name='robots' content='noarchive'>"
ONE, OTHER = "/town/2026/11/20/what-the-mayor-said", "/town/2026/11/21/what-the-mayor-said-again"


def printed(site: Site, pages: dict[str, Any], announced: list[str]) -> None:
    feed = {"/": '<link rel="alternate" type="application/rss+xml" href="/feed">', "/feed": rss(site, announced)}
    site.pages |= feed | pages


def crawl_well(folder: Path, url: str) -> None:
    done = crawl(folder, url)
    assert done.returncode == 0, done.stderr


def records(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]


def records_exported(folder: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "broadsheet", "export", "broadsheet.db", "-o", "all.jsonl"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return [json.loads(line) for line in (folder / "all.jsonl").read_text().splitlines()]


def come_back(folder: Path) -> None:
    with sqlite3.connect(folder / "broadsheet.db") as state:
        state.execute("UPDATE urls SET due_at = '2026-01-01T00:00:00Z' WHERE state = 'later' AND kind = 'article'")


def why(folder: Path, url: str) -> str:
    command = [sys.executable, "-m", "broadsheet", "why", url]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("keeps", [False, True])
def test_the_text_of_a_page_that_says_noarchive_is_kept_only_on_demand(tmp_path: Path, keeps: bool) -> None:
    with serving({}) as site:
        pages = {  # the same title: without their texts they must not be taken for one article
            ONE: page("The mayor", paragraphs("mayor", range(6)), head=NOARCHIVE),
            OTHER: page("The mayor", paragraphs("market", range(6)), head=NOARCHIVE),
        }
        printed(site, pages, [ONE, OTHER])
        done = crawl(tmp_path, site.url(), *(["--keep-withheld"] if keeps else []))
        assert done.returncode == 0, done.stderr
    assert {(record["status"], bool(record["text"])) for record in records(tmp_path)} == {
        ("full", True) if keeps else ("withheld", False)
    }
    assert len(records(tmp_path)) == 2
    assert ("the texts of 2 articles are not stored" in done.stderr) is not keeps
    assert ("--keep-withheld" in done.stderr) is not keeps
    with sqlite3.connect(tmp_path / "broadsheet.db") as state:
        told = "".join(record for (record,) in state.execute("SELECT record FROM articles"))
    assert ("In sentence 7 of the mayor story" in told) is keeps


def test_a_change_on_a_later_page_is_a_version_though_the_first_page_is_as_it_was(tmp_path: Path) -> None:
    link = f"<a href='{ONE}/2'>2</a>"
    with serving({}) as site:
        first = Answer(page("The mayor", paragraphs("mayor", range(4)), link), headers={"ETag": '"1"'})
        printed(site, {ONE: first, f"{ONE}/2": page("The mayor", paragraphs("market", range(4, 8)))}, [ONE])
        crawl_well(tmp_path, site.url())
        site.pages[f"{ONE}/2"] = page("The mayor", paragraphs("market", range(4, 7)) + paragraphs("ferry", range(7, 8)))
        come_back(tmp_path)
        crawl_well(tmp_path, site.url())
        assert not [headers for path, headers in site.requests if path == ONE and "if-none-match" in headers]
    [one, two] = records(tmp_path)
    assert (one["version"], two["version"], len(two["blocks"])) == (1, 2, 8)
    assert [change["what"] for change in two["changes"]] == ["changed"]


def test_the_saved_article_names_its_other_addresses_and_they_name_it(tmp_path: Path) -> None:
    text = paragraphs("mayor", range(6))
    with serving({}) as site:
        printed(
            site, {ONE: page("The mayor", text), OTHER: page("The mayor again", text, "<p>A box</p>")}, [ONE, OTHER]
        )
        crawl_well(tmp_path, site.url())
        [saved] = records(tmp_path)
        [other] = {site.url(ONE), site.url(OTHER)} - {saved["url"]}
        assert f"  also at {other}\n" in why(tmp_path, saved["url"])
        assert f"  duplicate: of {saved['url']}\n" in why(tmp_path, other)
    [exported] = records_exported(tmp_path)
    assert saved["other_urls"] == []
    assert exported == saved | {"other_urls": [other]}


def test_the_record_names_the_address_that_led_to_it(tmp_path: Path) -> None:
    with serving({}) as site:
        text = page("The mayor", paragraphs("mayor", range(6)))
        printed(site, {"/s/1": Answer("", status=301, headers={"Location": ONE}), ONE: text}, ["/s/1"])
        crawl_well(tmp_path, site.url())
        [saved] = records(tmp_path)
        assert (saved["url"], saved["other_urls"]) == (site.url(ONE), [site.url("/s/1")])
    assert records_exported(tmp_path) == [saved]
