"""The net over lines of text: exact whatever is judged with a text, and the same after it was saved."""

from __future__ import annotations

import numpy as np
import pytest

from cleaners.judges.learned_text import LearnedText
from cleaners.text_net import (
    FURTHEST,
    LARGEST_STATE,
    LARGEST_WEIGHT,
    ROWS,
    STEP,
    STRIDES,
    Floats,
    Layer,
    TextNet,
    arrays_of,
    net_from,
    rectified,
)

FIGURES, WIDTH = 12, 32
EXACT = 2**24  # float32 holds every whole number up to here


def made_up(seed: int) -> TextNet:
    random = np.random.default_rng(seed)

    def layer(*shape: int) -> Layer:
        weights = random.integers(-LARGEST_WEIGHT, LARGEST_WEIGHT + 1, shape).astype(np.float32)
        scale, bias = random.uniform(0.0005, 0.003, shape[-1]), random.uniform(-9, 9, shape[-1])
        return Layer(weights, scale.astype(np.float32), bias.astype(np.float32))

    return TextNet(
        tuple(f"figure {number}" for number in range(FIGURES)),
        np.zeros(FIGURES, np.float32),
        np.full(FIGURES, 1 / STEP, np.float32),
        layer(FIGURES, WIDTH),
        tuple(layer(3, WIDTH, WIDTH) for _ in STRIDES),
        layer(2 * WIDTH, WIDTH),
        layer(WIDTH, 1),
    )


def figures(lines: int, seed: int) -> Floats:
    return np.random.default_rng(seed).normal(size=(FIGURES, lines)).astype(np.float32)


def test_a_text_gets_the_same_odds_whichever_texts_are_judged_with_it() -> None:
    net = made_up(1)
    texts = [figures(lines, lines) for lines in (1, 2, 7, ROWS - 1, 3, ROWS, ROWS + 9, 1)]
    bounds = np.cumsum([0, *(text.shape[1] for text in texts)])
    together = net.margins(np.concatenate(texts, axis=1), bounds)
    for text, start, end in zip(texts, bounds[:-1], bounds[1:], strict=True):
        alone = net.margins(text, np.array([0, end - start]))
        assert np.array_equal(alone, together[start:end])
        assert len(np.unique(alone)) > len(alone) / 2


@pytest.mark.parametrize("stride", STRIDES)
def test_a_line_is_judged_by_lines_a_stride_away(stride: int) -> None:
    net = made_up(2)
    before = figures(40, 3)
    after = before.copy()
    after[:, 20 + stride] += 1
    bounds = np.array([0, 40])
    assert net.margins(before, bounds)[20] != net.margins(after, bounds)[20]


def test_no_sum_leaves_what_a_float_holds_exactly() -> None:
    shipped = LearnedText.load().net
    for layer in (shipped.enter, *shipped.convolve, shipped.text, shipped.leave):
        assert np.abs(layer.weights).max() <= LARGEST_WEIGHT
        assert np.array_equal(layer.weights, np.rint(layer.weights))
    inputs = len(shipped.names)
    assert inputs * FURTHEST / STEP * LARGEST_WEIGHT < EXACT
    assert 3 * shipped.leave.weights.shape[0] * LARGEST_STATE * LARGEST_WEIGHT < EXACT


def test_states_are_whole_numbers_up_to_the_largest() -> None:
    given = np.array([-3.2, 0.4, 0.6, 77.5, LARGEST_STATE + 0.7, 1e6], np.float32)
    assert rectified(given).tolist() == [0, 0, 1, 78, LARGEST_STATE, LARGEST_STATE]


def test_a_net_comes_back_as_it_was_saved() -> None:
    net, text = made_up(4), figures(30, 5)
    again = net_from(arrays_of(net))
    assert again.names == net.names
    assert np.array_equal(again.margins(text, np.array([0, 30])), net.margins(text, np.array([0, 30])))
