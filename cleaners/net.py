"""A small convolutional net over the blocks of a page, at run time: numpy only.

Each block's features become a few dozen numbers; layers of width 3 and growing stride mix in what stands before and
after, one layer what the page holds as a whole (mean and maximum over its blocks). After "An empirical evaluation of
generic convolutional and recurrent networks for sequence modeling" (Bai, Kolter, Koltun 2018), without the causality.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
STRIDES = (1, 2, 4, 8)
LOOKS_AT_PAGE = 1  # after this layer
FURTHEST = 4.0  # standard deviations: what lies further out is as far
# Multiplications from which on OpenBLAS (interface/gemm.c, gemv.c) splits a product among threads. They wait for each
# other by spinning: a page then costs eight times the CPU, and worker processes take it from each other.
MOST_WITH_MATRIX, MOST_WITH_VECTOR = 4 * 65536, 4 * 2304 - 1
STEP = 2.0**-10  # log odds are whole multiples of this, so that no machine's rounding shows


class Net(NamedTuple):
    """mean, scale: of the features. Matrices have a row an input; convolve: strides × three times inputs × outputs."""

    mean: Floats
    scale: Floats
    enter: Floats
    enter_bias: Floats
    convolve: Floats
    convolve_bias: Floats
    page: Floats
    page_bias: Floats
    leave: Floats
    leave_bias: Floats


class Layer(NamedTuple):
    """The same layer of several nets: nets × inputs × outputs, nets × 1 × outputs."""

    matrix: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        """What the layer makes of each net's rows; nothing is below 0."""
        found = product(rows, self.matrix)
        found += self.bias
        return np.maximum(found, 0, out=found)


class Choir:
    """Nets of one shape that read a page together: a step of all costs little more than a step of one."""

    def __init__(self, nets: Sequence[Net]) -> None:
        together = Net(*(np.stack(parts) for parts in zip(*nets, strict=True)))
        self.mean, self.scale = _shared(together.mean), _shared(together.scale)
        self.enter = Layer(together.enter, together.enter_bias[:, None])
        self.convolve = [
            Layer(np.ascontiguousarray(together.convolve[:, layer]), together.convolve_bias[:, layer, None])
            for layer in range(len(STRIDES))
        ]
        self.page = Layer(together.page, together.page_bias[:, None])
        self.leave, self.leave_bias = together.leave[:, :, None], together.leave_bias[:, None]

    def margins(self, rows: Floats) -> NDArray[np.float64]:
        """Each net's log odds for the blocks of one page, in page order (rows × features): nets × blocks."""
        state = self.enter(self.normal(rows))
        for layer, stride in enumerate(STRIDES):
            state += self.convolve[layer](_beside(state, stride))
            if layer == LOOKS_AT_PAGE:
                whole = (state.mean(axis=1, keepdims=True), state.max(axis=1, keepdims=True))
                state += self.page(np.concatenate(whole, axis=2))
        left = product(state, self.leave) + self.leave_bias
        found: NDArray[np.float64] = np.round(left[:, :, 0].astype(np.float64) / STEP) * STEP
        return found

    def normal(self, rows: Floats) -> Floats:
        """The features in standard deviations from their means: once for all nets that were taught by the same rows."""
        normal: Floats = np.clip((rows - self.mean) * self.scale, -FURTHEST, FURTHEST)
        return normal


def _shared(values: Floats) -> Floats:
    """One value a net and feature, with room for rows between; one net's where all have the same."""
    return values[:1, None] if (values == values[0]).all() else values[:, None]


def product(rows: Floats, matrices: Floats) -> Floats:
    """Each net's rows @ its matrix, a few rows at a time, so that it stays on one thread."""
    count, (inputs, outputs) = rows.shape[1], matrices.shape[1:]
    step = max((MOST_WITH_MATRIX if outputs > 1 else MOST_WITH_VECTOR) // (inputs * outputs), 1)
    if count <= step:
        return rows @ matrices
    found = np.empty((len(matrices), count, outputs), np.float32)
    for at in range(0, count, step):
        np.matmul(rows[:, at : at + step], matrices, out=found[:, at : at + step])
    return found


def _beside(state: Floats, stride: int) -> Floats:
    """For each block the states of the block `stride` before, its own, and of the one `stride` after; 0 outside."""
    nets, count, width = state.shape
    around = np.zeros((nets, count, 3 * width), np.float32)
    around[:, stride:, :width] = state[:, :-stride]
    around[:, :, width : 2 * width] = state
    around[:, :-stride, 2 * width :] = state[:, stride:]
    return around


def arrays_of(net: Net) -> dict[str, NDArray[np.generic]]:
    """The net as arrays for an .npz file, in half precision where that loses nothing worth naming."""
    return {
        name: values.astype(np.float16 if values.ndim > 1 else np.float32) for name, values in net._asdict().items()
    }


def net_from(arrays: dict[str, NDArray[np.generic]]) -> Net:
    """The net that `arrays_of` took apart."""
    return Net(**{name: arrays[name].astype(np.float32) for name in Net._fields})
