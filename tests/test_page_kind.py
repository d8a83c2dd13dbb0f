"""Words that tell what kind of page it is."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import msgspec
import pytest

from cleaners import clean_page, walk
from cleaners.features import read_page
from cleaners.features.page_words import BIAS, page_words, word_scores
from cleaners.judges.learned import Learned
from cleaners.segment import segment_html
from items import Announced, Page

PAGE = """<html><head><meta property="og:type" content="product">
<script type="application/ld+json">{"@type": "Product"}</script></head>
<body class="single-product"><div class="cartBox"><p>Add to basket</p></div></body></html>"""


def words(url: str | None) -> set[str]:
    return page_words(read_page(segment_html(Page(content=PAGE, url=url)), {}), url)


def test_words_say_where_they_come_from() -> None:
    found = words("https://shop.example/tools/garden-tools/spade/")
    assert {"single", "product", "body:single", "body:product", "cart", "box", "type:Product", "og:product"} <= found
    assert {"path:tools", "path:garden", "last:spade"} <= found


def test_the_slug_of_a_title_is_no_word_of_the_site() -> None:
    assert not any(word.startswith("last:") for word in words("https://a.example/blog/how-we-built-the-bridge"))


@pytest.mark.parametrize("url", [None, "", "http://[", "https://a.example", "https://a.example/%zz/%E9"])
def test_no_address_is_too_odd(url: str | None) -> None:
    assert "og:product" in words(url)


def test_scores_add_up_and_many_words_are_no_surer() -> None:
    weights = {BIAS: (0.5, -0.5), "cart": (-1.0, 1.0), "box": (0.0, 0.5)}
    assert word_scores({"cart", "unknown"}, weights) == [-0.5, 0.5]
    assert word_scores({"cart", "box"}, weights) == pytest.approx([0.5 - 1 / sqrt(2), -0.5 + 1.5 / sqrt(2)])
    assert word_scores({"unknown"}, weights) == [0.5, -0.5]


@pytest.mark.parametrize(
    ("announcer", "is_article"),
    [("feed", True), ("news_sitemap", True), ("sitemap", False), ("listing", False), (None, False)],
)
def test_less_certainty_is_asked_of_what_a_feed_or_a_news_sitemap_announces(
    announcer: str | None, is_article: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Learned.load()
    settings = msgspec.structs.replace(judge.settings, article=1.1, announced=0.0)
    monkeypatch.setattr(walk, "learned", lambda: replace(judge, settings=settings))
    announced = Announced(source=announcer, title="The ferry is saved") if announcer else None
    page = Page(content="<h1>The ferry is saved</h1><p>It will run until April.</p>", announced=announced)
    assert (clean_page(page).kind == "article") == is_article
