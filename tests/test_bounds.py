"""Feeds, sitemaps and front pages that would keep a crawl's own process busy for minutes: each costs seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scrapers.discovery.bounds import BEYOND, FEED, SITEMAP, within_bounds
from scrapers.discovery.feeds import read_feed
from scrapers.discovery.links import read_links
from scrapers.discovery.sitemaps import read_sitemap

URL = "https://paper.example/"
SIZE = 10 << 20  # what an answer may have at most
SECONDS = 3.0  # of CPU time
RSS = b"<rss version='2.0'><channel><title>Paper</title><item><title>One</title><link>/1</link></item>"
MAP = b"<urlset><url><loc>https://paper.example/1</loc></url>"
DISTINCT = b" ".join(b"a%d='1'" % number for number in range(SIZE // 13))

FEEDS = {
    "elements": b"<a/>",
    "elements in elements": b"<a>",
    "attributes": b"<item " + DISTINCT,
    "attributes behind a quoted bracket": b"<item a='>' " + DISTINCT,
    "brackets in attributes": b"<item " + DISTINCT.replace(b"1", b"<"),
    "categories": b"<item>" + b"".join(b"<category>%d</category>" % number for number in range(SIZE // 25)),
    "lines": b"<item><title>" + b"a\r\n" * (SIZE // 3),
    "comments": b"<!--",
    "ampersands": b"<item><title>" + b"&" * SIZE,
}
SITEMAPS = {
    "CDATA": b"<![CDATA[",
    "elements": b"<a/>",
    "ampersands": b"&",
    "attributes": b"<url " + DISTINCT,
}
PAGES = {
    "attributes": b"<a " + DISTINCT + b">",
    "attributes behind a quoted bracket": b"<a title='>' " + DISTINCT + b">",
    "a thousand tags": (b"<b " + DISTINCT[:40_000] + b">") * (SIZE // 40_000),
    "links": b"<h1><a href=/x>",
}


def filled(start: bytes, unit: bytes) -> bytes:
    return (start + unit * (1 + (SIZE - len(start)) // len(unit)))[:SIZE]


def seconds(read: Callable[[], object]) -> float:
    begun = time.process_time()
    read()
    return time.process_time() - begun


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_costs_seconds_and_what_came_before_is_used(name: str) -> None:
    body = filled(RSS, FEEDS[name])
    found = []
    assert seconds(lambda: found.append(read_feed(body, URL + "feed.xml"))) <= SECONDS
    assert [one.url for one in found[0].announcements] == [URL + "1"]
    assert BEYOND in found[0].faults


@pytest.mark.parametrize("name", SITEMAPS)
def test_a_sitemap_costs_seconds_and_what_came_before_is_used(name: str) -> None:
    body = filled(MAP, SITEMAPS[name])
    found = []
    assert seconds(lambda: found.append(read_sitemap(body, URL + "map.xml"))) <= SECONDS
    assert [one.url for one in found[0].announcements] == [URL + "1"]
    assert found[0].faults


@pytest.mark.parametrize("name", PAGES)
def test_the_links_of_a_page_cost_seconds(name: str) -> None:
    body = filled(b"<html><body><p><a href=/1>One</a><p>", PAGES[name])
    assert seconds(lambda: read_links(body, URL)) <= SECONDS


def test_a_json_feed_of_millions_of_values_is_none() -> None:
    body = filled(b'{"version":"https://jsonfeed.org/version/1.1","items":[', b"[],")
    assert read_feed(body, URL).faults == ("no feed: JSON with too many values",)


def test_an_ordinary_feed_and_sitemap_are_within_bounds() -> None:
    entry = (
        b"<item><title>A &amp; B</title><description><![CDATA["
        + b"<p class='x'>text</p>\n" * 300
        + b"]]></description>"
    )
    feed = RSS + (entry + b"<category>a</category>" * 20 + b"</item>") * 300 + b"</channel></rss>"
    entry = b"<url><loc>https://paper.example/a?b=1&amp;c=2</loc><lastmod>2026-11-26</lastmod></url>"
    sitemap = b"<urlset>" + entry * 50_000
    assert within_bounds(feed, FEED) == (feed, [])
    assert within_bounds(sitemap, SITEMAP) == (sitemap, [])


def test_an_inline_image_in_a_link_takes_nothing_of_its_text() -> None:
    page = (
        b"<h2><a href=/2026/11/26/x.html><img src='data:image/png;base64,"
        + b"A" * 90_000
        + b"'>Five words of a headline"
    )
    (found,) = read_links(page, URL).articles
    assert found.title == "Five words of a headline"
