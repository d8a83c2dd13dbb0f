"""What feeds, sitemaps and pages announce, in whatever state they come."""

from __future__ import annotations

import gzip
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.discovery.announcement import newest_first
from scrapers.discovery.dates import iso_date
from scrapers.discovery.feeds import read_feed
from scrapers.discovery.links import read_links
from scrapers.discovery.sitemaps import Child, newest_children, read_sitemap, sitemaps_in_robots
from scrapers.frontier.limits import Limits
from scrapers.frontier.naming import Naming
from scrapers.frontier.urls import Lease

SITE = "https://news.example.org/"
FEED = SITE + "feed"
SITEMAP = SITE + "sitemap.xml"
NAMESPACES = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
ITEM = (
    "<item><title>Bridge &amp;amp; ferry</title><link>/2026/bridge</link>"
    "<pubDate>Tue, 03 Nov 2026 10:00:00 +0100</pubDate><dc:creator>Jane Doe</dc:creator><category>City</category>"
    "<content:encoded><![CDATA[<p>Hi <b>there</b></p>]]></content:encoded></item>"
)


def rss(items: str, before: str = "") -> bytes:
    return (
        f"{before}<rss version='2.0' {NAMESPACES}><channel><language>en-GB</language>{items}</channel></rss>".encode()
    )


def urls(found: object) -> list[str]:
    return [announcement.url.removeprefix(SITE) for announcement in found.announcements]  # type: ignore[attr-defined]


def test_rss_with_all_it_says() -> None:
    (story,) = read_feed(rss(ITEM), FEED).announcements
    assert (story.url, story.title) == (SITE + "2026/bridge", "Bridge & ferry")
    assert (story.published, story.modified) == ("2026-11-03T10:00:00+01:00", None)
    assert (story.authors, story.language, story.section) == (("Jane Doe",), "en", "City")
    assert (story.content_length, story.source, story.source_url) == (len("Hi there"), "feed", FEED)


def test_atom() -> None:
    feed = read_feed(
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><link rel="next" href="?page=2"/><entry>'
        b'<title type="html">A &lt;b&gt;c&lt;/b&gt;</title><link rel="enclosure" href="/a.mp3"/><link href="/a"/>'
        b"<published>2026-01-02T03:04Z</published><updated>2026-01-02T03:04:05+02:00</updated>"
        b"<author><name>A B</name></author><author><name>C</name></author></entry></feed>",
        FEED,
    )
    (story,) = feed.announcements
    assert (story.url, story.title, story.language, story.authors) == (SITE + "a", "A c", "de", ("A B", "C"))
    assert (story.published, story.modified) == ("2026-01-02T03:04:00Z", "2026-01-02T03:04:05+02:00")
    assert feed.next_url == FEED + "?page=2"


def test_rdf() -> None:
    feed = read_feed(
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        b' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>N</title></channel><item rdf:about="/a">'
        b"<title>T</title><link>/a</link><dc:date>2026-01-02</dc:date></item></rdf:RDF>",
        FEED,
    )
    assert [(story.url, story.title, story.published) for story in feed.announcements] == [
        (SITE + "a", "T", "2026-01-02")
    ]


def test_json_feed() -> None:
    feed = read_feed(
        b'{"version": "https://jsonfeed.org/version/1.1", "language": "fr-FR", "next_url": "/feed.json?p=2", "items": ['
        b'{"id": "1", "url": "/a", "title": "T", "date_published": "2026-01-02T03:04:05Z", "tags": ["Ville"],'
        b'"authors": [{"name": "Q"}, {}], "content_html": "<p>four</p>"}, {"id": "https://news.example.org/b"}, {}, 7,'
        b'{"url": 5, "authors": "x", "tags": 1}]}',
        FEED,
    )
    story, other = feed.announcements
    assert (story.url, story.title, story.published) == (SITE + "a", "T", "2026-01-02T03:04:05Z")
    assert (story.authors, story.language, story.section, story.content_length) == (("Q",), "fr", "Ville", 4)
    assert (other.url, feed.unusable, feed.next_url) == (SITE + "b", 2, SITE + "feed.json?p=2")


def test_entries_of_other_hosts_are_skipped_and_counted() -> None:
    feed = read_feed(rss(ITEM + "<item><title>Buy</title><link>https://ads.example.net/x</link></item>"), FEED)
    assert (urls(feed), feed.other_hosts) == (["2026/bridge"], 1)


