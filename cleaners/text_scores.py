"""The linear half of the text judge: how the wording of a line speaks, by hashed n-grams.

Two tables, one for words and pairs of words, one for 4-grams of characters, each with several heads: does this line
look like residue; does it look like the heading of a stretch of residue; does it look like the last line of one. The
words have a fourth: does this sentence look like an advertisement, a reader's comment, an author's portrait, or another
sentence that is no part of an article.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.text_lines import Floats, Ints, Lines

HEADS = ("residue", "opens", "closes", "advert")


class Tables(NamedTuple):
    """Weights by bucket: buckets × heads, in steps of `step`."""

    words: NDArray[np.int8]
    """Buckets × HEADS."""
    grams: NDArray[np.int8]
    """Buckets × HEADS without the last."""
    word_step: float
    gram_step: float


def score_lines(lines: Lines, tables: Tables) -> Floats:
    """Lines × (heads of the word table, then heads of the character table); 0 for a line without n-grams."""
    words = _sums(lines.word_line, lines.word_bucket, tables.words, lines.size) * np.float32(tables.word_step)
    grams = _sums(lines.gram_line, lines.gram_bucket, tables.grams, lines.size) * np.float32(tables.gram_step)
    return np.concatenate((words, grams), axis=1)


def _sums(line: Ints, bucket: Ints, table: NDArray[np.int8], count: int) -> Floats:
    """Per line the sum of its buckets' weights over the square root of how many there are."""
    size = np.sqrt(np.maximum(np.bincount(line, minlength=count)[:count], 1))
    heads = [
        np.bincount(line, weights=table[bucket, head], minlength=count)[:count] / size for head in range(table.shape[1])
    ]
    return np.stack(heads, axis=1).astype(np.float32)
