"""Transfers that end early, in four ways and at twenty places: each is noticed, and none is saved as whole."""

from __future__ import annotations

from pathlib import Path

import brotli
import pytest

from tests.servers import Answer, gzipped, serving
from tests.test_scrapers_crawl import FAST, Crawl, scrapy, story

PAGE = story("The cut page")
PLACES = [number / 20 for number in range(20)]


def answers() -> dict[str, Answer]:
    found = {}
    packed = brotli.compress(PAGE.encode())
    for place in PLACES:
        at = int(len(PAGE) * place)
        found[f"/length/{place}"] = Answer(PAGE, cut=at)
        found[f"/chunks/{place}"] = Answer(PAGE, cut=at, chunked=True)
        found[f"/gzip/{place}"] = gzipped(PAGE, part=place)
        found[f"/brotli/{place}"] = Answer(packed[: int(len(packed) * place)], headers={"Content-Encoding": "br"})
    return found


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    with serving({**answers(), "/whole": PAGE}) as site:
        out = tmp_path_factory.mktemp("cut") / "out.jsonl"
        urls = "\n".join(site.url(path) for path in site.pages)
        arguments = ("-a", "urls_file=-", "-a", "allow_private=true", "-O", str(out), "-s", "RETRY_TIMES=0")
        return scrapy("crawl", "article", *arguments, *FAST, folder=Path.cwd(), stdin=urls)


def test_every_cut_is_noticed(crawl: Crawl) -> None:
    saved = [record for record in crawl.records if not record["url"].endswith("/whole")]
    assert len(saved) + len(crawl.failures) == 4 * len(PLACES)
    assert all(record["flaws"] == ["cut_short"] and record["status"] != "full" for record in saved)
    assert set(crawl.failures.values()) <= {"body cut short", "empty answer"}


def test_what_came_of_a_page_is_saved(crawl: Crawl) -> None:
    assert any(record["text"] for record in crawl.records if "cut_short" in record["flaws"])


def test_a_whole_page_beside_them_is_whole(crawl: Crawl) -> None:
    (whole,) = [record for record in crawl.records if record["url"].endswith("/whole")]
    assert (whole["status"], whole["flaws"]) == ("full", [])
