"""The linear half of the text judge: how the wording of a line speaks, by hashed n-grams.

Two tables, one for words and pairs of words, one for 4-grams of characters, each with several heads: does this line
look like residue; does it look like the heading of a stretch of residue; does it look like the last line of one. The
words have a fourth: does this sentence look like an advertisement, a reader's comment, an author's portrait, or another
sentence that is no part of an article.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cleaners.text_lines import Floats, Ints, Lines

HEADS = ("residue", "opens", "closes", "advert")
# Weights are whole numbers of steps. Several heads share a 64-bit number, each above 0 by BIAS: one sum serves all of
# them. A line may have millions of words, but no more than GRAM_REACH n-grams of characters.
BIAS = 128
WORD_HEADS, GRAM_HEADS = 2, 3
# Scores lie on this grid: sums of them are exact in 64 bits, whichever way they are added up.
GRID = 1024.0

Packed = NDArray[np.uint64]


class Tables:
    """Weights by bucket: buckets × heads, in steps."""

    def __init__(self, words: NDArray[np.int8], grams: NDArray[np.int8], word_step: float, gram_step: float) -> None:
        """words: buckets × HEADS. grams: buckets × HEADS without the last."""
        self.words = words
        self.grams = grams
        self.word_step = word_step
        self.gram_step = gram_step

    @cached_property
    def packed(self) -> tuple[list[Packed], list[Packed]]:
        """Both tables, WORD_HEADS and GRAM_HEADS to a number."""
        return _pack(self.words, WORD_HEADS), _pack(self.grams, GRAM_HEADS)


def _pack(table: NDArray[np.int8], heads: int) -> list[Packed]:
    above = list((table.astype(np.int64) + BIAS).astype(np.uint64).T)
    packed = [np.zeros(len(table), np.uint64) for _ in range(0, len(above), heads)]
    for number, weights in enumerate(above):
        packed[number // heads] |= weights << np.uint64(number % heads * (64 // heads))
    return packed


def score_lines(lines: Lines, tables: Tables) -> Floats:
    """Heads of the word table, then heads of the character table × lines; 0 for a line without n-grams."""
    words, grams = tables.packed
    singles = _sums(lines.words.line, lines.word_bucket, words, lines.size)
    pairs = _sums(lines.pair_line, lines.pair_bucket, words, lines.size)
    said = _scaled([a + b for a, b in zip(singles, pairs, strict=True)], len(HEADS), WORD_HEADS, tables.word_step)
    spelt = _scaled(
        _sums(lines.gram_line, lines.gram_bucket, grams, lines.size), len(HEADS) - 1, GRAM_HEADS, tables.gram_step
    )
    return np.concatenate((said, spelt))


def _sums(line: Ints, bucket: Ints, packed: list[Packed], count: int) -> list[Packed]:
    """Per line how many n-grams it has, then the sums of their packed weights. The lines are in order."""
    found = [np.bincount(line, minlength=count).astype(np.uint64)]
    begins = np.flatnonzero(np.concatenate(([True], line[1:] != line[:-1]))) if len(line) else line
    for table in packed:
        sums = np.zeros(count, np.uint64)
        if len(line):
            sums[line[begins]] = np.add.reduceat(table.take(bucket), begins)
        found.append(sums)
    return found


def _scaled(sums: list[Packed], heads: int, together: int, step: float) -> Floats:
    """Sums of weights over the square root of how many there are, on the grid. together: heads to a number."""
    size = sums[0].astype(np.int64)
    bits = 64 // together
    parts = ((sums[1 + head // together] >> np.uint64(head % together * bits)) for head in range(heads))
    whole = np.stack([part & np.uint64((1 << bits) - 1) for part in parts]).astype(np.int64) - BIAS * size
    return (np.rint(whole * (step * GRID) / np.sqrt(np.maximum(size, 1))) / GRID).astype(np.float32)
