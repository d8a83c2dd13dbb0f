"""How sure careful and balanced ask the judge to be: by the text's doubt, by its residue, by web addresses."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.segment_text import segment_text
from cleaners.text_features import Spans
from cleaners.text_guards import LITTLE_NEEDS, SURE, SURE_OF_LINKS, balanced_threshold, careful_threshold
from cleaners.text_units import units_of
from items import Page

THRESHOLD = 0.95


@pytest.mark.parametrize(
    ("chances", "needed"),
    [
        ([0.0, 0.0, 1.0, 1.0], THRESHOLD),  # sure of all lines
        ([0.0, 0.5, 0.5, 1.0], SURE),  # in doubt about half of them
        ([0.0, 0.01, 0.0, 0.02], LITTLE_NEEDS),  # hardly anything is residue
    ],
)
def test_careful_asks_for_more_in_doubt_and_for_less_where_there_is_little(chances: list[float], needed: float) -> None:
    # A second text beside it changes nothing.
    chance = np.array([*chances, 0.5, 0.5], np.float32)
    words = {"words": np.full(len(chance), 20, np.float32)}
    spans = Spans.of(np.array([0, len(chances), len(chance)]))
    found = careful_threshold(THRESHOLD, chance, words, np.zeros(len(chance), bool), spans)
    assert found[: len(chances)].tolist() == pytest.approx([needed] * len(chances))


@pytest.mark.parametrize(
    ("chances", "needed"),
    [
        ([0.0, 0.0, 0.1, 1.0], THRESHOLD),  # in no doubt to speak of
        ([0.0, 0.2, 0.2, 1.0], THRESHOLD),  # in some doubt, in which careful asks for more
        ([0.0, 0.5, 0.5, 1.0], SURE),  # in doubt about half of them
        ([0.0, 0.01, 0.0, 0.02], THRESHOLD),  # hardly anything is residue
    ],
)
def test_balanced_asks_for_more_only_where_the_judge_does_not_know_its_way(chances: list[float], needed: float) -> None:
    chance = np.array([*chances, 0.5, 0.5], np.float32)
    words = {"words": np.full(len(chance), 20, np.float32)}
    spans = Spans.of(np.array([0, len(chances), len(chance)]))
    found = balanced_threshold(THRESHOLD, chance, words, spans)
    assert found[: len(chances)].tolist() == pytest.approx([needed] * len(chances))


def test_a_line_with_a_web_address_must_be_all_but_certain_residue() -> None:
    text = "1. https://example.org/a\nsee www.example.org\n[Log in](https://example.org/in)\nShare"
    units = units_of(segment_text(Page(content=text, form="text")).blocks)
    chance = np.array([0.0, 1.0, 1.0, 1.0], np.float32)
    words = {"words": np.full(4, 5, np.float32)}
    found = careful_threshold(THRESHOLD, chance, words, units.links, Spans.of(np.array([0, 4])))
    assert found.tolist() == pytest.approx([SURE_OF_LINKS, SURE_OF_LINKS, THRESHOLD, THRESHOLD])
