"""One address for one page, and what an address alone tells."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.discovery import urls
from scrapers.discovery.article_urls import judge_url
from scrapers.discovery.canonical import believable, canonical, is_home
from scrapers.discovery.owners import same_site
from scrapers.discovery.urls import absolute, tidy

STORY = "https://news.example.org/2026/11/03/bridge-opens"
SAME_AS_STORY = (
    "http://news.example.org/2026/11/03/bridge-opens",
    "https://www.news.example.org/2026/11/03/bridge-opens/",
    "HTTPS://News.Example.ORG:443/2026/11/03/bridge-opens#comments",
    "https://news.example.org/2026/11/03/bridge-opens?utm_source=feed&utm_medium=rss&fbclid=x",
    "https://news.example.org/2026/11/03/bridge-opens?ref=home",
    "https://news.example.org/2026/11/03/bridge-opens/amp/",
    "https://amp.news.example.org/2026/11/03/bridge-opens",
    "https://news.example.org/2026/11/03/bridge-opens?outputType=amp",
    "https://news-example-org.cdn.ampproject.org/c/s/news.example.org/2026/11/03/bridge-opens",
    "https://m.news.example.org/2026/11/03/bridge-opens",
    "https://news.example.org/2026/11/03/bridge-opens/print",
    "https://news.example.org/2026/11/03/bridge-opens?view=print",
    "https://news.example.org/2026/11/03/bridge-opens;jsessionid=0A1B2C",
    "https://news.example.org/2026/11/03/bridge-opens?PHPSESSID=abc",
    "https://news.example.org/(S(abc123))/2026/11/03/bridge-opens",
    "https://news.example.org/2026/11/03/bridge-opens?page=1",
    "https://news.example.org/2026/11/03/bridge-opens?page=3",
    "https://news.example.org/2026/11/03/bridge-opens/page/2/",
    "https://news.example.org/2026/11/03/./x/../bridge%2Dopens",
    "https://news.example.org//2026/11/03//bridge-opens/index.html",
)
DIFFERENT = (
    ("https://e.org/story?id=1", "https://e.org/story?id=2"),
    ("https://e.org/?p=1", "https://e.org/"),
    ("https://e.org/story?cid=1", "https://e.org/story?cid=2"),
    ("https://e.org/politics?page=2", "https://e.org/politics?page=3"),
    ("https://e.org/Story", "https://e.org/story"),
    ("https://one.e.org/a", "https://two.e.org/a"),
    ("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a"),
    ("https://e.org/a?q=%FC", "https://e.org/a?q=%FD"),
    ("https://e.org/print", "https://e.org/"),
)
PIECES = st.sampled_from(
    "a b story amp AMP print index.html .amp /amp// page 2 2026 11 03 a-b-c-d-e"
    " ; jsessionid=1 (S(x)) ? & = # % %2F %41 %zz"
    " id=1 utm_source=x page=1 page=2 ref=x /../ /./ ü 日本 + ! :// https://x.org www. m."
    " print=1 view=amp &amp; [ ] @ :80".split()
)
ADDRESSES = st.builds(
    lambda scheme, host, pieces: f"{scheme}://{host}/" + "".join(pieces),
    st.sampled_from(("http", "https", "HTTP")),
    st.sampled_from(
        ("e.org", "www.e.org", "m.e.co.uk", "127.0.0.1:8000", "[::1]:80", "bücher.de", "www.m.amp.e.org:443", "x")
    ),
    st.lists(PIECES | st.text(max_size=3), max_size=8),
)


@pytest.mark.parametrize("url", SAME_AS_STORY)
def test_variants_of_an_address_are_one(url: str) -> None:
    assert canonical(url) == STORY


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_pages_stay_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_the_address_to_request_stays_on_its_host() -> None:
    assert tidy("http://m.Example.org:80/a/?b=2&a=1&utm_source=x#top") == "http://m.example.org/a/?a=1&b=2"


@given(ADDRESSES)
def test_canonical_of_canonical_is_the_same(url: str) -> None:
    assert canonical(canonical(url)) == canonical(url)
    assert tidy(tidy(url)) == tidy(url)
    assert canonical(tidy(url)) == canonical(url)


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)
    assert judge_url(text).reason
    absolute(text, "https://e.org/")
    same_site(text, "https://e.org/")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.e.co.uk/a", "https://sport.e.co.uk/", True),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("https://a.blogspot.com/", "https://b.blogspot.com/", False),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", False),
        ("http://127.0.0.1:80/", "http://127.0.0.1/", True),
        ("https://bücher.de/", "https://www.xn--bcher-kva.de/", True),
        ("no address", "no address", False),
    ],
)
def test_a_site_is_what_belongs_to_one_owner(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


@pytest.mark.parametrize(
    ("named", "url", "believed"),
    [
        ("https://e.org/2026/a-story-of-four", "http://www.e.org/2026/a-story-of-four?utm_source=x", True),
        ("https://e.org/news/new-name", "https://e.org/news/old-name", True),
        ("https://www.e.org/story", "https://sport.e.org/story", True),
        ("https://e.org/", "https://e.org/news/story", False),
        ("https://e.org/en", "https://e.org/en/story", False),
        ("https://e.org/news/", "https://e.org/news/story", False),
        ("https://e.org/show", "https://e.org/show?id=7", False),
        ("https://e.org/show?id=8", "https://e.org/show?id=7", False),
        ("https://other.net/story", "https://e.org/story", False),
        ("/story", "https://e.org/story", False),
    ],
)
def test_a_named_address_is_believed_only_where_it_can_be_the_pages_own(named: str, url: str, believed: bool) -> None:
    assert believable(named, url) is believed


def test_front_pages() -> None:
    assert all(is_home(f"https://e.org{path}") for path in ("", "/", "/index.html", "/en/", "/de-at", "/?utm_source=x"))
    assert not any(is_home(f"https://e.org{path}") for path in ("/news", "/?p=1", "/a.html"))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/2026/11/03/bridge", "article"),
        ("/2026/nov/03/bridge-opens", "article"),
        ("/news/bridge-opens-after-nine-years", "article"),
        ("/politik/bruecke-eroeffnet-4711815.html", "article"),
        ("/artikel/123456", "article"),
        ("/story.php?id=17", "article"),
        ("/tag/2026/11/03/bridge-opens", "article"),
        ("/", "section"),
        ("/politics", "section"),
        ("/tag/bridges", "section"),
        ("/author/jane-doe-of-the-example", "section"),
        ("/2026/11/", "section"),
        ("/2026-11-03", "section"),
        ("/impressum", "other"),
        ("/impressum.html", "other"),
        ("/login?next=/x", "other"),
        ("/report-on-the-bridge-works.pdf", "other"),
        ("/video/bridge-opens-after-nine-years", "unsure"),
        ("/bridge-opens.html", "unsure"),
    ],
)
def test_the_address_says_article_or_not(path: str, kind: str) -> None:
    verdict = judge_url("https://e.org" + path)
    assert verdict.kind == kind, verdict.reason


HREFS = (
    *("/a/b", "/a/../b", "/a/./b", "/a//b", "/a;b=c", "/a?", "/a?b#", "/.hidden", "/ü/ß", "/a b", "\t/a\n", "/", ""),
    *("a/b", "?page=2", "#top", "mailto:a@b.org", "//other.example.org/a", "https://Other.example.org/A?b=c#d"),
    *("https://x.org", "https://x.org:99999/a", "https://x.org:8443/a", "https://user@x.org/a", "https://x.org/a\\b"),
    "http://[::1]/a",
)


@pytest.mark.parametrize("href", HREFS)
def test_the_short_way_resolves_links_as_the_long_way_does(href: str) -> None:
    for base in ("https://example.org/news/story?id=1", "http://127.0.0.1:41234/"):
        assert urls.absolute(href, base) == urls._resolved(href.strip(), base)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/news/a-b.html",
        "http://127.0.0.1:41234/a/",
        "http://example.org:8080/a/b",
        "https://x.org/2/3",
    ],
)
def test_what_is_plain_has_nothing_to_be_tidied(url: str) -> None:
    parts = urlsplit(urls._respelled(url))
    assert urls.PLAIN.fullmatch(url)
    assert urls.tidy(url) == url == urlunsplit((parts.scheme, parts.netloc, parts.path, parts.query, ""))


@pytest.mark.parametrize("url", ["https://x.org:443/a", "http://x.org:80/a", "https://X.org/a", "https://x.org/a/../b"])
def test_what_is_not_plain_is_tidied(url: str) -> None:
    assert not urls.PLAIN.fullmatch(url)
    assert urls.tidy(url) != url
