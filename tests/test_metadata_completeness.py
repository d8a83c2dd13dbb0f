"""Whole articles and parts of them."""

from __future__ import annotations

import json

from cleaners.metadata import judge_completeness, read_testimony
from cleaners.metadata.completeness import Completeness
from cleaners.segment import segment_html
from items import Page

SENTENCE = "The council voted to keep the old harbour crane on the quay for one more year and to paint it green. "
WHOLE = "\n\n".join(SENTENCE * 2 + str(number) for number in range(8))
PART = SENTENCE * 2 + "0"


def judge(text: str, node: dict[str, object] | None = None, under: str = "", fed: str | None = None) -> Completeness:
    script = f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle"} | (node or {}))}</script>'
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n\n"))
    page = Page(content=f"<html><head>{script}</head><body><h1>Crane</h1>{paragraphs}{under}</body></html>")
    document = segment_html(page)
    return judge_completeness(read_testimony(document.tree, page), document.blocks, text, fed)


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
