"""Boosted trees at run time: numpy only, the same answer on every machine.

A forest is a flat table of nodes. All rows walk all trees at once, one level a step; a leaf leads to itself. Leaves
hold whole numbers (steps of 2**-20), so that sums are exact in any order.
"""

from __future__ import annotations

from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

STEP = 2.0**-20
FIRST_TREES = 40
ROWS_AT_ONCE = 512  # what a level touches stays in the processor's cache


class Forest(NamedTuple):
    """Trees over `names`, as one table of nodes: left where the value of `feature` is at most `threshold`."""

    names: tuple[str, ...]
    roots: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: NDArray[np.float32]
    child: NDArray[np.intp]
    """Twice as long as there are nodes: left and right of node i are child[2 * i] and child[2 * i + 1]."""
    value: NDArray[np.int32]
    """Per node, in units of STEP; 0 for a node that is no leaf."""
    depth: int

    def margins(self, rows: NDArray[np.float32], clear: float = -np.inf) -> NDArray[np.float64]:
        """Log odds for each row (rows × features, in the order of `names`, no NaN).

        clear: a row that the first trees put below this is not shown to the others, for speed.
        """
        if clear > -np.inf:
            found = self._replace(roots=self.roots[:FIRST_TREES]).margins(rows)
            open_rows = np.flatnonzero(found >= clear)
            found[open_rows] += self._replace(roots=self.roots[FIRST_TREES:]).margins(rows[open_rows])
            return found
        found = np.empty(len(rows), np.float64)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            found[start : start + ROWS_AT_ONCE] = self._walk(rows[start : start + ROWS_AT_ONCE])
        return found

    def _walk(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        values = np.ascontiguousarray(rows, np.float32).ravel()
        first = (np.arange(len(rows)) * len(self.names))[:, None]
        node = np.tile(self.roots, (len(rows), 1))
        other = np.empty_like(node)
        # "clip" spares numpy a check of every index and a copy of every result; all indices are valid.
        for _ in range(self.depth):
            np.take(self.feature, node, out=other, mode="clip")
            other += first
            right = np.take(values, other, mode="clip") > np.take(self.threshold, node, mode="clip")
            node *= 2
            node += right
            np.take(self.child, node, out=other, mode="clip")
            node, other = other, node
        total: NDArray[np.int64] = self.value.take(node).sum(axis=1, dtype=np.int64)
        return total.astype(np.float64) * STEP


def probabilities(margins: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds → probabilities."""
    return 1 / (1 + np.exp(-margins))


def arrays_of(forest: Forest) -> dict[str, NDArray[np.generic]]:
    """The forest as arrays for one .npz file (see `forest_from`)."""
    return {
        "names": np.array(forest.names),
        "roots": forest.roots.astype(np.int32),
        "feature": forest.feature.astype(np.int16),
        "threshold": forest.threshold,
        "child": forest.child.astype(np.int32),
        "value": forest.value,
        "depth": np.array(forest.depth),
    }


def forest_from(arrays: dict[str, NDArray[np.generic]]) -> Forest:
    """The forest that `arrays_of` took apart."""
    return Forest(
        tuple(str(name) for name in arrays["names"]),
        arrays["roots"].astype(np.intp),
        arrays["feature"].astype(np.intp),
        arrays["threshold"].astype(np.float32),
        arrays["child"].astype(np.intp),
        arrays["value"].astype(np.int32),
        int(arrays["depth"]),
    )


def load_arrays(path: Path | Traversable) -> dict[str, NDArray[np.generic]]:
    """All arrays of an .npz file. Raises OSError or ValueError where the file is not one."""
    with np.load(BytesIO(path.read_bytes()), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
