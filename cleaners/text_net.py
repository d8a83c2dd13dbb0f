"""A small convolutional net over the lines of texts, at run time: numpy only, in whole numbers.

Each line's figures become a few dozen numbers; layers of width 3 and growing stride mix in the lines before and after,
one layer what the text holds as a whole (mean and maximum over its lines). Weights and states are whole numbers of
steps, and no sum reaches 2**24, so that float32 holds every sum exactly, in whichever order a machine adds up: a text
gets the same judgement whichever texts are judged with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
STRIDES = (1, 2, 4, 8)
LOOKS_AT_TEXT = 1  # after this layer
FURTHEST = 4.0  # standard deviations: what lies further out is as far
STEP = 2.0**-5  # of figures (in standard deviations) and of states
LARGEST_WEIGHT = 127
LARGEST_STATE = 1300.0  # in steps: three times 32 of them by the largest weight stay below 2**24
MARGIN_STEP = 2.0**-10  # of log odds
# Multiplications from which on OpenBLAS splits a product among threads, see `cleaners.net`.
MOST_ON_ONE_THREAD = 4 * 65536
ROWS = 256  # lines multiplied at once, a power of two
# Lines of nothing before, between and after texts, so that the widest stride reaches no other text.
GAP = STRIDES[-1]


class Layer(NamedTuple):
    """weights: whole numbers, inputs × outputs. scale: what one of them is worth, by output. bias: in steps."""

    weights: Floats
    scale: Floats
    bias: Floats

    def __call__(self, rows: Floats) -> Floats:
        """The rows' next states before rounding. rows: whole numbers; groups × rows × inputs, or rows × inputs."""
        found: Floats = rows @ self.weights
        return self.finish(found)

    def finish(self, sums: Floats) -> Floats:
        """Exact sums → steps."""
        sums *= self.scale
        sums += self.bias
        return sums


class TextNet(NamedTuple):
    """The figures it asks for, and its layers. Weights of `convolve`: the line before, the line, the line after."""

    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    enter: Layer
    convolve: tuple[Layer, ...]
    text: Layer
    leave: Layer

    def margins(self, figures: Floats, bounds: Ints) -> NDArray[np.float64]:
        """Log odds of each line.

        figures: features × lines, in the order of `names`, no NaN. bounds: text d has the lines from bounds[d] up to
        bounds[d + 1]; none is empty.
        """
        sizes = np.diff(bounds)
        place = np.arange(bounds[-1]) + np.repeat(np.arange(len(sizes)) * GAP, sizes)
        count = -(-(int(place[-1]) + 1) // ROWS) * ROWS
        there = np.zeros((count, 1), np.float32)
        there[place] = 1
        state = np.zeros((count + 2 * GAP, self.leave.weights.shape[0]), np.float32)
        inner = state[GAP : GAP + count]
        inner[place] = rectified(self._enter(figures))
        starts = place[bounds[:-1]]
        for number, (layer, stride) in enumerate(zip(self.convolve, STRIDES, strict=True)):
            inner += rectified(layer.finish(_beside(state, stride, layer.weights))) * there
            np.minimum(inner, LARGEST_STATE, out=inner)
            if number == LOOKS_AT_TEXT:
                seen = rectified(self.text(_whole(inner, starts, sizes)))
                inner[place] += np.repeat(seen, sizes, axis=0)
                np.minimum(inner, LARGEST_STATE, out=inner)
        odds = self.leave(inner.reshape(-1, ROWS, inner.shape[1])).reshape(-1)[place].astype(np.float64)
        found: NDArray[np.float64] = np.rint(odds * (STEP / MARGIN_STEP)) * MARGIN_STEP
        return found

    def _enter(self, figures: Floats) -> Floats:
        """The first states of the lines, from figures in steps of standard deviations from their means."""
        normal = (figures - self.mean[:, None]) * self.scale[:, None]
        np.clip(normal, -FURTHEST / STEP, FURTHEST / STEP, out=normal)
        np.rint(normal, out=normal)
        rows = max(MOST_ON_ONE_THREAD // self.enter.weights.size, 1)
        parts = [normal[:, at : at + rows].T @ self.enter.weights for at in range(0, normal.shape[1], rows)]
        return self.enter.finish(np.concatenate(parts))


def rectified(values: Floats) -> Floats:
    """Whole numbers of steps from 0 to LARGEST_STATE."""
    np.clip(values, 0, LARGEST_STATE, out=values)
    np.rint(values, out=values)
    return values


def _beside(state: Floats, stride: int, weights: Floats) -> Floats:
    """Sums over the lines `stride` before and after each line and itself. state: with GAP rows at both ends."""
    width = state.shape[1]
    count = len(state) - 2 * GAP
    parts = (state[at : at + count].reshape(-1, ROWS, width) for at in (GAP - stride, GAP, GAP + stride))
    before, here, after = (part @ weights[n] for n, part in enumerate(parts))
    here += before
    here += after
    found: Floats = here.reshape(count, width)
    return found


def _whole(state: Floats, starts: Ints, sizes: Ints) -> Floats:
    """Per text the mean of its lines' states, in whole steps, and their maximum: the gaps between texts are 0."""
    total = np.add.reduceat(state, starts, axis=0, dtype=np.float64)
    mean = np.rint(total / sizes[:, None]).astype(np.float32)
    return np.concatenate((mean, np.maximum.reduceat(state, starts, axis=0)), axis=1)


def arrays_of(net: TextNet) -> dict[str, NDArray[np.generic]]:
    """The net as arrays for one .npz file (see `net_from`)."""
    layers = (net.enter, *net.convolve, net.text, net.leave)
    arrays: dict[str, NDArray[np.generic]] = {"names": np.array(net.names), "mean": net.mean, "scale": net.scale}
    for number, layer in enumerate(layers):
        arrays[f"weights{number}"] = layer.weights.astype(np.int8)
        arrays |= {f"scale{number}": layer.scale, f"bias{number}": layer.bias}
    return arrays


def net_from(arrays: Mapping[str, NDArray[np.generic]]) -> TextNet:
    """The net that `arrays_of` took apart."""
    enter, *convolve, text, leave = (
        Layer(*(arrays[f"{part}{number}"].astype(np.float32) for part in Layer._fields))
        for number in range(len(STRIDES) + 3)
    )
    names = tuple(str(name) for name in arrays["names"])
    mean, scale = arrays["mean"].astype(np.float32), arrays["scale"].astype(np.float32)
    return TextNet(names, mean, scale, enter, tuple(convolve), text, leave)
