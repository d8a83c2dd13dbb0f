"""The witnesses beside the page's own word: what announced it, htmldate, and headlines only readers see."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import Options, clean, clean_page
from cleaners.metadata import find_images, read_metadata, read_testimony
from cleaners.metadata.metadata import Metadata
from cleaners.segment import segment_html
from items import Announced, Page
from output import record_of

PROSE = (
    "The council voted on Tuesday to keep the old harbour crane, which has stood on the quay for more than a century,"
    " and to spend the money that was set aside for its demolition on a new coat of paint. "
)
BODY = "".join(f"<p>{PROSE}{number}</p>" for number in range(5))
FEED = Announced(
    source="feed",
    title="The Old Crane Stays",
    authors=("jane@example.org (Jane Doe)",),
    published="Tue, 05 Mar 2024 08:30:00 +0100",
    language="en-GB",
    section="Town",
    tags=("crane",),
    summary="It stays.",
    image="https://example.org/crane.jpg",
)


def read(body: str, head: str = "", announced: Announced | None = None) -> Metadata:
    page = Page(
        content=f"<html><head>{head}</head><body>{body}</body></html>",
        url="https://example.org/a/1",
        announced=announced,
    )
    document = segment_html(page)
    return read_metadata(read_testimony(document.tree, page), document.blocks, PROSE)


def test_where_the_page_is_silent_its_announcement_speaks() -> None:
    found = read(BODY, announced=FEED)
    assert found.title == "The Old Crane Stays"
    assert found.authors == ("Jane Doe",)
    assert found.published == "2024-03-05T08:30:00+01:00"
    assert (found.section, found.tags, found.summary) == ("Town", ("crane",), "It stays.")
    assert found.image == "https://example.org/crane.jpg"
    assert {found.fields[name].source for name in ("title", "authors", "published", "section")} == {"announced"}


def test_an_announcement_that_agrees_makes_surer() -> None:
    body = f"<h1>The Old Crane Stays</h1><p class=byline>By Jane Doe</p>{BODY}"
    alone, borne_out = read(body), read(body, announced=FEED)
    for name in ("title", "authors"):
        assert borne_out.fields[name].confidence > alone.fields[name].confidence
        assert "announced" in (borne_out.fields[name].source, *borne_out.fields[name].agrees)


def test_an_announcement_that_differs_is_a_conflict() -> None:
    head = '<meta property="article:published_time" content="2024-03-01T09:00:00Z">'
    body = f'<h1>The Old Crane Stays</h1><time datetime="2024-03-01">1 March 2024</time>{BODY}'
    found = read(body, head, FEED)
    assert found.published == "2024-03-01T09:00:00+00:00"
    assert "announced" in found.fields["published"].conflicts


def test_the_last_change_of_a_sitemap_is_no_publication() -> None:
    found = read(BODY, announced=Announced(source="sitemap", modified="2024-03-05"))
    assert (found.published, found.modified) == (None, "2024-03-05")


@given(
    st.builds(
        Announced,
        source=st.text(max_size=5),
        title=st.none() | st.text(),
        authors=st.lists(st.text(), max_size=4).map(tuple),
        published=st.none() | st.text(),
        modified=st.none() | st.text(),
        language=st.none() | st.text(),
        section=st.none() | st.text(),
        tags=st.lists(st.text(), max_size=4).map(tuple),
        image=st.none() | st.text(),
        summary=st.none() | st.text(),
        content=st.none() | st.text(),
    )
)
@settings(max_examples=60, deadline=None)
def test_an_announcement_may_say_anything(announced: Announced) -> None:
    record_of(clean_page(Page(content=f"<h1>Crane</h1>{BODY}", announced=announced), Options(explain=True)))


SEO = "Harbour crane: what the vote of the council means"
LEAD = '<header class="article-header"><h2><span>Harbour</span> <span>The Old Crane Stays</span></h2></header>'


@pytest.mark.parametrize(
    "trail", [f"<ul class=x><li><h1>{SEO}</h1></li></ul>", f'<div class="breadcrumb"><h1>{SEO}</h1></div>']
)
def test_a_headline_in_a_trail_of_links_is_not_the_reader_s(trail: str) -> None:
    head = '<meta property="og:title" content="The Old Crane Stays">'
    assert read(trail + LEAD + BODY, head).title == "The Old Crane Stays"


def test_where_nobody_bears_the_other_headline_out_the_h1_stays() -> None:
    head = f'<meta property="og:title" content="{SEO}"><title>{SEO}</title>'
    assert read(f"<ul><li><h1>{SEO}</h1></li></ul>{LEAD}{BODY}", head).title == SEO


def test_a_title_that_its_own_quotes_cut_short_is_no_title() -> None:
    whole = 'Marathon: winners and a "royal visit" on the way'
    head = '<meta property="og:title" content="Marathon: winners and a "royal visit" on the way">'
    assert read(f"<h1>{whole}</h1>{BODY}", head).title == whole


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        ("Photo: Max Poe", ()),
        ("ByJane Doe", ("Jane Doe",)),
        ("Jane Doe Senior Writer", ("Jane Doe",)),
    ],
)
def test_what_stands_in_a_byline_beside_the_name(shown: str, names: tuple[str, ...]) -> None:
    found = read(f'<h1>The Old Crane Stays</h1><div class="author-name">{shown}</div>{BODY}')
    assert found.authors == names


def test_two_names_on_two_lines_are_two_authors() -> None:
    authors = '[{"name":"Ada Poe"},{"name":"Bo Roe"}]'
    stated = f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{authors}}}</script>'
    found = read(f"<h1>The Old Crane Stays</h1><div>Ada Poe</div><div>Bo Roe</div>{BODY}", stated)
    assert found.authors == ("Ada Poe", "Bo Roe")
    assert "lines_bare" in found.fields["authors"].agrees


@pytest.mark.parametrize(
    ("path", "day"),
    [("/2024/march/05/crane", "2024-03-05"), ("/en-gb/news/crane", "2024-03-05"), ("/news/crane", "2024-05-03")],
)
def test_the_address_tells_which_number_is_the_month(path: str, day: str) -> None:
    page = Page(content=f"<html lang=en><h1>Crane</h1><time>05/03/2024</time>{BODY}", url=f"https://example.org{path}")
    document = segment_html(page)
    found = read_metadata(read_testimony(document.tree, page), document.blocks, PROSE).published
    assert (found or "")[:10] == day


def test_updates_of_a_live_blog_are_not_the_article() -> None:
    live = """<script type="application/ld+json">{"@type":"LiveBlogPosting","headline":"Crane live",
    "datePublished":"2024-03-04T13:00:00Z","liveBlogUpdate":[{"@type":"BlogPosting","headline":"It moved",
    "datePublished":"2024-03-05T20:00:00Z","dateModified":"2024-03-05T20:01:00Z","author":{"name":"X Y"}}]}</script>"""
    assert read(f"<h1>Crane live</h1>{BODY}", live).published == "2024-03-04T13:00:00+00:00"


def test_an_explained_record_tells_who_said_what() -> None:
    html = f"""<html lang="en"><head><title>The Old Crane Stays</title><meta property="og:title" content="Crane news">
    <meta property="article:published_time" content="2024-03-05"></head><h1>The Old Crane Stays</h1>{BODY}</html>"""
    explained, plain = (record_of(clean(html, options=Options(explain=on))).fields for on in (True, False))
    assert explained.title.value == "The Old Crane Stays"  # type: ignore[union-attr]
    assert (explained.title.source, explained.title.agrees) == ("h1", ("title",))  # type: ignore[union-attr]
    assert explained.title.conflicts == ("og",)  # type: ignore[union-attr]
    assert plain.published.source == "meta_article"  # type: ignore[union-attr]
    assert not plain.published.value  # type: ignore[union-attr]


def test_a_guess_too_unsure_to_be_given_stands_in_the_explanation_alone() -> None:
    html = f"<html lang='en'><h1>The Old Crane Stays</h1>{BODY}<p>© Harbour Trust</p></html>"
    explained, plain = (record_of(clean(html, options=Options(explain=on))) for on in (True, False))
    assert explained.authors == plain.authors == ()
    assert explained.fields.authors.value == ("Harbour Trust",)  # type: ignore[union-attr]
    assert not plain.fields.authors


PICTURE = "<img src=/{0}.jpg srcset='/a 1x, /b 2x'>"
HOSTILE: dict[str, Callable[[int], str]] = {
    "metas": lambda n: f"<head>{'<meta name=author content=x>' * n}</head>{BODY}",
    "figures": lambda n: f"<h1>Crane</h1>{BODY}{'<figure><img src=/a.jpg><figcaption>Foto: ' * n}",
    "pictures": lambda n: f"<h1>Crane</h1>{BODY}" + "".join(PICTURE.format(k) for k in range(n)),
    "crumbs": lambda n: "<ul><li><h1>Crane</h1>" * n + BODY,
    "caption": lambda n: f"<h1>Crane</h1>{BODY}<figure><img src=/a.jpg><figcaption>{'( ' * n}</figcaption></figure>",
    "bylines": lambda n: f"<h1>Crane</h1><div class=author>{'By Jane | ' * n}</div>{BODY}",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_eight_times_the_hostility_takes_at_most_nine_times_the_calls(kind: str) -> None:
    def calls(size: int) -> int:
        page = Page(content=HOSTILE[kind](size), url="https://example.org/a")
        document = segment_html(page)
        count = 0

        def counted(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        sys.setprofile(counted)
        try:
            testimony = read_testimony(document.tree, page)
            read_metadata(testimony, document.blocks, PROSE)
            find_images(testimony.head.pictures, document.blocks, testimony.graph, page.url, None)
        finally:
            sys.setprofile(None)
        return count

    calls(100)  # what is read once for all pages
    assert calls(2400) < 9 * calls(300)