def test_a_feed_hosted_elsewhere_is_read_for_its_newspaper() -> None:
    item = (
        '<item xmlns:f="http://rssnamespace.org/feedburner/ext/1.0"><link>https://counter.example.net/1</link>'
        f"<f:origLink>{SITE}a</f:origLink></item><item><link>{SITE}b</link></item>"
    )
    assert urls(read_feed(rss(item), "https://counter.example.net/feed", site=SITE)) == ["a", "b"]


def test_only_a_guid_that_is_an_address_is_one() -> None:
    items = (
        f"<item><guid>{SITE}a</guid></item><item><guid isPermaLink='false'>b</guid></item><item><guid>c</guid></item>"
    )
    feed = read_feed(rss(items), FEED)
    assert (urls(feed), feed.unusable) == (["a"], 2)


@pytest.mark.parametrize(
    "broken",
    [
        rss(ITEM + "<item><title>AT&T <br> news &nbsp;</title><link>/b?x=1&y=2</link></item>"),
        rss(ITEM + "<item><link>/b?x=1&amp;y=2</link></item>")[:-20],
        b"\r\n\r\n" + rss(ITEM + "<item><link>/b?x=1&amp;y=2</link></item>"),
        rss(ITEM + "<item><title>\x01 \x0b</title><link>/b?x=1&amp;y=2</link></item>"),
        rss(ITEM.replace("Jane", "J\xfcrgen") + "<item><link>/b?x=1&amp;y=2</link></item>").decode().encode("latin-1"),
    ],
    ids=["stray ampersands and tags", "cut", "white space before", "control characters", "mislabelled charset"],
)
def test_broken_feeds_are_used(broken: bytes) -> None:
    assert urls(read_feed(broken, FEED)) == ["2026/bridge", "b?x=1&y=2"]


def test_a_poisoned_feed_expands_nothing_and_gives_its_healthy_entries() -> None:
    bomb = "".join(f'<!ENTITY e{number + 1} "{f"&e{number};" * 10}">' for number in range(10))
    doctype = f'<!DOCTYPE rss SYSTEM "file:///etc/hostname" [<!ENTITY e0 "lol"><!ENTITY file SYSTEM "file:///etc/passwd">{bomb}]>'
    items = "<item><title>&e10;&file; tail</title><link>/p</link></item>" + ITEM
    began = time.monotonic()
    feed = read_feed(rss(items, '<?xml version="1.0"?>' + doctype), FEED)
    assert time.monotonic() - began < 5
    assert urls(feed) == ["p", "2026/bridge"]
    assert feed.announcements[0].title == "tail"
    assert feed.faults[0] == "a document type declaration, left out"


@pytest.mark.parametrize("space", [" ", "\xa0"])
def test_white_space_in_the_name_of_a_namespace_costs_no_entry(space: str) -> None:
    name = f"{space}http://pu{space}rl.org".encode()
    feed = read_feed(rss(ITEM).replace(b"http://purl.org", name).replace(b"xmlns:dc=", b"xmlns:dc\n= "), FEED)
    assert urls(feed) == urls(read_feed(rss(ITEM), FEED))
    assert feed.announcements[0].authors == read_feed(rss(ITEM), FEED).announcements[0].authors != ()


@given(
    st.binary(max_size=300)
    | st.builds(lambda body, at: rss(ITEM)[:at] + body + rss(ITEM)[at:], st.binary(max_size=9), st.integers(0, 500))
)
@example(body=rss(ITEM)[:30] + b"\xa0" + rss(ITEM)[30:])
def test_no_bytes_break_a_reader(body: bytes) -> None:
    read_feed(body, FEED)
    read_sitemap(body, SITEMAP)
    read_links(body, SITE)
    sitemaps_in_robots(body, SITE)


