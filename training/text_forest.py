"""The trees of the text judge: which lines they learn from, and how much each counts."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import NamedTuple

import catboost
import numpy as np
from numpy.typing import NDArray

from cleaners.segment_text import find_title, segment_text
from cleaners.symmetric_trees import SymmetricForest
from cleaners.text_features import Mask, Seen, features, matrix
from cleaners.text_lines import Floats
from items import Page
from training.symmetric import symmetric_forest_of, used_only
from training.text_pages import BOILERPLATE, UNSCORED, Text

SETTINGS = {
    "iterations": 220,
    "depth": 6,
    "learning_rate": 0.15,
    "l2_leaf_reg": 5,
    "rsm": 0.3,
    "border_count": 32,
    "score_function": "L2",
    "bootstrap_type": "Bernoulli",
    "subsample": 0.7,
    "boosting_type": "Plain",
    "random_seed": 1,
    "thread_count": 1,
    "verbose": False,
    "allow_writing_files": False,
}
LABELLED = ("full", "sloppy", "extracted")
EXTRACTED_HERE = "trafilatura"
# What lines count that were seen half cleaned, lines of pages that were extracted and labelled here, and lines of
# languages of which there are few texts.
HALF_CLEANED_COUNTS = 0.5
EXTRACTED_HERE_COUNTS = 0.5
FOREIGN_COUNTS = 1.5
LONGEST_COUNTED = 60  # words: a paragraph counts more than a button, but not without end


class Rows(NamedTuple):
    """What the trees learn from: a row a line, labels (1 for residue), weights, and each row's text."""

    names: tuple[str, ...]
    rows: Floats
    residue: NDArray[np.int64]
    weight: NDArray[np.float64]
    text: NDArray[np.int64]


class Part(NamedTuple):
    """The rows of one text, seen in one way."""

    rows: Floats
    residue: Mask
    weight: NDArray[np.float64]
    text: NDArray[np.int64]


def rows_of(texts: Sequence[Text], seen: Sequence[Seen], words: Sequence[NDArray[np.float32]]) -> Rows:
    """Rows of texts whose lines were seen and counted; labelled ones count twice: as they are, and half cleaned.

    Pages that were rendered here without an extractor teach the linear scores only.
    """
    parts: list[Part] = []
    for number, (text, lines, counts) in enumerate(zip(texts, seen, words, strict=True)):
        labels = np.array(text.labels)
        for stay, worth in views(text) if text.kind in (*LABELLED, EXTRACTED_HERE) else ():
            use = stay & (labels != UNSCORED)
            rows = matrix(features(lines.only(stay))).T[labels[stay] != UNSCORED]
            rare = 1.0 if text.language == "en" else FOREIGN_COUNTS
            weight = (np.minimum(counts[use], LONGEST_COUNTED) ** 0.7 + 0.3).astype(np.float64) * worth * rare
            parts.append(Part(rows, labels[use] == BOILERPLATE, weight, np.full(len(rows), number)))
    return Rows(
        tuple(features(seen[0])),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.residue for part in parts]).astype(np.int64),
        np.concatenate([part.weight for part in parts]),
        np.concatenate([part.text for part in parts]),
    )


def views(text: Text) -> list[tuple[Mask, float]]:
    """The ways in which a text is seen, each with what it counts: without its title, which judges never see."""
    labels = np.array(text.labels)
    body = np.ones(len(labels), bool)
    blocks = segment_text(Page(content="\n".join(text.lines), form="text")).blocks
    if len(blocks) == len(labels) and find_title(blocks) is not None:
        body[0] = False
    if text.kind not in LABELLED:
        return [(body, EXTRACTED_HERE_COUNTS)]
    half = body & half_cleaned(text.id, labels)
    return [(body, 1.0)] + ([(half, HALF_CLEANED_COUNTS)] if 2 <= half.sum() < body.sum() else [])


def half_cleaned(name: str, labels: NDArray[np.int64]) -> Mask:
    """Which lines stay when stretches of residue were taken out: what the judge sees on its second look."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    share = rng.uniform(0.3, 0.95)
    stretch = np.cumsum(np.diff(labels, prepend=labels[:1]) != 0) * 8 + np.arange(len(labels)) % 8 // 4
    gone = rng.random(int(stretch.max()) + 1)[stretch] < share
    stays: Mask = ~(gone & (labels == BOILERPLATE))
    return stays


def learn(rows: Rows, use: Mask) -> SymmetricForest:
    """Boosted trees from the rows in use."""
    model = catboost.CatBoostClassifier(**SETTINGS)
    model.fit(rows.rows[use], rows.residue[use], sample_weight=rows.weight[use])
    return used_only(symmetric_forest_of(model, rows.names))
