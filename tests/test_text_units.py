"""What is judged: lines without their marks, hard-wrapped paragraphs as one."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from cleaners.bundles import bundles
from cleaners.segment_text import segment_text
from cleaners.text_lines import measure
from cleaners.text_units import plain, units_of
from cleaners.trees import Forest
from items import Page

SENTENCE = "The keeper of the weather station on the ridge writes down every hour what the wind does up there. "


@pytest.mark.parametrize(
    ("line", "text", "listed"),
    [
        ("- Sport", "Sport", True),
        ("12. Rinse the barley.", "Rinse the barley.", True),
        ("## The trees", "The trees", False),
        ("> said she", "said she", False),
        ("[Log in](https://example.org/a) now", "Log in now", False),
        ("**Bold** words", "Bold words", False),
        ("- ", "-", False),
        ("— ¿Quién es?", "— ¿Quién es?", False),
    ],
)
def test_marks_are_not_judged(line: str, text: str, listed: bool) -> None:
    assert plain(line.strip()) == (text, listed)


def test_hard_wrapped_paragraphs_are_one_unit() -> None:
    text = "\n\n".join(textwrap.fill(SENTENCE * n, 72) for n in (3, 4, 5))
    units = units_of(segment_text(Page(content=text, form="text")).blocks)
    assert units.texts == [(SENTENCE * n).strip() for n in (3, 4, 5)]


def test_other_lines_are_units_of_their_own() -> None:
    text = "\n".join([SENTENCE * 3, "Share", "Tweet", "Home", SENTENCE * 2, "Menu"])
    assert len(units_of(segment_text(Page(content=text, form="text")).blocks).texts) == 6


def test_lines_are_counted_alone_as_together() -> None:
    texts = ["Leave a Comment", "北の岬に立つ灯台", "…", "1", "Ünïcödé wörds 😀 here", SENTENCE]
    together = measure(texts)
    for place, text in enumerate(texts):
        alone = measure([text])
        assert np.array_equal(alone.classes[0], together.classes[place])
        assert alone.identity[0] == together.identity[place]
        assert sorted(alone.gram_bucket) == sorted(together.gram_bucket[together.gram_line == place])
        assert sorted(alone.word_bucket) == sorted(together.word_bucket[together.word_line == place])


def test_a_tree_goes_left_at_its_threshold() -> None:
    tree = Forest(
        names=("a", "b"),
        roots=np.array([0]),
        feature=np.array([1, 0, 0]),
        threshold=np.array([0.5, np.inf, np.inf], np.float32),
        child=np.array([1, 2, 1, 1, 2, 2]),
        value=np.array([0, 1 << 20, -(1 << 20)], np.int32),
        depth=1,
    )
    rows = np.array([[9, 0.5], [9, 0.6]], np.float32)
    assert tree.margins(rows).tolist() == [1.0, -1.0]


@pytest.mark.parametrize(
    ("sizes", "together"),
    [
        ([], []),
        ([3, 4, 3, 1], [[3, 4, 3], [1]]),
        ([99, 1, 9, 1], [[99], [1, 9], [1]]),
        ([10, 10], [[10], [10]]),
    ],
)
def test_things_are_bundled_in_their_order_up_to_a_size(sizes: list[int], together: list[list[int]]) -> None:
    assert list(bundles(sizes, int, 10)) == together
