"""Words that tell what kind of page it is."""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt

import msgspec
import numpy as np
import pytest

from cleaners import clean_page, walk
from cleaners.features import read_page
from cleaners.features.page_words import BIAS, page_words, word_scores
from cleaners.judges.learned import Learned
from cleaners.page_kind import names_other_kind
from cleaners.segment import segment_html
from cleaners.trees import STEP, Forest
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


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://a.example/products/ferry-ticket", True),
        ("https://a.example/Forum/threads/late-again.17/", True),
        ("https://a.example/de/leistungen/faehren/", True),
        ("https://a.example/news/products", False),
        ("https://a.example/news/the-products-of-the-harbour/", False),
        ("https://a.example/service/when-the-ferry-runs", False),
        ("https://a.example/?page=/forum/", False),
        ("http://[", False),
        (None, False),
    ],
)
def test_folders_of_an_address_say_that_no_articles_are_there(url: str | None, *, other: bool) -> None:
    assert names_other_kind(url) == other


def test_more_certainty_is_asked_of_a_page_in_such_a_folder_but_not_of_an_announced_one() -> None:
    judge = Learned.load()
    text = "<p>The ferry left on time for the first time in eleven years, and nobody knew what to say.</p>" * 3
    content = f"<article><h1>The ferry is saved</h1>{text}</article>"
    for sure, kinds in ((0.5, [True, False, True]), (0.95, [True, True, True])):
        kept = judge.kinds.article
        forced = replace(judge, kinds=judge.kinds._replace(article=_certain(kept, sure)))
        found = [
            forced.judge(segment_html(Page(content=content, url=url)), announced=announced).kind == "article"
            for url, announced in (
                ("https://a.example/news/x", False),
                ("https://a.example/forum/x", False),
                ("https://a.example/forum/x", True),
            )
        ]
        assert found == kinds


def _certain(forest: Forest, probability: float) -> Forest:
    """The forest, saying the same of every page."""
    leaf = np.zeros(1, np.intp)
    value = np.array([round(log(probability / (1 - probability)) / STEP)], np.int32)
    return replace(
        forest,
        roots=leaf,
        feature=leaf,
        threshold=np.full(1, np.inf, np.float32),
        child=np.zeros(2, np.intp),
        value=value,
        depth=1,
    )
