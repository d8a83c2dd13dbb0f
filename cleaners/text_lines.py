"""Lines of text → what can be counted in each of them, for many lines at once.

The lines are one array of code points; every figure of a line is a sum over its stretch of that array. The same code
runs when the judge is trained and when it judges, and no line's figures depend on the lines beside it. Only the lines
themselves count: blank lines between them and the marks Markdown puts before them are no evidence, because some texts
have them and some lost them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.text_alphabet import (
    BEYOND,
    CLASSES,
    DIGIT,
    LOWER,
    PLANE,
    UNSPACED,
    UPPER,
    alphabet,
)
from cleaners.text_hashes import begins, bucket_of, character_grams, hash_words, identities, pairs_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


class Words(NamedTuple):
    """Every word in order: the line it stands in, its hash, and whether it is one that carries topic."""

    line: Ints
    hash: NDArray[np.uint64]
    long: NDArray[np.bool_]


class Lines(NamedTuple):
    """What was counted: `size` lines, `classes` (lines × CLASSES), words and the text's n-gram buckets."""

    size: int
    classes: Floats
    words: Words
    capitals: Floats
    """Per line: words that begin with a capital."""
    longest: Floats
    """Per line: characters of its longest word."""
    short_words: Floats
    """Per line: words of one to three letters, the grammar of most spaced languages."""
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    """Per line: class of its first and of its last character."""
    clock: Floats
    """Per line: digits on both sides of a colon (times), and years."""
    identity: NDArray[np.uint64]
    """Per line: the hash of all its words, equal for lines that say the same."""
    gram_line: Ints
    gram_bucket: Ints
    word_line: Ints
    word_bucket: Ints
    pair_line: Ints
    pair_bucket: Ints
    """The n-grams that the linear scores look up, with their lines: of characters, and of one and two words."""


def measure(texts: Sequence[str]) -> Lines:
    """Counts what is in each of the lines. No line holds a line break; at least one line."""
    codes = np.frombuffer(("\n" + "\n".join(texts) + "\n").encode("utf-32-le", "replace"), np.uint32).astype(np.intp)
    if codes.max() >= PLANE:
        codes[codes >= PLANE] = BEYOND
    table = alphabet()
    kinds = table.classes.take(codes)
    folded = table.folded.take(codes)
    breaks = np.flatnonzero(codes == 10)
    lines = len(breaks) - 1
    size = np.diff(breaks)
    line = np.repeat(np.arange(lines), size)  # the break before a line belongs to it; the last break to none
    starts, lengths, unspaced = _words(kinds, table.in_words.take(codes))
    word_line = line[starts]
    hashes = hash_words(folded, starts, lengths)
    pairs, pair_line = pairs_of(hashes, word_line)
    grams, gram_line = character_grams(folded, breaks, size)
    capital = kinds[starts] == UPPER
    return Lines(
        lines,
        _classes(kinds[:-1], line, size),
        Words(word_line, hashes, (lengths >= 5) | unspaced),
        _per_line(word_line[capital], lines),
        _longest(lengths, word_line, lines),
        _per_line(word_line[(lengths <= 3) & ~unspaced & ~capital], lines),
        kinds[breaks[:-1] + 1],
        kinds[breaks[1:] - 1],
        _clock(kinds, codes, line, lines),
        identities(hashes, word_line, lines),
        gram_line,
        grams,
        word_line,
        bucket_of(hashes),
        pair_line,
        pairs,
    )


def _per_line(line: Ints, lines: int) -> Floats:
    return np.bincount(line, minlength=lines).astype(np.float32)


def _classes(kinds: NDArray[np.uint8], line: Ints, size: Ints) -> Floats:
    """Lines × CLASSES: how many characters of each; three of four are LOWER, and are what the others leave."""
    rare = np.flatnonzero(kinds != LOWER)
    classes = np.bincount(line[rare] * CLASSES + kinds[rare], minlength=len(size) * CLASSES).reshape(-1, CLASSES)
    classes[:, LOWER] = size - classes.sum(axis=1)
    return classes.astype(np.float32)


def _words(kinds: NDArray[np.uint8], spaced: NDArray[np.bool_]) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """Where words start, how long they are, and which are single characters of a script without spaces."""
    edges = np.flatnonzero(spaced[1:] != spaced[:-1]) + 1  # a line break is outside words, at both ends too
    starts, lengths = edges[::2], edges[1::2] - edges[::2]
    alone = np.flatnonzero(kinds == UNSPACED)
    if not len(alone):
        return starts, lengths, np.zeros(len(starts), bool)
    starts, lengths = np.concatenate((starts, alone)), np.concatenate((lengths, np.ones(len(alone), lengths.dtype)))
    order = np.argsort(starts, kind="stable")
    starts = starts[order]
    return starts, lengths[order], kinds[starts] == UNSPACED


def _longest(lengths: Ints, line: Ints, lines: int) -> Floats:
    longest = np.zeros(lines, np.float32)
    if len(line):
        starts = begins(line)
        longest[line[starts]] = np.maximum.reduceat(lengths, starts)
    return longest


def _clock(kinds: NDArray[np.uint8], codes: Ints, line: Ints, lines: int) -> Floats:
    at = np.flatnonzero(kinds[:-3] == DIGIT)
    if not len(at):
        return np.zeros(lines, np.float32)
    time = (codes[at + 1] == ord(":")) & (kinds[at + 2] == DIGIT)
    first, second = codes[at], codes[at + 1]
    century = ((first == ord("1")) & (second == ord("9"))) | ((first == ord("2")) & (second == ord("0")))
    year = century & (kinds[at + 2] == DIGIT) & (kinds[at + 3] == DIGIT)
    return np.bincount(line[at], weights=time.astype(np.float64) + year, minlength=lines).astype(np.float32)
