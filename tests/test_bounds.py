"""Feeds, sitemaps and front pages that would keep a crawl's own process busy for minutes: each costs seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scrapers.discovery.bounds import BEYOND, FEED, LARGE_ENTRY, SITEMAP, within_bounds
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


DIV = "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{}</div></content>"
ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>Paper</title>"
    "<entry><title>A</title><link href='/a'/></entry>"
    f"<entry><title>B</title><link href='/b'/>{DIV.format('<p>one <br/>two</p>' * 900)}<updated>2026</updated></entry>"
    "<entry><title>C</title><link href='/c'/></entry></feed>"
)
RSS_ITEM = "<item><title>{0}</title><link>/{0}</link>{1}</item>"
LARGE = {
    "content in Atom": ATOM,
    "content in Atom with a prefix": ATOM.replace("<", "<a:")
    .replace("<a:/", "</a:")
    .replace("xmlns=", "xmlns:a=")
    .replace("a:div xmlns:a", "a:div xmlns:b"),
    "categories in RSS": "<rss version='2.0'><channel>"
    + RSS_ITEM.format("a", "")
    + RSS_ITEM.format("b", "<category>x</category>" * 2000)
    + RSS_ITEM.format("c", "")
    + "</channel></rss>",
    "an item that never ends": "<rss version='2.0'><channel>"
    + RSS_ITEM.format("a", "")
    + RSS_ITEM.format("b", "<b>" * 3000).removesuffix("</item>")
    + RSS_ITEM.format("c", "")
    + "</channel></rss>",
    "attributes": "<rss version='2.0'><channel>"
    + RSS_ITEM.format("a", "")
    + RSS_ITEM.format("b", "<x " + " ".join(f"a{number}='1'" for number in range(3000)) + "/>")
    + RSS_ITEM.format("c", "")
    + "</channel></rss>",
}


@pytest.mark.parametrize("name", LARGE)
def test_an_endless_entry_hides_neither_itself_nor_those_after_it(name: str) -> None:
    found = read_feed(LARGE[name].encode(), URL + "feed.xml")
    assert [one.url.removeprefix(URL) for one in found.announcements] == ["a", "b", "c"]
    assert LARGE_ENTRY in found.faults
    assert BEYOND not in found.faults


def test_what_is_left_of_an_endless_entry_is_well_formed() -> None:
    found = read_feed(ATOM.encode(), URL + "feed.xml")
    assert found.faults == (LARGE_ENTRY,)


def test_an_endless_entry_of_a_sitemap_hides_none_after_it() -> None:
    large = b"<url><loc>/b</loc>" + b"<x>1</x>" * 20_000 + b"</url>"
    body = b"<urlset><url><loc>/a</loc></url>" + large + b"<url><loc>/c</loc></url></urlset>"
    found = read_sitemap(body, URL + "map.xml")
    assert [one.url.removeprefix(URL) for one in found.announcements] == ["a", "b", "c"]


def test_many_endless_entries_cost_no_more_than_one() -> None:
    body = filled(RSS, b"<item>" + b"<a/>" * 2001)
    assert seconds(lambda: read_feed(body, URL + "feed.xml")) <= SECONDS
