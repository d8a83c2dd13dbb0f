"""What words of class names, addresses and schema types speak for which kind of page: linear models, one a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from cleaners.features.page_words import BIAS, Weights
from cleaners.page_kind import OTHER_KINDS

SITES = 8  # only words of at least so many sites count
STRENGTH = 3.0  # of the fit, against the pull towards 0
LEAST = 0.01  # words whose weights are all closer to 0 than this are left out


class PageVocabulary:
    """The words of all pages as one matrix. kinds: what kind of page each is, by the answers."""

    def __init__(self, pages: Sequence[set[str]], sites: Sequence[str], kinds: Sequence[str]) -> None:
        seen: defaultdict[str, set[str]] = defaultdict(set)
        for words, site in zip(pages, sites, strict=True):
            for word in words:
                seen[word].add(site)
        self.words = sorted(word for word, where in seen.items() if len(where) >= SITES)
        self.kinds = np.array(kinds)
        column = {word: number for number, word in enumerate(self.words)}
        found = [sorted(column[word] for word in words if word in column) for words in pages]
        lengths = np.array([max(len(numbers), 1) for numbers in found])
        rows = np.repeat(np.arange(len(pages)), [len(numbers) for numbers in found])
        values = 1 / np.sqrt(lengths[rows])
        shape = (len(pages), len(self.words))
        self.matrix = sparse.csr_matrix((values, (rows, np.concatenate(found))), shape=shape)

    def fit(self, numbers: Sequence[int]) -> Weights:
        """Weights learned from the pages with these numbers."""
        rows, kinds = self.matrix[numbers], self.kinds[numbers]
        models = [
            LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0).fit(rows, kinds == kind)
            for kind in ("article", *OTHER_KINDS)
        ]
        weights = np.round(np.vstack([model.coef_[0] for model in models]), 3)
        learned = {BIAS: tuple(round(float(model.intercept_[0]), 3) for model in models)}
        for number in np.flatnonzero(np.abs(weights).max(axis=0) > LEAST).tolist():
            learned[self.words[number]] = tuple(float(weight) for weight in weights[:, number])
        return learned
