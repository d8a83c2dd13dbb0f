"""Whole articles and parts of them."""

from __future__ import annotations

import json

import pytest

from cleaners.metadata import judge_completeness, read_testimony
from cleaners.metadata.completeness import Completeness
from cleaners.segment import segment_html
from items import Announced, Page

SENTENCE = "The council voted to keep the old harbour crane on the quay for one more year and to paint it green. "
WHOLE = "\n\n".join(SENTENCE * 2 + str(number) for number in range(8))
PART = SENTENCE * 2 + "0"


def judge(text: str, node: dict[str, object] | None = None, under: str = "", fed: str | None = None) -> Completeness:
    script = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | (node or {}))}</script>'
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    announced = Announced(source="feed", content=fed) if fed else None
    page = Page(
        announced=announced, content=f"<html><head>{script}</head><body><h1>Crane</h1>{paragraphs}{under}</body></html>"
    )
    document = segment_html(page)
    return judge_completeness(read_testimony(document.tree, page), document.blocks, text)


def test_nothing_speaks_against_a_whole_article() -> None:
    assert judge(WHOLE, {"articleBody": WHOLE, "wordCount": 170}) == Completeness(verdict="full")


def test_a_body_given_in_full_shows_what_is_missing() -> None:
    found = judge(PART, {"articleBody": f"<p>{WHOLE}</p>"})
    assert found.verdict == "truncated"
    assert "articleBody" in found.evidence[0]


def test_a_word_count_shows_it_too() -> None:
    assert judge(PART, {"wordCount": "900"}).verdict == "truncated"
    assert judge(WHOLE, {"wordCount": "400"}).verdict == "full"


def test_the_feed_knew_more() -> None:
    assert judge(PART, fed=WHOLE).verdict == "truncated"


def test_continue_reading_under_the_text() -> None:
    assert judge(WHOLE, under="<p><a href=/more>Continue reading →</a></p>").verdict == "teaser"
    assert judge(WHOLE, under="<p><a href=/more>Jetzt weiterlesen</a></p>").verdict == "teaser"
    assert judge(WHOLE, under="<h3>Read more</h3><p>Another story</p>").verdict == "full"


def test_the_mark_is_not_believed_where_the_whole_body_is_there() -> None:
    assert judge(WHOLE, {"articleBody": WHOLE}, "<p>Continue reading</p>").verdict == "full"


def test_a_paywall_with_a_short_text() -> None:
    assert judge(PART, {"isAccessibleForFree": False}).verdict == "paywalled"
    assert judge(WHOLE, {"isAccessibleForFree": False}).verdict == "full"


def test_page_one_of_two() -> None:
    assert judge(WHOLE, under="<div>Page 1 of 2</div>").verdict == "truncated"
    assert judge(WHOLE, under="<div>Page 2 of 2</div>").verdict == "full"


def test_two_articles_in_one() -> None:
    found = judge("\n\n".join([WHOLE] * 3), {"articleBody": WHOLE})
    assert found.verdict == "merged"


@pytest.mark.parametrize(
    "href", ["/a/crane?page=2", "/a/crane/2/", "/a/crane/page/2", "https://www.example.org/a/crane-2"]
)
def test_a_next_page_of_the_same_article_is_missing(href: str) -> None:
    assert next_page(href).verdict == "truncated"


@pytest.mark.parametrize(
    "href", ["/a/crane-collapses-again", "/a/", "/b/crane?page=2", "/a/crane/comment-page-2", "/a/crane"]
)
def test_the_next_article_is_not_missing(href: str) -> None:
    assert next_page(href).verdict == "full"


def next_page(href: str) -> Completeness:
    page = Page(
        url="https://www.example.org/a/crane",
        content=f'<html><head><link rel="next" href="{href}"></head><body><h1>Crane</h1><p>{WHOLE}</p></body></html>',
    )
    document = segment_html(page)
    return judge_completeness(read_testimony(document.tree, page), document.blocks, WHOLE)


def test_the_rest_is_for_subscribers() -> None:
    assert judge(PART, under="<p>This article is for subscribers only.</p>").verdict == "paywalled"


def test_a_short_text_that_breaks_off_is_a_teaser() -> None:
    assert judge(PART.rstrip(".") + " …").verdict == "teaser"
    assert judge(WHOLE).verdict == "full"
