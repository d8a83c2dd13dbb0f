"""A crawl that went badly is complained of, one that went well is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from servers import Answer, serving
from test_news_manners import crawl, rss
from test_news_sites import page, paragraphs

from scrapers.complaints import Bounds, bare, failed, poor, silent

GOOD = {"broadsheet/fates/saved": 90, "broadsheet/fates/404": 5, "broadsheet/fates/failed": 5, "downloader/x": 9}
ADDON = ("-s", f"ADDONS={json.dumps({'scrapers.monitors.Monitoring': 500})}")


@pytest.mark.parametrize(
    ("complain", "bad", "said"),
    [
        (failed, {"broadsheet/fates/403": 60}, "65 of 160 pages did not come; allowed are 20%"),
        (bare, {"broadsheet/fates/extraction empty": 95}, "95 of 185 pages gave nothing; allowed are 50%"),
        (poor, {"broadsheet/without/published": 46}, "46 of 90 articles have no published; allowed are 50%"),
        (poor, {"broadsheet/without/title": 10}, "10 of 90 articles have no title; allowed are 10%"),
    ],
)
def test_each_complaint_has_a_bound(complain, bad, said):
    assert list(complain(GOOD, Bounds())) == []
    assert list(complain(GOOD | bad, Bounds())) == [said]
    assert list(complain(GOOD | bad, Bounds(failed=1, bare=1, undated=1, untitled=1))) == []


def test_a_crawl_of_nothing_is_complained_of_and_a_small_one_is_no_share():
    assert list(silent({}, Bounds())) == ["nothing was fetched"]
    assert list(silent(GOOD, Bounds())) == []
    assert list(failed({"broadsheet/fates/failed": 9}, Bounds())) == []


def test_spidermon_tells_of_a_site_that_has_closed_its_door(tmp_path: Path):
    story = "/town/2026/11/20/the-mayor-spoke-of-bridge-number-{}"
    with serving({}) as site:
        closed = {story.format(number): Answer("no", status=403) for number in range(12)}
        open_ = {story.format(20): page("The mayor", paragraphs("mayor", range(6)))}
        feed = {"/": '<link rel="alternate" type="application/rss+xml" href="/feed">'}
        site.pages |= feed | closed | open_ | {"/feed": rss(site, [*closed, *open_])}
        done = crawl(tmp_path, site.url(), *ADDON)
    assert "pages come" in done.stderr
    assert "12 of " in done.stderr
    assert "pages did not come" in done.stderr
    assert "no title" not in done.stderr
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 1
