"""Two newspapers, one crawl: articles over several pages, under several addresses, and copied from each other."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from servers import Answer, Site, redirect, serving
from test_news_manners import crawl, rss

FIRST, SECOND = "127.0.0.41", "127.0.0.42"
WORDS = """the a of to and in on council mayor river evening morning people town street had been would could never
always bread boats rain light water stone train child teacher music voted built opened closed lost found small large old
new quiet loud north south winter summer""".split()


def paragraphs(subject: str, numbers: range) -> str:
    """Of the numbered sentences of a subject each one; no two subjects share many words in a row."""
    said = []
    for number in numbers:
        chosen = random.Random(f"{subject} {number}")
        words = " ".join(chosen.choice(WORDS) for _ in range(40))
        said.append(f"<p>In sentence {number * 7} of the {subject} story they said that {words}.</p>")
    return "".join(said)


def page(title: str, body: str, more: str = "", head: str = "") -> str:
    return (
        f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{body}</article>{more}</body></html>"
    )


class Run(NamedTuple):
    one: Site
    other: Site
    records: dict[str, dict[str, Any]]
    """By path."""
    folder: Path
    said: str


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("sites")
    long = "/town/2026/11/20/the-long-report"
    links = f"<p><a href='{long}'>1</a> <a href='{long}/2'>2</a> <a href='{long}/3'>3</a></p>"
    wire = paragraphs("railway", range(3, 9))
    with serving({}, FIRST) as one, serving({}, SECOND) as other:
        one.pages |= {
            long: page("The long report", paragraphs("bridge", range(4)), links),
            f"{long}/2": page("The long report", paragraphs("harbour", range(4, 8)), links),
            f"{long}/3": page("The long report", paragraphs("school", range(8, 11)), links),
            "/town/2026/11/21/the-lost-part": page(
                "The lost part",
                paragraphs("library", range(2, 7)),
                "<a href='/town/2026/11/21/the-lost-part/2'>2</a>",
            ),
            "/town/2026/11/22/the-railway": page("The railway", wire),
            "/country/2026/11/22/railway-again": page("The railway once more", wire, "<p>Another box</p>"),
            "/town/2026/11/23/moved": redirect("/town/2026/11/22/the-railway", 301),
        }
        other.pages |= {
            "/news/2026/11/22/the-railway-by-wire": page("Railway, by wire", wire + "<p>From the wire.</p>")
        }
        other.pages |= {"/news/2026/11/22/shell": Answer(SHELL)}
        for site in (one, other):
            found = [path for path in site.pages if not path.endswith(("/2", "/3"))]
            site.pages |= {
                "/": '<link rel="alternate" type="application/rss+xml" href="/feed">',
                "/feed": rss(site, found),
            }
        done = crawl(folder, one.url(), other.url())
        assert done.returncode in (0, 10), done.stderr
        lines = (folder / "out.jsonl").read_text().splitlines()
        records = [json.loads(line) for line in lines]
        yield Run(one, other, {"/" + record["url"].split("/", 3)[3]: record for record in records}, folder, done.stderr)


SHELL = (
    "<!doctype html><html><head><title>Story</title><script src='/app.js'></script></head><body>"
    "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div>"
    "<script>window.__STATE__={}</script></body></html>"
)


def test_an_article_over_several_pages_is_one(run: Run) -> None:
    record = run.records["/town/2026/11/20/the-long-report"]
    subjects = [word for word in record["text"].split() if word in ("bridge", "harbour", "school")]
    assert "sentence 0 " in record["text"]
    assert "sentence 70 " in record["text"]
    assert len(record["blocks"]) == 11
    assert subjects.index("bridge") < subjects.index("harbour") < len(subjects) - 1
    assert record["status"] == "full"
    assert not [path for path in run.records if path.endswith(("/2", "/3"))]
    assert run.one.hits.count("/town/2026/11/20/the-long-report/2") == 1


def test_an_empty_shell_would_need_a_browser(run: Run) -> None:
    with sqlite3.connect(run.folder / "broadsheet.db") as state:
        told = state.execute("SELECT fate, detail FROM urls WHERE url LIKE '%/shell'").fetchall()
    assert told == [("needs a browser", "the page asks for JavaScript, and has no text without it")]


def test_a_part_that_is_missing_is_said(run: Run) -> None:
    record = run.records["/town/2026/11/21/the-lost-part"]
    assert record["status"] == "truncated"
    assert "404 Not Found" in record["evidence"][-1]


def test_the_same_article_under_two_addresses_is_saved_once(run: Run) -> None:
    both = {"/town/2026/11/22/the-railway", "/country/2026/11/22/railway-again"}
    assert len(both & set(run.records)) == 1


def test_a_copy_on_another_site_is_saved_and_named(run: Run) -> None:
    copies = [record for record in run.records.values() if "railway" in record["url"]]
    assert len(copies) == 2
    assert len({record["cluster"] for record in copies}) == 1
    first, second = copies
    assert first["cluster"] == first["id"]
    assert (first["first_seen"], second["first_seen"]) == (None, first["canonical_url"] or first["url"])
    alone = run.records["/town/2026/11/20/the-long-report"]
    assert (alone["cluster"], alone["first_seen"]) == (alone["id"], None)
