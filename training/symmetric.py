"""CatBoost's symmetric trees → the table that `cleaners.symmetric_trees` looks up."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import catboost
import numpy as np

from cleaners.symmetric_trees import STEP, SymmetricForest
from training.boosting import not_above


def symmetric_forest_of(model: catboost.CatBoostClassifier, names: Sequence[str]) -> SymmetricForest:
    """The model's trees. Only numerical figures without NaN, as `SymmetricForest.margins` expects."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    trees = told["oblivious_trees"]
    depth = max(len(tree["splits"] or ()) for tree in trees)
    feature = np.zeros((len(trees), depth), np.intp)
    threshold = np.full((len(trees), depth), np.inf, np.float32)  # nothing is above: the leaves beyond are never met
    value = np.zeros((len(trees), 1 << depth), np.int32)
    scale, (bias,) = told["scale_and_bias"]
    for number, tree in enumerate(trees):
        for question, split in enumerate(tree["splits"] or ()):
            feature[number, question] = split["float_feature_index"]
            threshold[number, question] = not_above(split["border"])
        leaves = np.rint(np.array(tree["leaf_values"]) * scale / STEP)
        value[number, : len(leaves)] = leaves
    return SymmetricForest(tuple(names), feature, threshold, value, round(bias / STEP))


def used_only(forest: SymmetricForest) -> SymmetricForest:
    """The same forest over the figures that its trees ask for."""
    used = np.unique(forest.feature)
    names = tuple(forest.names[index] for index in used)
    return forest._replace(names=names, feature=np.searchsorted(used, forest.feature))
