"""Broadsheet in other people's programs: trafilatura's `extract`, scrapy-poet's page objects, Scrapy's feeds."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from test_archive import story
from web_poet import HttpResponse
from zyte_common_items import Article as ZyteArticle

import output
from broadsheet import clean, extract
from output import record_of
from output.archive import Archive, ArchivedResponse
from scrapers.poet import BroadsheetArticlePage

PAGE = story("The lemons of Skerry", "<table><tr><td>Crates</td><td>two</td></tr></table><p>Leave a Comment</p>")
URL = "https://example.org/lemons"


class TestExtract:
    def test_the_text_and_nothing_else(self):
        text = extract(PAGE, URL)
        assert text == clean(PAGE, URL).text
        assert "lemons" in text
        assert "Leave a Comment" not in text

    def test_with_the_arguments_people_give_to_trafilatura(self):
        arguments = {"include_comments": False, "include_links": True, "favor_precision": True, "deduplicate": True}
        assert extract(PAGE.encode(), url=URL, no_fallback=True, **arguments) == extract(PAGE, URL, fast=True)

    def test_formats(self):
        assert json.loads(extract(PAGE, URL, output_format="json"))["title"] == "The lemons of Skerry"
        assert extract(PAGE, URL, output_format="markdown").startswith("# The lemons of Skerry")
        assert extract(PAGE, URL, output_format="markdown", with_metadata=True).startswith("---\n")
        with pytest.raises(ValueError, match="'xml'"):
            extract(PAGE, URL, output_format="xml")

    def test_none_where_there_is_nothing(self):
        assert extract("") is None
        assert extract("<html><body></body></html>") is None
        assert extract(PAGE, target_language="de") is None
        assert extract(PAGE, only_with_metadata=True) is None


def test_a_page_object_gives_zytes_article():
    response = HttpResponse(URL, body=PAGE.encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    found = asyncio.run(BroadsheetArticlePage(response=response).to_item())
    article = clean(PAGE.encode(), URL)
    assert isinstance(found, ZyteArticle)
    assert (found.headline, found.articleBody, found.inLanguage) == (article.title, article.text, "en")
    assert (found.url, found.metadata.probability) == (URL, 1.0)


def test_scrapys_feeds_write_parquet(tmp_path: Path):
    archive = Archive(tmp_path / "kept")
    headers = ((b"Content-Type", b"text/html"),)
    archive.keep(ArchivedResponse(URL, "2026-01-01T00:00:00Z", 200, "OK", headers, PAGE.encode()))
    archive.close()
    done = subprocess.run(
        [
            sys.executable, "-m", "scrapy", "crawl", "archive", "-a", f"path={tmp_path / 'kept'}",
            "-O", str(tmp_path / "out.parquet"), "-O", str(tmp_path / "out.jsonl"), "-s", "BROADSHEET_WORKERS=1",
        ],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    (record,) = output.read(tmp_path / "out.parquet")
    assert [record] == list(output.read(tmp_path / "out.jsonl"))
    assert record.text == record_of(clean(PAGE.encode(), URL)).text