@pytest.mark.parametrize("body", [b"", b"<html><body>Not found</body></html>", b"{}", b"{", b"hello"])
def test_what_is_no_feed_says_so(body: bytes) -> None:
    feed = read_feed(body, FEED)
    assert feed.announcements == ()
    assert "no feed" in feed.faults[-1]


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("Tue, 03 Nov 2026 10:00:00 GMT", "2026-11-03T10:00:00Z"),
        ("3 Nov 26 10:00 EST", "2026-11-03T10:00:00-05:00"),
        ("2026-11-03T10:00:00.123+0100", "2026-11-03T10:00:00+01:00"),
        ("2026-11-03T10:00", "2026-11-03T10:00:00"),
        ("2026-11-03 9:05:00 UTC", "2026-11-03T09:05:00Z"),
        ("2026-11-03", "2026-11-03"),
        ("0001-01-01T00:00:00Z", None),
        ("2026-13-45", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_have_one_form(written: str | None, iso: str | None) -> None:
    assert iso_date(written) == iso


def urlset(entries: str, root: str = "urlset") -> bytes:
    return (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "x"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        f' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{entries}</{root}>'
    ).encode()


NEWS = (
    "<url><loc>\n https://news.example.org/a?x=1&amp;y=2 </loc><lastmod>2026-11-02</lastmod><image:image><image:loc>"
    "https://news.example.org/i.jpg</image:loc><image:title>No</image:title></image:image><news:news><news:publication>"
    "<news:name>N</news:name><news:language>en</news:language></news:publication><news:publication_date>"
    "2026-11-01T10:00:00Z</news:publication_date><news:title>The  bridge</news:title></news:news></url>"
)


def test_a_news_sitemap_with_date_title_and_language() -> None:
    (story,) = read_sitemap(urlset(NEWS), SITEMAP).announcements
    assert (story.url, story.title, story.language) == (SITE + "a?x=1&y=2", "The bridge", "en")
    assert (story.published, story.modified) == ("2026-11-01T10:00:00Z", "2026-11-02")
    assert (story.source, story.source_url) == ("sitemap", SITEMAP)


def test_addresses_that_are_none_and_other_hosts_are_counted() -> None:
    more = (
        "<url><loc>file:///etc/passwd</loc></url><url><loc>mailto:&f;</loc></url><url><loc>https://x.net/</loc></url>"
    )
    found = read_sitemap(urlset(more + NEWS), SITEMAP)
    assert (urls(found), found.unusable, found.other_hosts) == (["a?x=1&y=2"], 2, 1)


def test_an_index_gives_its_children_newest_first() -> None:
    body = urlset(
        "<sitemap><loc>/1.xml</loc></sitemap><sitemap><loc>/2.xml</loc><lastmod>2026-01-01</lastmod></sitemap>"
        "<sitemap><loc>/3.xml</loc><lastmod>2026-11-01T10:00:00Z</lastmod></sitemap><sitemap><loc>/4.xml</loc></sitemap>"
        "<sitemap><loc>https://x.net/5.xml</loc></sitemap>",
        "sitemapindex",
    )
    children = read_sitemap(body, SITEMAP).children
    assert [child.url[-5:] for child in newest_children(children)] == ["3.xml", "2.xml", "4.xml", "1.xml"]
    assert [child.url[-5:] for child in newest_children(children, "2026-10-31")] == ["3.xml", "4.xml", "1.xml"]
    assert children[1] == Child(SITE + "2.xml", "2026-01-01")


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(urlset(NEWS)),
        gzip.compress(gzip.compress(urlset(NEWS))),
        b"\xef\xbb\xbf\n" + urlset(NEWS),
        urlset(NEWS)[:-20],
        urlset(NEWS).replace(b"<?xml", b"\n<?xml"),
        urlset(NEWS)
        .replace(b'xmlns="', b'xmlns="http://www.google.com/')
        .replace(b"<loc>", b"<loc><![CDATA[")
        .replace(b"</loc>", b"]]></loc>")
        .replace(b"&amp;", b"&"),
        b"# list\nhttps://news.example.org/a?x=1&y=2\n\nftp://x\n",
        "\ufeffhttps://news.example.org/a?x=1&y=2\r\n".encode(),
        rss("<item><link>/a?x=1&amp;y=2</link></item>"),
    ],
    ids=["gz", "gz twice", "BOM", "cut", "line before", "CDATA", "text", "text with BOM", "RSS"],
)
def test_sitemaps_in_every_dress(body: bytes) -> None:
    assert urls(read_sitemap(body, SITEMAP)) == ["a?x=1&y=2"]


