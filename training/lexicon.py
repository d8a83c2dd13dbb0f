"""What words in class names speak for: a linear model over tags and name words, by where the element stands.

Only words of at least SITES sites count, so that no site's own names are learned by heart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import SGDClassifier

from cleaners.class_words import name_words
from cleaners.features.places import Weights
from items import Block, Place
from training.pages import Sample

SITES = 6
PARTS = ("own", "parent", "above", "inner")
LEAST = 0.02  # weights closer to 0 than this are left out
ROUNDS = 10


class NameCounts:
    """Which name words stand around the blocks of a page, counted once per distinct surroundings."""

    def __init__(self, sample: Sample) -> None:
        known: dict[tuple[Place | None, str], int] = {}
        by_make: dict[frozenset[tuple[tuple[str, str], int]], int] = {}
        self.rows: list[frozenset[tuple[tuple[str, str], int]]] = []
        self.site = sample.site
        keep: list[float] = []
        drop: list[float] = []
        chains: dict[Place, Counter[tuple[str, str]]] = {}
        for block, content, weight in zip(sample.document.blocks, sample.content, sample.weight, strict=True):
            place = block.place
            row = known.get((place, block.inner))
            if row is None:
                make = frozenset(_words_around(block, chains).items())
                row = by_make.setdefault(make, len(self.rows))
                if row == len(self.rows):
                    self.rows.append(make)
                    keep.append(0.0)
                    drop.append(0.0)
                known[(place, block.inner)] = row
            (keep if content else drop)[row] += float(weight)
        self.keep, self.drop = np.array(keep), np.array(drop)


def _own(place: Place) -> list[str]:
    return ["<" + place.tag, *name_words(place.names)]


def _above(place: Place | None, chains: dict[Place, Counter[tuple[str, str]]]) -> Counter[tuple[str, str]]:
    if place is None:
        return Counter()
    if place not in chains:
        chains[place] = _above(place.parent, chains) + Counter(("above", word) for word in _own(place))
    return chains[place]


def _words_around(block: Block, chains: dict[Place, Counter[tuple[str, str]]]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter(("inner", word) for word in name_words(block.inner))
    place = block.place
    if place is None:
        return found
    found.update(("own", word) for word in _own(place))
    if place.parent is not None:
        found.update(("parent", word) for word in _own(place.parent))
        found.update(_above(place.parent.parent, chains))
    return found


class Vocabulary:
    """All pages' counts as one matrix, to fit weights on any part of the pages."""

    def __init__(self, pages: Sequence[NameCounts]) -> None:
        sites: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for page in pages:
            for make in page.rows:
                for word, _ in make:
                    sites[word].add(page.site)
        self.words = sorted(word for word, seen in sites.items() if len(seen) >= SITES)
        self.columns = {word: column for column, word in enumerate(self.words)}
        self.counts = [self._matrix(page) for page in pages]
        self.pages = pages

    def _matrix(self, page: NameCounts) -> Any:
        rows, columns, values = [], [], []
        for row, make in enumerate(page.rows):
            for word, count in make:
                column = self.columns.get(word)
                if column is not None:
                    rows.append(row)
                    columns.append(column)
                    values.append(float(min(count, 3)))
        shape = (len(page.rows), len(self.words))
        matrix = sparse.csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float64)
        matrix.sort_indices()
        return matrix

    def fit(self, numbers: Sequence[int]) -> Weights:
        """Weights learned from the pages with these numbers."""
        counts = sparse.vstack([self.counts[number] for number in numbers])
        keep = np.concatenate([self.pages[number].keep for number in numbers])
        drop = np.concatenate([self.pages[number].drop for number in numbers])
        rows = np.concatenate([np.flatnonzero(keep), np.flatnonzero(drop)])
        answers = np.concatenate([np.ones((keep > 0).sum()), np.zeros((drop > 0).sum())])
        weight = np.concatenate([keep[keep > 0], drop[drop > 0]])
        model = SGDClassifier(loss="log_loss", alpha=3e-6, max_iter=ROUNDS, tol=None, random_state=0, average=True)
        model.fit(counts[rows], answers, sample_weight=weight / weight.mean())
        return self._weights(model.coef_[0])

    def _weights(self, coefficients: Any) -> Weights:
        found: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * len(PARTS))
        for (part, word), value in zip(self.words, coefficients, strict=True):
            if abs(value) > LEAST:
                found[word][PARTS.index(part)] = round(float(value), 3)
        return {word: (own, parent, above, inner) for word, (own, parent, above, inner) in sorted(found.items())}
