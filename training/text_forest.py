"""The trees of the text judge: which lines they learn from, and how much each counts."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

import lightgbm
import numpy as np
from numpy.typing import NDArray

from cleaners.text_features import Mask, Seen, features, matrix
from cleaners.text_lines import Floats
from cleaners.trees import Forest
from training.boosting import forest_of
from training.text_pages import BOILERPLATE, UNSCORED

TREES = 160
SETTINGS = {
    "objective": "binary",
    "num_leaves": 31,
    "max_depth": 8,
    "learning_rate": 0.1,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "seed": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
HALF_CLEANED_COUNTS = 0.5
LONGEST_COUNTED = 60  # words: a paragraph counts more than a button, but not without end


class Rows(NamedTuple):
    """What the trees learn from: a row a line, labels (1 for residue), weights, and each row's document."""

    names: tuple[str, ...]
    rows: Floats
    residue: NDArray[np.int64]
    weight: NDArray[np.float64]
    document: NDArray[np.int64]


def rows_of(documents: Sequence[tuple[str, Seen, NDArray[np.int64], NDArray[np.float32]]]) -> Rows:
    """Rows of documents given as (id, lines, labels, words); each counts twice: as it is, and half cleaned."""
    names: tuple[str, ...] = ()
    parts: list[tuple[Floats, NDArray[np.int64], NDArray[np.float64], int]] = []
    for number, (name, seen, labels, words) in enumerate(documents):
        weight = np.minimum(words, LONGEST_COUNTED).astype(np.float64) ** 0.7 + 0.3
        for stay, counts in ((np.ones(len(labels), bool), 1.0), (half_cleaned(name, labels), HALF_CLEANED_COUNTS)):
            if counts < 1 and (stay.all() or stay.sum() < 2):
                continue
            columns = features(seen.only(stay))
            names = tuple(columns)
            scored = labels[stay] != UNSCORED
            found = labels[stay][scored]
            parts.append((matrix(columns)[scored], found, weight[stay][scored] * counts, number))
    return Rows(
        names,
        np.concatenate([rows for rows, *_ in parts]),
        np.concatenate([labels == BOILERPLATE for _, labels, *_ in parts]).astype(np.int64),
        np.concatenate([weight for *_, weight, _ in parts]),
        np.concatenate([np.full(len(labels), number) for _, labels, _, number in parts]),
    )


def half_cleaned(name: str, labels: NDArray[np.int64]) -> Mask:
    """Which lines stay when stretches of residue were taken out: what the judge sees on its second look."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    share = rng.uniform(0.3, 0.9)
    stretch = np.cumsum(np.diff(labels, prepend=labels[:1]) != 0) * 8 + np.arange(len(labels)) % 8 // 4
    gone = rng.random(int(stretch.max()) + 1)[stretch] < share
    stays: Mask = ~(gone & (labels == BOILERPLATE))
    return stays


def learn(rows: Rows, use: Mask) -> Forest:
    """Boosted trees from the rows in use."""
    given = lightgbm.Dataset(rows.rows[use], rows.residue[use], weight=rows.weight[use])
    return forest_of(lightgbm.train(SETTINGS, given, TREES), rows.names)
