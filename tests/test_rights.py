"""What publishers say about the use of their pages: read from wherever they say it, recorded as written, heeded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from cleaners import clean, clean_page
from items import Article, Page, Rights, Signal
from scrapers.politeness import Answer as TdmAnswer
from scrapers.rights import ROBOTS, signals_of
from scrapers.tdmrep import matches, reservation
from tests.hostile import ARTICLE
from tests.servers import Answer, Site, serving
from tests.test_scrapers_crawl import FAST, Crawl, scrapy, story

AT = "2026-11-26T10:00:00Z"


def said(*signals: tuple[str, str], head: str = "") -> Rights:
    found = tuple(Signal(source, raw, AT) for source, raw in signals)
    return clean_page(Page(content=f"<head>{head}</head>{ARTICLE}", signals=found, fetched_at=AT)).rights


@pytest.mark.parametrize(
    ("source", "raw", "wish"),
    [
        ("x-robots-tag", "noindex", "noindex"),
        ("x-robots-tag", "noarchive, nofollow", "noarchive"),
        ("x-robots-tag", "NOFOLLOW", "nofollow"),
        ("x-robots-tag", "none", "noindex"),
        ("x-robots-tag", "broadsheet: noindex", "noindex"),
        ("x-robots-tag", "noai", "reserved"),
        ("tdm-reservation", "1", "reserved"),
        ("content-usage", "train-ai=n", "reserved"),
        ("content-usage", "search=y, train-genai=n", "reserved"),
        ("robots.txt content-usage", "train-ai=n", "reserved"),
        ("robots.txt", "disallows GPTBot", "reserved"),
        ("tdmrep.json", '{"location": "/", "tdm-reservation": 1}', "reserved"),
    ],
)
def test_a_signal_is_understood_and_kept_as_written(source: str, raw: str, wish: str) -> None:
    rights = said((source, raw))
    assert getattr(rights, wish)
    assert rights.signals == (Signal(source, raw, AT),)


@pytest.mark.parametrize(
    ("source", "raw"),
    [
        ("x-robots-tag", "googlebot: noindex"),
        ("x-robots-tag", "index, follow, max-snippet:-1"),
        ("x-robots-tag", "max-image-preview:large"),
        ("tdm-reservation", "0"),
        ("tdmrep.json", '{"location": "/", "tdm-reservation": 0}'),
        ("content-usage", "train-ai=y"),
        ("content-usage", "search=n"),
    ],
)
def test_what_says_nothing_against_it(source: str, raw: str) -> None:
    rights = said((source, raw))
    assert (rights.noindex, rights.noarchive, rights.nofollow, rights.reserved) == (False,) * 4


def test_metas_of_the_page_speak_too() -> None:
    rights = said(head="<meta name='Robots' content='noarchive'><meta name='tdm-reservation' content='1'>")
    assert rights.noarchive
    assert rights.reserved
    assert rights.signals[0] == Signal("meta robots", "noarchive", AT)


def test_a_wish_behind_many_others_is_heeded() -> None:
    rights = said(*[("x-robots-tag", "max-snippet:-1")] * 40, ("x-robots-tag", "noarchive"))
    assert rights.noarchive
    assert len(rights.signals) == 30


def test_the_policy_is_named() -> None:
    assert said(("tdm-policy", "https://example.org/policy.json")).policy == "https://example.org/policy.json"


def test_cleaning_a_saved_page_keeps_its_text() -> None:
    article = clean(f"<meta name=robots content=noarchive>{ARTICLE}")
    assert article.rights.withholds
    assert article.text


def response(robots: str, path: str = "/story") -> HtmlResponse:
    request = Request(f"https://example.org{path}", meta={ROBOTS: robots.encode()})
    return HtmlResponse(request.url, request=request, headers={"X-Robots-Tag": ["noai", "noarchive"]})


def test_headers_are_signals() -> None:
    assert signals_of(response(""), AT) == (Signal("x-robots-tag", "noai", AT), Signal("x-robots-tag", "noarchive", AT))


def test_groups_for_ai_crawlers_are_signals_where_they_forbid_the_page() -> None:
    robots = "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: ClaudeBot\nDisallow: /private/\n"
    assert signals_of(response(robots), AT)[2:] == (Signal("robots.txt", "disallows CCBot, GPTBot", AT),)


def test_content_usage_in_robots_txt_is_that_of_the_longest_path_for_everybody() -> None:
    robots = (
        "User-agent: *\nAllow: /\nContent-Usage: train-ai=n\nContent-Usage: /open/ train-ai=y\n"
        "User-agent: x\nContent-Usage: train-ai=y\n"
    )
    assert signals_of(response(robots), AT)[2:] == (Signal("robots.txt content-usage", "train-ai=n", AT),)
    assert signals_of(response(robots, "/open/a"), AT)[2:] == (Signal("robots.txt content-usage", "train-ai=y", AT),)


RULE = '{"location": "/mined", "tdm-reservation": 1, "tdm-policy": "https://example.org/policy.json"}'
RULES = f'[{{"location": "/kept$", "tdm-reservation": 0}}, {RULE}, {{"location": "/", "tdm-reservation": 1}}]'


@pytest.mark.parametrize(
    ("location", "path", "fits"),
    [
        ("/", "/story", True),
        ("/news/", "/story", False),
        ("/story$", "/story", True),
        ("/story$", "/story/2", False),
        ("/*/story", "/news/2026/story-1", True),
        ("/*/story$", "/news/story/story", True),
        ("/*story*story$", "/story", False),
        ("*.html$", "/a.html", True),
        ("/a*a$", "/a", False),
        ("/caf%C3%A9", "/café", True),
        ("/100%25$", "/100%", True),
    ],
)
def test_locations_are_patterns_as_in_robots_txt(location: str, path: str, fits: bool) -> None:
    assert matches(location, path) == fits


def test_a_nasty_pattern_takes_linear_time() -> None:
    assert not matches("/" + "*a" * 900 + "b", "/" + "a" * 100_000)


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"<html>", b"[1, null]", b'[{"location": 1}]', b"[" * 100_000])
def test_what_is_no_file_of_rules_reserves_nothing(body: bytes) -> None:
    assert reservation(TdmAnswer(0.0, body), "https://example.org/story") is None


def test_the_first_rule_that_fits_counts_as_it_was_written() -> None:
    answer = TdmAnswer(0.0, RULES.encode())
    mined = reservation(answer, "https://example.org/mined?x=1")
    assert mined == Signal("tdmrep.json", RULE, "1970-01-01T00:00:00Z")
    assert clean_page(Page(content=ARTICLE, signals=(mined,))).rights.policy == "https://example.org/policy.json"
    kept = reservation(answer, "https://example.org/kept")
    assert kept is not None
    assert not said((kept.source, kept.raw)).reserved


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Crawl]]:
    pages = {
        "/robots.txt": Answer("User-agent: GPTBot\nDisallow: /\n", type="text/plain"),
        "/.well-known/tdmrep.json": Answer(RULES, type="application/json"),
        "/mined": story("Mined"),
        "/kept": story("Kept"),
        "/header": Answer(story("Header"), headers={"X-Robots-Tag": "noarchive"}),
        "/meta": story("Meta").replace("<head>", "<head><meta name='robots' content='noindex'>"),
    }
    with serving(pages) as site:
        out = tmp_path_factory.mktemp("rights") / "out.jsonl"
        urls = "\n".join(site.url(path) for path in ("/kept", "/mined", "/header", "/meta"))
        arguments = ("-a", "urls_file=-", "-a", "allow_private=true", "-O", str(out))
        yield site, scrapy("crawl", "article", *arguments, *FAST, folder=Path.cwd(), stdin=urls)


def test_a_crawl_does_not_store_a_text_that_is_not_to_be_stored(crawl: tuple[Site, Crawl]) -> None:
    found = {record["title"]: (record["status"], bool(record["text"])) for record in crawl[1].records}
    assert found == {
        "Kept": ("full", True),
        "Mined": ("full", True),
        "Header": ("withheld", False),
        "Meta": ("withheld", False),
    }
    assert "nine years of work" not in json.dumps([one for one in crawl[1].records if one["status"] == "withheld"])


def test_a_crawl_records_what_robots_txt_says_of_ai(crawl: tuple[Site, Crawl]) -> None:
    (kept,) = [record for record in crawl[1].records if record["title"] == "Kept"]
    assert kept["rights"]["reserved"]
    assert kept["rights"]["signals"][0]["raw"] == "disallows GPTBot"


def test_a_crawl_asks_once_for_the_reservations_of_an_origin_after_its_robots_txt(crawl: tuple[Site, Crawl]) -> None:
    asked = [path for path, _ in crawl[0].requests]
    assert asked[0] == "/robots.txt"
    assert asked.count("/.well-known/tdmrep.json") == 1
    found = {record["title"]: record["rights"] for record in crawl[1].records}
    raws = {
        title: [one["raw"] for one in rights["signals"] if one["source"] == "tdmrep.json"]
        for title, rights in found.items()
    }
    assert raws["Mined"] == [RULE]
    assert raws["Kept"] == ['{"location": "/kept$", "tdm-reservation": 0}']
    assert found["Mined"]["policy"] == "https://example.org/policy.json"


def test_the_file_is_not_asked_for_where_robots_txt_forbids_it() -> None:
    robots = Answer("User-agent: *\nDisallow: /.well-known/\n", type="text/plain")
    with serving({"/robots.txt": robots, "/story": story("Story"), "/.well-known/tdmrep.json": RULES}) as site:
        found = scrapy("crawl", "article", "-a", f"url={site.url('/story')}", "-a", "allow_private=true", *FAST)
    assert found.stat("broadsheet/articles") == 1
    assert [path for path, _ in site.requests] == ["/robots.txt", "/story"]


def test_an_article_without_a_word_on_rights_reserves_nothing() -> None:
    assert Article(id="x").rights == Rights()
