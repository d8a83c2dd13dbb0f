"""Lines of text → what can be counted in each of them, for a whole document at once.

A document is one array of code points; every figure of a line is a sum over its stretch of that array. The same code
runs when the judge is trained and when it judges. Only the lines themselves count: blank lines between them and the
marks Markdown puts before them are no evidence, because some texts have them and some lost them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

# Classes of characters. The first eight are what words are made of, or part them.
SPACE, UPPER, LOWER, LETTER, UNSPACED, DIGIT, MARK, STOP, BANG, QUESTION, COMMA, COLON = range(12)
QUOTE, BRACKET, DASH, BAR, AT, LEGAL, MONEY, SYMBOL, OTHER, ELLIPSIS, APOSTROPHE, BREAK = range(12, 24)
CLASSES = 24
NAMED = {
    ".。．։।۔": STOP,
    "!！¡": BANG,
    "?？¿؟": QUESTION,
    ",，、،": COMMA,
    ":;：；": COLON,
    '"“”„«»「」『』‹': QUOTE,
    "()[]{}（）【】": BRACKET,
    "-–—―": DASH,
    "|/\\·•›>→<←»▸▶▼▾＞｜": BAR,
    "@": AT,
    "©®™": LEGAL,
    "…": ELLIPSIS,
    "'’‘`": APOSTROPHE,
    "\n": BREAK,
}
GENERAL = {"Lu": UPPER, "Ll": LOWER, "Nd": DIGIT, "Sc": MONEY, "Pd": DASH}
BY_GROUP = {"L": LETTER, "M": MARK, "N": DIGIT, "Z": SPACE, "S": SYMBOL, "C": SYMBOL, "P": OTHER}
# Kana, Han, Thai, Lao, Khmer, Burmese: written without spaces.
UNSPACED_RANGES = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF)),
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)),
)
PLANE = 0x10000
# An unspaced character counts as this share of a word, so that a sentence weighs about the same in every script.
UNSPACED_WORD = 0.5

WORD_BITS = 16
WORD_BUCKETS = 1 << WORD_BITS
GRAM_REACH = 120  # character n-grams are read in the first so many characters of a line: labels and buttons are short
LONGEST_WORD = 32
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class Alphabet(NamedTuple):
    """Per code point of the basic plane: its class, and itself in lower case with every digit as 0."""

    classes: NDArray[np.uint8]
    folded: NDArray[np.uint16]


@cache
def alphabet() -> Alphabet:
    """The table of characters (a constant: it depends on nothing but the Unicode version)."""
    classes = np.array([_class_of(code) for code in range(PLANE)], dtype=np.uint8)
    for start, end in UNSPACED_RANGES:
        stretch = classes[start : end + 1]
        stretch[(stretch == LETTER) | (stretch == MARK)] = UNSPACED
    folded = np.array([_fold(code) for code in range(PLANE)], dtype=np.uint16)
    folded[classes == DIGIT] = ord("0")
    return Alphabet(classes, folded)


def _class_of(code: int) -> int:
    character = chr(code)
    for characters, kind in NAMED.items():
        if character in characters:
            return kind
    category = unicodedata.category(character)
    return GENERAL.get(category, BY_GROUP[category[0]])


def _fold(code: int) -> int:
    lower = chr(code).lower()
    return ord(lower) if len(lower) == 1 and ord(lower) < PLANE else code


class Words(NamedTuple):
    """Every word of a document in order: the line it stands in, its hash, and whether it is one that carries topic."""

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
    """The n-grams that the linear scores look up, with their lines: of characters, and of one and two words."""


def measure(texts: Sequence[str]) -> Lines:
    """Counts what is in each of the lines. No line holds a line break; at least one line."""
    read = np.frombuffer(("\n" + "\n".join(texts) + "\n").encode("utf-32-le", "replace"), dtype=np.uint32)
    codes = np.where(read < PLANE, read, 0x1F00 + 0xD000).astype(np.int64)  # beyond the plane: emoji, a private sign
    table = alphabet()
    kinds = table.classes[codes]
    breaks = np.flatnonzero(codes == 10)
    lines = len(breaks) - 1
    line = np.cumsum(codes == 10) - 1  # the break before a line belongs to it
    classes = np.bincount(line * CLASSES + kinds, minlength=(lines + 1) * CLASSES)[: lines * CLASSES]
    folded = table.folded[codes].astype(np.uint64)
    starts, lengths, word_line = _words(kinds, line)
    hashes = _hash_words(folded, starts, lengths)
    word_buckets, word_lines = _word_grams(hashes, word_line)
    gram_buckets, gram_lines = _character_grams(folded, line, breaks)
    longest = np.zeros(lines, np.float32)
    np.maximum.at(longest, word_line, lengths.astype(np.float32))
    small = (lengths <= 3) & (kinds[starts] != UNSPACED)
    capital = kinds[starts] == UPPER
    return Lines(
        lines,
        classes.reshape(lines, CLASSES).astype(np.float32),
        Words(word_line, hashes, (lengths >= 5) | (kinds[starts] == UNSPACED)),
        _per_line(word_line[capital], lines),
        longest,
        _per_line(word_line[small & ~capital], lines),
        kinds[breaks[:-1] + 1],
        kinds[breaks[1:] - 1],
        _clock(kinds, codes, line, lines),
        _identities(hashes, word_line, lines),
        gram_lines,
        gram_buckets,
        word_lines,
        word_buckets,
    )


def _per_line(line: Ints, lines: int) -> Floats:
    return np.bincount(line, minlength=lines)[:lines].astype(np.float32)


def _words(kinds: NDArray[np.uint8], line: Ints) -> tuple[Ints, Ints, Ints]:
    """Where words start, how long they are, and their lines. Each unspaced character is a word."""
    spaced = ((kinds >= UPPER) & (kinds <= LETTER)) | (kinds == DIGIT) | (kinds == MARK)
    unspaced = kinds == UNSPACED
    begins = spaced & ~np.concatenate(([False], spaced[:-1]))
    ends = np.flatnonzero(spaced & ~np.concatenate((spaced[1:], [False])))
    starts = np.flatnonzero(begins)
    lengths = ends - starts + 1
    if unspaced.any():
        alone = np.flatnonzero(unspaced)
        starts = np.concatenate((starts, alone))
        lengths = np.concatenate((lengths, np.ones(len(alone), lengths.dtype)))
        order = np.argsort(starts, kind="stable")
        starts, lengths = starts[order], lengths[order]
    return starts, lengths, line[starts]


POWERS = np.array([pow(1_000_003, i, 1 << 64) for i in range(LONGEST_WORD)], np.uint64)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = values * MULTIPLIER
    return mixed ^ (mixed >> np.uint64(29))


def _hash_words(folded: NDArray[np.uint64], starts: Ints, lengths: Ints) -> NDArray[np.uint64]:
    """A hash of each word's first `LONGEST_WORD` characters."""
    if not len(starts):
        return np.zeros(0, np.uint64)
    capped = np.minimum(lengths, LONGEST_WORD)
    ends = np.cumsum(capped)
    offset = np.arange(ends[-1]) - np.repeat(ends - capped, capped)
    spread = folded[np.repeat(starts, capped) + offset] * POWERS[offset]
    return _mix(np.add.reduceat(spread, ends - capped))


