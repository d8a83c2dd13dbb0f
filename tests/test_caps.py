"""Pages out of measure: what a parser gets to see of them, and that the article comes through."""

from __future__ import annotations

import pytest

from cleaners import clean
from cleaners.caps import before_parsing, is_suspect, parse
from cleaners.segment import MOST_BLOCKS
from cleaners.tame import DEEPEST, MOST_ATTRIBUTES, MOST_TAGS, tame
from tests.hostile import ARTICLE, ARTICLE_TEXT, PREFIXES


@pytest.mark.parametrize("name", PREFIXES)
def test_an_article_behind_a_hostile_prefix_is_kept_or_missed_aloud(name: str) -> None:
    article = clean(f"<html><body>{PREFIXES[name]}{ARTICLE}</body></html>")
    kept = sum(paragraph in article.text for paragraph in ARTICLE_TEXT) / len(ARTICLE_TEXT)
    assert (kept >= 0.95 and article.kind == "article") or article.status != "full"


@pytest.mark.parametrize("words", [1000, 10_000, 100_000])
def test_an_endless_block_makes_no_index_of_an_article(words: int) -> None:
    for page in (f"<div hidden>{'word ' * words}</div>{ARTICLE}", f"{ARTICLE}<p>{'word ' * words}</p>"):
        assert clean(f"<html><body>{page}</body></html>").kind == "article"


def test_an_honest_page_is_left_alone() -> None:
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body><!-- a --><p title='b>c'>{ARTICLE}</body></html>"
    assert before_parsing(page) == (page, ())
    assert parse(page).flaws == ()


@pytest.mark.parametrize(
    ("page", "flaw"),
    [
        ("<div " + "a=b " * 20_000 + ">", "too_many_attributes"),
        ("<img src='data:image/png;base64," + "A" * 40_000 + "'>", "long_attribute"),
        ("<div>" * 3000, "nested_too_deep"),
        ("<i>" * 3000, "nested_too_deep"),
        ("<textarea>", "never_closed"),
        ("<p>x</p><!-- x", "never_closed"),
        ('<a href="x>', "never_closed"),
        ("<b>x</b>" * (MOST_TAGS // 2 + 1), "too_many_tags"),
        ("<script type='application/ld+json'>[" + "1," * 140_000 + "1]</script>", "json_ld_too_large"),
        ("x" * (10 * 1024 * 1024), "too_large"),
    ],
)
def test_each_cap_has_its_own_flaw(page: str, flaw: str) -> None:
    assert flaw in clean(page + ARTICLE).flaws


def test_text_that_may_be_missing_makes_the_article_partial() -> None:
    article = clean(ARTICLE + "<b>x</b>" * MOST_TAGS)
    assert (article.status, article.flaws) == ("truncated", ("too_many_tags",))
    assert clean("<div>" * 3000 + ARTICLE).status == "full"


def test_attributes_beyond_the_cap_are_dropped_and_the_first_ones_kept() -> None:
    html, _ = tame("<p " + " ".join(f"a{number}='>'" for number in range(MOST_ATTRIBUTES + 9)) + ">text</p>")
    assert html.count("='>'") == MOST_ATTRIBUTES
    assert html.endswith(">text</p>")


def test_flattened_blocks_still_stand_apart() -> None:
    html, flaws = tame("<div>" * DEEPEST + "<section>one</section><section>two</section>")
    assert "one<br><br>two" in html
    assert flaws == ("nested_too_deep",)


@pytest.mark.parametrize("tag", ["script", "STYLE", "Textarea", "title"])
def test_raw_text_is_no_markup(tag: str) -> None:
    page = f"<{tag}>a < b <div> '</{tag} >text"
    assert tame(page) == (f"<{tag.lower()}>a < b <div> '</{tag.lower()}>text", ())


@pytest.mark.parametrize("sign", ["</é>", "<é>", "</>", "<", "</"])
def test_what_begins_no_tag_is_text(sign: str) -> None:
    assert tame(f"<p>a {sign} b</p>") == (f"<p>a &lt;{sign[1:]} b</p>", ())


def test_of_too_many_blocks_the_longest_are_read_in_their_order() -> None:
    article = clean("<div>word</div>" * (MOST_BLOCKS + 1) + ARTICLE)
    assert (article.status, article.flaws) == ("truncated", ("too_many_blocks",))
    assert article.text == "\n\n".join(ARTICLE_TEXT)


def test_what_only_looks_like_a_long_tag_is_no_suspect() -> None:
    assert not is_suspect("<script>" + "x" * 100_000 + "</script><p>" + "word " * 20_000)
    assert is_suspect("<div x='" + "x" * 100_000 + "'>")


@pytest.mark.parametrize("start", ["<title>x</title><main>", "<html><head><meta charset=utf-8><section>", "<article>"])
def test_a_body_whose_tag_was_left_out(start: str) -> None:
    assert clean(start + ARTICLE).text == "\n\n".join(ARTICLE_TEXT)
