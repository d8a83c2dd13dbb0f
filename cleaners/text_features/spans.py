"""Where documents begin and end among the lines of many, and how their lines' values are added up."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.text_lines import Floats, Ints
from cleaners.text_scores import GRID

Columns = dict[str, Floats]
Mask = NDArray[np.bool_]
Doubles = NDArray[np.float64]


class Spans(NamedTuple):
    """Where each line stands: its own place, its document, and where that begins and ends."""

    here: Ints
    document: Ints
    start: Ints
    end: Ints
    bounds: Ints

    @classmethod
    def of(cls, bounds: Ints) -> Spans:
        sizes = np.diff(bounds)
        here = np.arange(bounds[-1])
        return cls(
            here,
            np.repeat(np.arange(len(sizes)), sizes),
            np.repeat(bounds[:-1], sizes),
            np.repeat(bounds[1:], sizes),
            bounds,
        )

    def shifted(self, values: Floats, by: int, beyond: float) -> Floats:
        """Each line's value of the line that stands `by` lines after it (before it: negative) in its document."""
        at = self.here + by
        inside = (at >= self.start) & (at < self.end)
        return np.where(inside, values.take(at, axis=-1, mode="clip"), np.float32(beyond))

    def sums(self, values: NDArray[np.generic]) -> Doubles:
        """Per document the sum of its lines' values."""
        return np.add.reduceat(values.astype(np.float64), self.bounds[:-1])

    def spread(self, values: NDArray[np.generic]) -> Floats:
        """A value of each document as one of each of its lines."""
        return np.repeat(values.astype(np.float32), np.diff(self.bounds))

    def before(self, values: Doubles) -> Doubles:
        """Per line the sum of the values of the lines before it in its document."""
        running = np.cumsum(values) - values
        found: Doubles = running - running[self.start]
        return found


def on_grid(values: NDArray[np.floating]) -> Floats:
    """The values rounded so that sums of them are exact."""
    rounded: Floats = (np.rint(values * GRID) / GRID).astype(np.float32)
    return rounded
