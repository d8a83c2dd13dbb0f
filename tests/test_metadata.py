"""What a page says of itself, weighed: each page here is a lesson, written for this project."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.metadata import Metadata, find_headline, language_of, read_metadata, read_testimony
from cleaners.metadata.json_ld import parse, read_json_ld
from cleaners.metadata.languages import bears_out
from cleaners.metadata.names import SEAM, byline, people
from cleaners.metadata.urls import absolute, may_stand_for, original, without_trackers
from cleaners.segment import segment_html
from items import Page

PROSE = (
    "The council voted on Tuesday to keep the old harbour crane, which has stood on the quay for more than a century,"
    " and to spend the money that was set aside for its demolition on a new coat of paint. "
)
PROSA = (
    "Der Rat hat am Dienstag beschlossen, den alten Hafenkran stehen zu lassen, der seit mehr als hundert Jahren auf"
    " dem Kai steht, und das Geld, das für den Abriss vorgesehen war, für einen neuen Anstrich auszugeben. "
)
URL = "https://www.harbour-gazette.example/town/2024/03/05/crane-stays.html"


def page_of(head: str = "", body: str = "", lang: str = "en") -> str:
    return f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'


def read(html: str, url: str | None = URL, text: str = PROSE * 3, **known: str) -> Metadata:
    page = Page(content=html, url=url, **known)
    document = segment_html(page)
    return read_metadata(read_testimony(document.tree, page), document.blocks, text)


def article(head: str = "", byline_html: str = "", headline: str = "The Old Crane Stays") -> str:
    body = f"<main><h1>{headline}</h1>{byline_html}" + "".join(f"<p>{PROSE}{n}</p>" for n in range(5)) + "</main>"
    return page_of(head, body)


JSON_LD = """<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
{"@type":"Organization","@id":"#org","name":"Harbour Gazette"},
{"@type":"Person","@id":"#jane","name":"Jane Doe"},
{"@type":"NewsArticle","headline":"The Old Crane Stays","author":[{"@id":"#jane"},{"@type":"Person","name":"Max Poe"}],
"datePublished":"2024-03-05T08:30:00+01:00","dateModified":"2024-03-06T10:00:00+01:00","publisher":{"@id":"#org"},
"image":{"@type":"ImageObject","url":"/img/crane.jpg","width":1600},"articleSection":"Town","keywords":["crane","port"],
"isAccessibleForFree":false,
"comment":[{"@type":"Comment","author":{"@type":"Person","name":"Angry Reader"}}]}]}</script>"""


class TestTitle:
    def test_the_visible_headline_wins_over_the_search_engine_s(self) -> None:
        head = (
            "<title>Crane: all you need to know - Harbour Gazette</title><meta property=og:title content='Crane news'>"
        )
        assert read(article(head)).title == "The Old Crane Stays"

    def test_the_site_s_name_is_cut_off_where_there_is_no_heading(self) -> None:
        head = (
            "<meta property=og:site_name content='Harbour Gazette'>"
            "<meta property=og:title content='The Old Crane Stays'><title>The Old Crane Stays | Harbour Gazette</title>"
        )
        assert read(page_of(head, f"<p>{PROSE}</p>")).title == "The Old Crane Stays"

    def test_a_logo_in_h1_is_not_the_headline(self) -> None:
        head = (
            "<meta property=og:site_name content='Harbour Gazette'><title>The Old Crane Stays - Harbour Gazette</title>"
            "<meta property=og:title content='The Old Crane Stays'>"
        )
        body = (
            "<header><h1 class=logo><a href='/'>Harbour Gazette</a></h1></header>"
            f"<article><h2 class=entry-title>The Old Crane Stays</h2><p>{PROSE}</p></article>"
        )
        assert read(page_of(head, body)).title == "The Old Crane Stays"

    def test_a_heading_that_leads_home_counts_less(self) -> None:
        scores = []
        for heading in ("<h1>Tales of the Quay</h1>", "<h1><a href='/'>Tales of the Quay</a></h1>"):
            page = Page(content=page_of("", f"{heading}<h2>The Old Crane Stays</h2><p>{PROSE}</p>"), url=URL)
            candidates = read_testimony(segment_html(page).tree, page).candidates
            scores.append(next(one.score for one in candidates if "h1" in one.features))
        assert scores[1] < scores[0]

    def test_it_can_be_had_before_the_body_is_known(self) -> None:
        page = Page(content=article(JSON_LD), url=URL)
        assert find_headline(read_testimony(segment_html(page).tree, page)) == "The Old Crane Stays"

    def test_what_is_decided_comes_with_its_witnesses(self) -> None:
        field = read(article(JSON_LD + "<meta property=og:title content='Something else entirely here'>")).fields[
            "title"
        ]
        assert field.source == "h1"
        assert "json_ld" in field.agrees
        assert "og" in field.conflicts
        assert 0.5 < field.confidence <= 1


class TestAuthors:
    def test_json_ld_references_are_followed_and_commenters_left_out(self) -> None:
        assert read(article(JSON_LD)).authors == ("Jane Doe", "Max Poe")

    def test_a_byline_under_the_headline(self) -> None:
        assert read(article("", "<div class=byline>By Jane Doe and Max Poe</div>")).authors == ("Jane Doe", "Max Poe")

    def test_a_byline_without_any_class(self) -> None:
        metadata = read(article("", "<p>By Jane Doe, 5 March 2024</p>"))
        assert metadata.authors == ("Jane Doe",)
        assert metadata.fields["authors"].source == "line_first"

    def test_authors_of_related_articles_are_not_this_one_s(self) -> None:
        related = "<aside class=related><h2>More</h2><div>By Other Writer</div></aside>"
        html = article("<meta name=author content='Jane Doe'>", "<p>By Jane Doe</p>").replace(
            "</main>", related + "</main>"
        )
        assert read(html).authors == ("Jane Doe",)

    @pytest.mark.parametrize(
        ("line", "names"),
        [
            ("By Jane Doe and Max Müller", ["Jane Doe", "Max Müller"]),
            ("Von Mathilda Trausch, Redakteurin", ["Mathilda Trausch"]),
            ("by Daniel Gibson | Mar 11, 2023 | Brakes", ["Daniel Gibson"]),
            ("Posted on 4 May 2024 by Jane Doe", ["Jane Doe"]),
            ("Jane Doe May 4, 2024", []),
            ("Por Juan Pérez y Ana de la Cruz", ["Juan Pérez", "Ana de la Cruz"]),
        ],
    )
    def test_lines(self, line: str, names: list[str]) -> None:
        assert byline(line) == names

    def test_names_side_by_side_are_several_people(self) -> None:
        assert byline(f"Jane Doe{SEAM}Max van Poe", known=True) == ["Jane Doe", "Max van Poe"]

    def test_degrees_stay_with_their_owner(self) -> None:
        assert people("Jane Doe, Ph.D., Max Poe, MD, RD") == ["Jane Doe, Ph.D.", "Max Poe, MD, RD"]

    def test_addresses_and_handles_are_no_names(self) -> None:
        assert people("https://example.org/author/jane") == []
        assert people("Jane Doe @janedoe") == ["Jane Doe"]


class TestDates:
    def test_stamps_keep_their_zone(self) -> None:
        metadata = read(article(JSON_LD))
        assert metadata.published == "2024-03-05T08:30:00+01:00"
        assert metadata.modified == "2024-03-06T10:00:00+01:00"

    def test_a_date_under_the_headline_is_enough(self) -> None:
        assert read(article("", "<p>5 March 2024</p>")).published == "2024-03-05"

    def test_a_future_date_is_none(self) -> None:
        html = article("<meta property=article:published_time content='2031-01-01T00:00:00Z'>")
        assert read(html, "https://a.example/x", fetched_at="2024-03-05T10:00:00Z").published is None

    def test_tomorrow_is_allowed_and_the_day_after_is_not(self) -> None:
        for day, wanted in (("2024-03-06", "2024-03-06"), ("2024-03-07", None)):
            html = article(f"<meta property=article:published_time content='{day}'>")
            assert read(html, "https://a.example/x", fetched_at="2024-03-05T10:00:00Z").published == wanted

    def test_the_crawl_date_is_never_a_guess(self) -> None:
        metadata = read(article(), "https://a.example/x", fetched_at="2024-03-05T10:00:00Z")
        assert metadata.published is None
        assert "published" not in metadata.fields

    def test_no_change_before_the_publication(self) -> None:
        html = article(JSON_LD.replace("2024-03-06T10:00:00", "2024-03-05T07:00:00"))
        assert read(html).modified is None

    def test_broken_json_ld_still_gives_its_dates(self) -> None:
        broken = (
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"The Old Crane Stays",'
            '"datePublished":"2024-03-05T08:30:00Z","author":{"@type":"Person","name":Jane Doe}</script>'
        )
        assert read(article(broken), "https://a.example/x").published == "2024-03-05T08:30:00+00:00"


class TestOtherFields:
    def test_what_json_ld_says(self) -> None:
        metadata = read(article(JSON_LD))
        assert metadata.publisher == "Harbour Gazette"
        assert metadata.section == "Town"
        assert metadata.tags == ("crane", "port")
        assert metadata.image == "https://www.harbour-gazette.example/img/crane.jpg"
        assert metadata.access == "paywalled"

    def test_the_text_decides_over_a_wrong_attribute(self) -> None:
        assert read(article(), text=PROSA * 3).language == "de"
        assert read(article(), text=PROSE * 3).language == "en"

    def test_neighbours_are_told_apart_by_the_page_s_own_word(self) -> None:
        norwegian = (
            "Kommunestyret vedtok tirsdag at den gamle kranen skal bli stående på kaia, og at pengene brukes. " * 5
        )
        assert read(page_of(lang="nb-NO", body="<h1>Krana blir</h1>"), text=norwegian).language == "no"

    def test_common_words(self) -> None:
        assert bears_out("de", PROSA)
        assert not bears_out("de", PROSE)
        assert not bears_out("en", "too short")

    def test_language_of_too_little_text_is_not_known(self) -> None:
        assert language_of("Hello") is None

    def test_canonical_address(self) -> None:
        canonical = "<link rel=canonical href='/town/crane?utm_source=x#top'>"
        assert read(article(canonical)).canonical_url == "https://www.harbour-gazette.example/town/crane"

    def test_a_canonical_front_page_or_another_site_is_not_believed(self) -> None:
        for href in ("https://www.harbour-gazette.example/", "https://other.example/town/crane"):
            assert read(article(f"<link rel=canonical href='{href}'>")).canonical_url == URL

    def test_a_logo_is_no_lead_image(self) -> None:
        html = article(
            "<meta property=og:image content='https://a.example/logo.png'>"
            "<meta name=twitter:image content='/photo.jpg'>"
        )
        assert read(html).image == "https://www.harbour-gazette.example/photo.jpg"


class TestUrls:
    def test_absolute(self) -> None:
        assert absolute(URL, "../x.html#a") == "https://www.harbour-gazette.example/town/2024/03/x.html"
        assert absolute(URL, "javascript:void(0)") is None
        assert absolute(None, "//[::bad") is None
        for href in (
            "https://a.org",
            "http://A.org/?",
            "https://a.org/b?c#d",
            "https://a.org//b;c?d?e=[f]",
            "https://a/b",
        ):
            parts = urlsplit(href)
            whole = f"{parts.scheme}://{parts.netloc}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
            assert absolute(None, href) == (whole if "." in parts.netloc else None)

    def test_trackers(self) -> None:
        assert without_trackers("https://a.example/x?id=3&utm_medium=rss&fbclid=9") == "https://a.example/x?id=3"

    def test_same_site(self) -> None:
        assert may_stand_for("https://news.bbc.co.uk/1", "https://www.bbc.co.uk/news/1")
        assert not may_stand_for("https://a.co.uk/1", "https://b.co.uk/1")

    def test_an_archived_page_has_its_own_address(self) -> None:
        assert original("https://web.archive.org/web/20110106023242/http://a.example/x") == "http://a.example/x"


class TestJsonLd:
    @pytest.mark.parametrize(
        "script",
        [
            '<!-- {"@type":"Article","headline":"A"} -->',
            '//<![CDATA[\n{"@type":"Article","headline":"A"}\n//]]>',
            '{"@type":"Article","headline":"A",}',
            '{"@type":"Article","headline":"A"};',
            '{"@type":"Article","description":"two\nlines","headline":"A"}',
            '[{"@type":"https://schema.org/Article","headline":"A"}]',
        ],
    )
    def test_shapes(self, script: str) -> None:
        assert read_json_ld([script], None).article["headline"] == "A"

    def test_the_node_about_this_page_wins(self) -> None:
        nodes = (
            '[{"@type":"NewsArticle","headline":"Other","url":"https://a.example/other"},'
            '{"@type":"NewsArticle","headline":"This","url":"https://a.example/this"}]'
        )
        assert read_json_ld([nodes], "https://a.example/this?x=1").article["headline"] == "This"

    def test_listed_articles_are_not_this_one(self) -> None:
        listed = '{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","headline":"Other"}]}'
        assert read_json_ld([listed], None).article == {}


HOSTILE = [
    '<script type="application/ld+json">' + '{"author":' * 8000 + "</script>",
    '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
    '<script type="application/ld+json">-->' + " " * 300_000 + "x</script>",
    '<meta name=author content="' + "&lt;" * 100_000 + '">',
    "<h1 " + " ".join(f"a{n}=1" for n in range(20_000)) + ">Headline of it</h1>",
    "<h1>" + "<b>x</b>" * 20_000 + "</h1>",
    "<h1>Headline</h1>" + "<div class=author>" * 200 + "<b></b>" * 20_000,
    "<h1>Headline</h1><p>" + "<br>" * 50_000,
    "<title>" + " | " * 50_000 + "</title>",
    "<h1>Headline</h1><time datetime='" + "9" * 50_000 + "'>" + "1/" * 50_000 + "</time>",
    "<h1>Headline</h1><p>" + "By " * 20_000 + "</p>",
    "<meta property=article:published_time content='9999-99-99T99:99:99+99:99'>",
    '<script type="application/ld+json">{"@type":"Article","headline":{"name":[{"name":[]}]},"author":[[[]]],"image":3}'
    "</script>",
]


@pytest.mark.parametrize("head", HOSTILE)
def test_hostile_pages_give_bounded_metadata(head: str) -> None:
    metadata = read(page_of(head, "<p>text</p>"))
    assert len(metadata.title or "") <= 400
    assert len(metadata.authors) <= 30


def test_nothing_at_all() -> None:
    page = Page(content="")
    metadata = read_metadata(read_testimony(None, page), [], "")
    assert metadata.title is None
    assert metadata.canonical_url is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_no_json_ld_raises(noise: str, name: str, value: str) -> None:
    parse(noise)
    read(
        page_of(
            f'<script type="application/ld+json">{{"@type":"Article","{name}":"{value}"}}</script>', "<h1>A b c</h1>"
        )
    )


@settings(max_examples=60, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda c: st.lists(c, max_size=3)))
def test_json_ld_values_may_be_anything(value: object) -> None:
    node = {"@type": "NewsArticle"} | dict.fromkeys(
        ("headline", "author", "datePublished", "image", "publisher", "keywords", "isAccessibleForFree", "hasPart"),
        value,
    )
    read(page_of(f'<script type="application/ld+json">{json.dumps(node)}</script>', "<h1>A b c</h1>"))


def test_the_same_page_gives_the_same_metadata() -> None:
    html = article(JSON_LD)
    assert read(html) == read(html)
