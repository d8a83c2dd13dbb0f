"""A text laid over a page's blocks: what stands in it, and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.align import match_words, stands_in

PAGE = [
    "Home",
    "What it costs",
    "How it began",
    "The council voted on Monday to close the old swimming hall for good.",
    "What it costs",
    "A new hall would take eleven million crowns, the treasurer said.",
    "Home",
    "Share",
]
ANSWER = """The council voted on Monday to close the old swimming hall for good.
What it costs
A new hall would take eleven million crowns, the treasurer said."""


def test_a_heading_is_found_in_the_body_and_not_in_the_table_of_contents() -> None:
    assert stands_in(PAGE, ANSWER) == [False, False, False, True, True, True, False, False]


def test_blocks_that_the_answer_joined_are_found() -> None:
    assert stands_in(["Nine of", "the twelve members agreed", "Menu"], "Nine of the twelve members agreed") == [
        True,
        True,
        False,
    ]


def test_nothing_stands_in_an_empty_answer() -> None:
    assert stands_in(PAGE, "") == [False] * len(PAGE)


def test_scripts_without_spaces_are_matched_by_character() -> None:
    assert stands_in(["市議会は月曜日に決めた。", "共有"], "市議会は月曜日に決めた。") == [True, False]


@given(st.lists(st.text(alphabet="ab c", max_size=12), max_size=12))
def test_a_page_stands_in_itself(texts: list[str]) -> None:
    assert stands_in(texts, "\n".join(texts)) == [bool(text.split()) for text in texts]


WORDS = st.lists(st.sampled_from("a b c d e f g".split()), max_size=60)


@given(WORDS, WORDS)
def test_matched_words_have_partners(page: list[str], answer: list[str]) -> None:
    matched = match_words(page, answer)
    assert len(matched) == len(page)
    for word in set(page):
        assert sum(hit for hit, own in zip(matched, page, strict=True) if own == word) <= answer.count(word)


@pytest.mark.parametrize("word", ["same ", "same same other "])
def test_repetition_costs_no_time_out(word: str) -> None:
    assert len(stands_in([word * 20_000], word * 20_000)) == 1
