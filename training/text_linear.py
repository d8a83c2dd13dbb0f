"""The linear half of the text judge: weights of hashed n-grams, learned by logistic regression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack

from cleaners.text_hashes import WORD_BUCKETS
from cleaners.text_lines import Ints, Lines
from cleaners.text_scores import HEADS, Tables
from training.text_pages import BOILERPLATE, UNSCORED

SENTENCE = 9  # words from which a line teaches the head "advert"
ROUNDS = 35
AHEAD = 8  # how many lines the heads "opens" and "closes" look to, after and before


def targets(labels: NDArray[np.int64], words: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lines × HEADS, -1: unknown. Residue; residue share of the next lines, of the lines before; residue sentence."""
    residue = (labels == BOILERPLATE).astype(np.float32)
    weight = np.where(labels == UNSCORED, 0, np.minimum(words, 30)).astype(np.float64)
    after = _share_after(residue, weight)
    before = _share_after(residue[::-1], weight[::-1])[::-1]
    own = np.where(labels == UNSCORED, -1, residue)
    return np.stack((own, after, before, np.where(words >= SENTENCE, own, -1)), axis=1).astype(np.float32)


def _share_after(residue: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    part = np.concatenate(([0.0], np.cumsum(residue * weight)))
    whole = np.concatenate(([0.0], np.cumsum(weight)))
    here = np.arange(len(residue))
    end = np.minimum(here + 1 + AHEAD, len(residue))
    size = whole[end] - whole[here + 1]
    return np.where(size > 0, (part[end] - part[here + 1]) / np.maximum(size, 1), -1)


def bags(documents: Sequence[Lines]) -> tuple[csr_matrix, csr_matrix]:
    """Rows of all documents' lines over word and over character buckets, scaled as `score_lines` scales them."""
    words = [
        _bag(np.append(d.words.line, d.pair_line), np.append(d.word_bucket, d.pair_bucket), d.size) for d in documents
    ]
    grams = [_bag(d.gram_line, d.gram_bucket, d.size) for d in documents]
    return vstack(words, format="csr"), vstack(grams, format="csr")


def _bag(line: Ints, bucket: Ints, count: int) -> csr_matrix:
    size = np.sqrt(np.maximum(np.bincount(line, minlength=count), 1))
    return csr_matrix(((1 / size[line]).astype(np.float32), (line, bucket)), shape=(count, WORD_BUCKETS))


def rarity(documents: Sequence[Lines], sites: Sequence[str]) -> NDArray[np.uint8]:
    """Per bucket of words how rare they are: 16 times the log2 of one in how many sites has them.

    What is on one site only counts like what is on two, so that no site is known by its own words.
    """
    buckets: dict[str, list[Ints]] = {}
    for lines, site in zip(documents, sites, strict=True):
        buckets.setdefault(site, []).append(np.unique(lines.word_bucket))
    counts = np.zeros(WORD_BUCKETS, np.int64)
    for found in buckets.values():
        counts[np.unique(np.concatenate(found))] += 1
    rare: NDArray[np.uint8] = np.rint(16 * np.log2(len(buckets) / np.maximum(counts, 2))).astype(np.uint8)
    return rare


def fit(
    rows: csr_matrix, target: NDArray[np.float32], weight: NDArray[np.float32], l2: float = 1e-5
) -> NDArray[np.float32]:
    """Weights, buckets × heads. Targets may be shares; -1 is left out. The net has intercepts of its own."""
    found = [_fit_head(rows, target[:, head], weight, l2) for head in range(target.shape[1])]
    return np.stack(found, axis=1).astype(np.float32)


def _fit_head(
    rows: csr_matrix, target: NDArray[np.float32], weight: NDArray[np.float32], l2: float
) -> NDArray[np.float32]:
    known = target >= 0
    x, y, w = rows[known], target[known].astype(np.float64), weight[known].astype(np.float64)
    w = w / w.sum()
    turned = x.T.tocsr()

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        coefficients, intercept = parameters[:-1], parameters[-1]
        z = x @ coefficients + intercept
        p = 1 / (1 + np.exp(-z))
        value = float((w * (np.logaddexp(0, z) - y * z)).sum()) + l2 * float(coefficients @ coefficients) / 2
        slope = w * (p - y)
        return value, np.append(turned @ slope + l2 * coefficients, slope.sum())

    start = np.zeros(x.shape[1] + 1)
    result = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS})
    return np.asarray(result.x[:-1], dtype=np.float32)


def quantise(words: NDArray[np.float32], grams: NDArray[np.float32]) -> Tables:
    """The weights as signed bytes."""
    assert words.shape[1] == len(HEADS)
    word_step, gram_step = (max(float(np.percentile(np.abs(t), 99.99)), 1e-6) / 127 for t in (words, grams))
    return Tables(_bytes(words, word_step), _bytes(grams, gram_step), word_step, gram_step)


def _bytes(table: NDArray[np.float32], step: float) -> NDArray[np.int8]:
    steps: NDArray[np.int8] = np.clip(np.rint(table / step), -127, 127).astype(np.int8)
    return steps