def test_limits_and_faults_are_said() -> None:
    many = urlset("".join(f"<url><loc>/{number}</loc></url>" for number in range(20)))
    short = read_sitemap(many, SITEMAP, most=5)
    assert (len(short.announcements), short.faults) == (5, ("more than 5 entries: the rest is not read",))
    half = read_sitemap(gzip.compress(many)[:-20], SITEMAP)
    assert half.faults[0] == "gzip cut short"
    assert half.announcements
    assert read_sitemap(b"<html><p>x</html>", SITEMAP).faults == ("no sitemap",)
    assert read_sitemap(b"\x1f\x8b\x08junk", SITEMAP).faults[0] == "broken gzip"


def test_a_packed_bomb_stays_small() -> None:
    bomb = gzip.compress(b" " * 60_000_000)
    assert read_sitemap(bomb, SITEMAP).faults[0] == "larger than 10 MiB: the rest is not read"


def test_robots_names_sitemaps() -> None:
    body = b"User-agent: *\nSitemap: https://news.example.org/s.xml # main\n sitemap:/t.xml\nSITEMAP : /s.xml\n"
    assert sitemaps_in_robots(body, SITE + "robots.txt") == (SITE + "s.xml", SITE + "t.xml")


PAGE = """<html><head><base href="/start/"><link rel="alternate" type="application/rss+xml" href="/feed.xml">
<link rel="alternate" type="application/rss+xml" href="/comments/feed"><link rel="sitemap" href="/s.xml">
<link rel="canonical" href="https://news.example.org/"></head><body>
<nav><a href="/politics">Politics</a><a href="/login">Login</a><a href="/rss">RSS</a></nav>
<main><a href="/2026/11/03/bridge-opens?utm_source=x#top"><img alt=""></a>
<h2><a href="/2026/11/03/bridge-opens">The bridge opens after nine years</a></h2>
<a href="/short"><h3>A headline over a short address</h3></a>
<p><a href="deep/down/here">Some text that links to a story</a>
<a href="javascript:void(0)">x</a></p>
<a href="/politics?page=2">Ältere Beiträge »</a></main>
<footer><a href="https://social.example.net/x">Us there</a>
<a href="/privacy">How we use what you tell us</a></footer>
</body></html>"""


def test_a_home_page_tells_feeds_articles_and_sections() -> None:
    found = read_links(PAGE.encode(), SITE)
    assert found.feeds == (SITE + "feed.xml", SITE + "rss")
    assert found.sitemaps == (SITE + "s.xml",)
    assert [(story.url.removeprefix(SITE), story.title) for story in found.articles] == [
        ("2026/11/03/bridge-opens?utm_source=x", "The bridge opens after nine years"),
        ("short", "A headline over a short address"),
        ("start/deep/down/here", "Some text that links to a story"),
    ]
    assert all(story.reason for story in found.articles)
    assert SITE + "politics" in found.sections
    assert (found.next_page, found.canonical, found.other_hosts) == (SITE + "politics?page=2", SITE, 1)


def test_a_page_of_endless_attributes_costs_no_minutes() -> None:
    attributes = " ".join(f"a{number}=1" for number in range(50_000))
    began = time.monotonic()
    assert len(read_links(f"<div {attributes}>".encode() + PAGE.encode(), SITE).articles) == 3
    assert time.monotonic() - began < 10


def test_newest_first() -> None:
    feed = read_feed(
        rss(
            "<item><link>/undated</link></item><item><link>/old</link><pubDate>2026-01-01</pubDate></item>"
            "<item><link>/new</link><pubDate>2026-02-01</pubDate></item>"
        ),
        FEED,
    )
    assert [story.url.removeprefix(SITE) for story in newest_first(list(feed.announcements))] == [
        "new",
        "old",
        "undated",
    ]


def test_sitemaps_within_sitemaps_come_to_an_end() -> None:
    at, fates = "https://example.org/sitemap.xml", []
    for depth in range(1, 8):
        lease = Lease(
            **dict.fromkeys(("published", "announced", "fate", "fate_at", "etag", "last_modified", "every")),
            id=1,
            url=at,
            given=at,
            site="example.org",
            host="example.org",
            kind="sitemap",
            pattern="",
            depth=depth,
            attempts=0,
            checks=0,
            discovered_by="sitemap",
        )
        [found] = Naming(Limits()).sitemaps([Child(url=f"https://example.org/s{depth}.xml")], lease)
        fates.append(found.fate.name if found.fate else None)
    assert fates == [None] * 4 + ["trap"] * 3
