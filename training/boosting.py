"""LightGBM's trees → the compact table that `cleaners.trees` walks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightgbm
import numpy as np

from cleaners.trees import STEP, Forest


def forest_of(booster: lightgbm.Booster, names: Sequence[str]) -> Forest:
    """The booster's trees. Only numerical splits on complete rows (no NaN), as `Forest.margins` expects."""
    feature: list[int] = []
    threshold: list[float] = []
    child: list[int] = []
    value: list[int] = []
    roots: list[int] = []
    deepest = 0
    for tree in booster.dump_model()["tree_info"]:
        roots.append(len(feature))
        waiting: list[tuple[dict[str, Any], int, int]] = [(tree["tree_structure"], -1, 0)]
        while waiting:
            node, slot, depth = waiting.pop()
            number = len(feature)
            if slot >= 0:
                child[slot] = number
            leaf = "split_feature" not in node
            feature.append(0 if leaf else node["split_feature"])
            threshold.append(np.inf if leaf else not_above(node["threshold"]))
            child += [number, number]
            value.append(round(node["leaf_value"] / STEP) if leaf else 0)
            deepest = max(deepest, depth)
            if not leaf:
                waiting.append((node["right_child"], 2 * number + 1, depth + 1))
                waiting.append((node["left_child"], 2 * number, depth + 1))
    return Forest(
        tuple(names),
        np.array(roots, np.intp),
        np.array(feature, np.intp),
        np.array(threshold, np.float32),
        np.array(child, np.intp),
        np.array(value, np.int32),
        deepest,
    )


def not_above(threshold: float) -> float:
    """The largest 32-bit number that is not above the threshold: it parts 32-bit values as the threshold does."""
    rounded = np.float32(threshold)
    return float(rounded if float(rounded) <= threshold else np.nextafter(rounded, np.float32(-np.inf)))
