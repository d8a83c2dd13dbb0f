"""A small convolutional net over the blocks of a page, at run time: numpy only.

Each block's features become a few dozen numbers; layers of width 3 and growing stride mix in what stands before and
after, one layer what the page holds as a whole (mean and maximum over its blocks). After "An empirical evaluation of
generic convolutional and recurrent networks for sequence modeling" (Bai, Kolter, Koltun 2018), without the causality.
"""

from __future__ import annotations

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

    def margins(self, rows: Floats) -> NDArray[np.float64]:
        """Log odds for the blocks of one page, in page order (rows × features)."""
        state = _rectified(product(self.normal(rows), self.enter) + self.enter_bias)
        for layer, stride in enumerate(STRIDES):
            state += _rectified(product(_beside(state, stride), self.convolve[layer]) + self.convolve_bias[layer])
            if layer == LOOKS_AT_PAGE:
                whole = np.concatenate((state.mean(axis=0), state.max(axis=0)))
                state += _rectified(whole @ self.page + self.page_bias)
        found: NDArray[np.float64] = (
            np.round((product(state, self.leave) + self.leave_bias).astype(np.float64) / STEP) * STEP
        )
        return found

    def normal(self, rows: Floats) -> Floats:
        """The features in standard deviations from their means."""
        normal: Floats = np.clip((rows - self.mean) * self.scale, -FURTHEST, FURTHEST)
        return normal


def product(rows: Floats, matrix: Floats) -> Floats:
    """rows @ matrix, a few rows at a time, so that it stays on one thread."""
    step = max((MOST_WITH_MATRIX if matrix.ndim > 1 else MOST_WITH_VECTOR) // matrix.size, 1)
    if len(rows) <= step:
        return rows @ matrix
    return np.concatenate([rows[at : at + step] @ matrix for at in range(0, len(rows), step)])


def _rectified(values: Floats) -> Floats:
    return np.maximum(values, 0, out=values)


def _beside(state: Floats, stride: int) -> Floats:
    """For each block the states of the block `stride` before, its own, and of the one `stride` after; 0 outside."""
    count, width = state.shape
    padded = np.zeros((count + 2 * stride, width), np.float32)
    padded[stride : stride + count] = state
    return np.hstack((padded[:count], state, padded[2 * stride :]))


def arrays_of(net: Net) -> dict[str, NDArray[np.generic]]:
    """The net as arrays for an .npz file, in half precision where that loses nothing worth naming."""
    return {
        name: values.astype(np.float16 if values.ndim > 1 else np.float32) for name, values in net._asdict().items()
    }


def net_from(arrays: dict[str, NDArray[np.generic]]) -> Net:
    """The net that `arrays_of` took apart."""
    return Net(**{name: arrays[name].astype(np.float32) for name in Net._fields})