def _word_grams(hashes: NDArray[np.uint64], line: Ints) -> tuple[Ints, Ints]:
    """Buckets of single words and of pairs of neighbours within a line, and their lines."""
    shift = np.uint64(64 - WORD_BITS)
    paired = line[1:] == line[:-1]
    pairs = _mix((hashes[:-1] * np.uint64(3) + hashes[1:])[paired])
    buckets = np.concatenate((hashes * MULTIPLIER >> shift, pairs * MULTIPLIER >> shift))
    return buckets.astype(np.int64), np.concatenate((line, line[1:][paired]))


def _character_grams(folded: NDArray[np.uint64], line: Ints, breaks: Ints) -> tuple[Ints, Ints]:
    """Buckets of the 4-grams of characters near the beginning of a line, the breaks on both sides included."""
    end = np.append(breaks, len(folded))[line + 1]
    here = np.arange(len(folded))
    near = np.flatnonzero((here - breaks[line] < GRAM_REACH) & (here + 3 <= end) & (line < len(breaks) - 1))
    h = folded[near] * POWERS[4] + folded[near + 1] * POWERS[3] + folded[near + 2] * POWERS[2] + folded[near + 3]
    return (_mix(h) * MULTIPLIER >> np.uint64(64 - WORD_BITS)).astype(np.int64), line[near]


def _clock(kinds: NDArray[np.uint8], codes: Ints, line: Ints, lines: int) -> Floats:
    digit = kinds == DIGIT
    time = digit[:-2] & (codes[1:-1] == ord(":")) & digit[2:]
    two = digit[:-1] & digit[1:]
    four = two[:-2] & two[2:] if len(two) > 2 else np.zeros(0, bool)
    century = ((codes[:-3] == ord("1")) & (codes[1:-2] == ord("9"))) | (
        (codes[:-3] == ord("2")) & (codes[1:-2] == ord("0"))
    )
    hits = np.concatenate((line[:-2][time], line[:-3][four & century]))
    return np.bincount(hits, minlength=lines + 1)[:lines].astype(np.float32)


def _identities(hashes: NDArray[np.uint64], line: Ints, lines: int) -> NDArray[np.uint64]:
    """A hash of each line's words in order (0 for a line without words)."""
    identity = np.zeros(lines, np.uint64)
    if len(hashes):
        starts = np.flatnonzero(np.concatenate(([True], line[1:] != line[:-1])))
        position = np.arange(len(line)) - np.repeat(starts, np.diff(np.append(starts, len(line))))
        spread = hashes * (position.astype(np.uint64) * np.uint64(2) + np.uint64(1))
        identity[line[starts]] = _mix(np.add.reduceat(spread, starts))
    return identity
