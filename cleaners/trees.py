"""Boosted trees at run time: numpy only, the same answer on every machine.

A forest is a flat table of nodes. All rows walk all trees at once, one level a step; a leaf leads to itself. Leaves
hold whole numbers (steps of 2**-20), so that sums are exact in any order. For the walk the nodes are numbered anew, so
that the two children of a node stand side by side: which is a fifth faster than looking up either.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources.abc import Traversable
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STEP = 2.0**-20
MOST_AT_ONCE = 160  # rows: what a level touches stays in the processor's cache


@dataclass(frozen=True, eq=False)
class Forest:
    """Trees over `names`, as one table of nodes: left where the value of `feature` is at most `threshold`."""

    names: tuple[str, ...]
    roots: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: NDArray[np.float32]
    """Infinite for a leaf."""
    child: NDArray[np.intp]
    """Twice as long as there are nodes: left and right of node i are child[2 * i] and child[2 * i + 1]."""
    value: NDArray[np.int32]
    """Per node, in units of STEP; 0 for a node that is no leaf."""
    depth: int

    def margins(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log odds for each row (rows × features, in the order of `names`, no NaN)."""
        found = np.empty(len(rows), np.float64)
        parts = max(-(-len(rows) // MOST_AT_ONCE), 1)
        step = max(-(-len(rows) // parts), 1)  # parts of one size, none of them a few rows
        for start in range(0, len(rows), step):
            found[start : start + step] = self._path.walk(rows[start : start + step])
        return found

    @cached_property
    def _path(self) -> _Path:
        return _Path(self)


class _Path:
    """A forest's nodes in the order for walking. left: the first of a node's two children; a leaf's is itself."""

    def __init__(self, forest: Forest) -> None:
        own, first = np.arange(len(forest.feature)), len(forest.roots)
        children = forest.child.reshape(-1, 2)
        inner = np.flatnonzero(children[:, 0] != own)
        number = np.empty_like(own)
        number[forest.roots] = own[:first]
        pairs = first + 2 * np.arange(len(inner))
        number[children[inner, 0]], number[children[inner, 1]] = pairs, pairs + 1
        order = np.argsort(number)
        left = number.copy()
        left[inner] = pairs
        self.left: NDArray[np.intp] = left[order].astype(np.intp)
        self.feature: NDArray[np.intp] = forest.feature[order].astype(np.intp)
        self.threshold = forest.threshold[order]
        self.value = forest.value[order]
        self.roots = first
        self.depth = forest.depth

    def walk(self, rows: NDArray[np.float32]) -> NDArray[np.float64]:
        """Log odds for each row."""
        values = np.ascontiguousarray(rows, np.float32)
        start = (np.arange(len(rows)) * values.shape[1])[:, None]
        node = self.left[: self.roots] + (
            values.take(self.feature[: self.roots], axis=1) > self.threshold[: self.roots]
        )
        values = values.ravel()
        other = np.empty_like(node)
        # "clip" spares numpy a check of every index and a copy of every result; all indices are valid.
        for _ in range(self.depth - 1):
            self.feature.take(node, out=other, mode="clip")
            other += start
            right = values.take(other, mode="clip") > self.threshold.take(node, mode="clip")
            self.left.take(node, out=other, mode="clip")
            other += right
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
