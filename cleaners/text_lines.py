"""Lines of text → what can be counted in each of them, for many lines at once.

The lines are one array of code points; every figure of a line is a sum over its stretch of that array. The same code
runs when the judge is trained and when it judges, and no line's figures depend on the lines beside it. Only the lines
themselves count: blank lines between them and the marks Markdown puts before them are no evidence, because some texts
have them and some lost them.
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
BEYOND = 0xEED0  # stands for every character beyond the basic plane (emoji): a private sign
# An unspaced character counts as this share of a word, so that a sentence weighs about the same in every script.
UNSPACED_WORD = 0.5

WORD_BITS = 16
WORD_BUCKETS = 1 << WORD_BITS
GRAM_REACH = 120  # character n-grams are read in the first so many characters of a line: labels and buttons are short
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
GRAM_MULTIPLIER = np.uint32(0x9E3779B1)


class Alphabet(NamedTuple):
    """Per code point of the basic plane: its class, itself in lower case with every digit as 0, and whether it is part
    of words."""

    classes: NDArray[np.uint8]
    folded: NDArray[np.uint16]
    in_words: NDArray[np.bool_]


@cache
def alphabet() -> Alphabet:
    """The table of characters (a constant: it depends on nothing but the Unicode version)."""
    characters = [chr(code) for code in range(PLANE)]
    known: dict[str, int] = {}
    by_category = [known.setdefault(unicodedata.category(character), len(known)) for character in characters]
    kinds = [GENERAL.get(category, BY_GROUP[category[0]]) for category in known]
    classes = np.array(kinds, np.uint8)[by_category]
    for members, kind in NAMED.items():
        classes[[ord(member) for member in members]] = kind
    for start, end in UNSPACED_RANGES:
        stretch = classes[start : end + 1]
        stretch[(stretch == LETTER) | (stretch == MARK)] = UNSPACED
    folded = np.array([_fold(character) for character in characters], dtype=np.uint16)
    folded[classes == DIGIT] = ord("0")
    return Alphabet(classes, folded, _IN_WORDS[classes])


def _fold(character: str) -> int:
    lower = character.lower()
    return ord(lower) if len(lower) == 1 and ord(lower) < PLANE else ord(character)


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
    hashes = _hash_words(folded, starts, lengths)
    pairs, pair_line = _pairs(hashes, word_line)
    grams, gram_line = _character_grams(folded, breaks, size)
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
        _identities(hashes, word_line, lines),
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


_IN_WORDS = np.isin(np.arange(CLASSES), (UPPER, LOWER, LETTER, DIGIT, MARK))
# Powers of an odd number have inverses modulo 2**64, so the hash of a word is a difference of running sums.
BASE = 0x2545F4914F6CDD1D
STRETCH = 1 << 15


@cache
def _powers() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    inverse = pow(BASE, -1, 1 << 64)
    return (
        np.array([pow(BASE, i, 1 << 64) for i in range(STRETCH)], np.uint64),
        np.array([pow(inverse, i, 1 << 64) for i in range(STRETCH)], np.uint64),
    )


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    mixed = values * MULTIPLIER
    mixed ^= mixed >> np.uint64(29)
    return mixed


def _hash_words(folded: NDArray[np.uint16], starts: Ints, lengths: Ints) -> NDArray[np.uint64]:
    """A hash of each word, by its characters and nothing around it."""
    powers, inverses = _powers()
    running = np.zeros(len(folded) + 1, np.uint64)
    spread = running[1:]
    spread[:] = folded
    for start in range(0, len(folded), STRETCH):  # position p counts BASE ** (p % STRETCH)
        piece = spread[start : start + STRETCH]
        piece *= powers[: len(piece)]
    np.cumsum(spread, out=spread)
    place = starts % STRETCH
    ends = starts + lengths
    hashes = (running[ends] - running[starts]) * inverses[place]
    torn = np.flatnonzero(place + lengths > STRETCH)
    for word in torn.tolist():  # the few words that reach over the end of a stretch
        letters = folded[starts[word] : ends[word]].astype(np.uint64)
        hashes[word] = (letters * powers[np.arange(len(letters)) % STRETCH]).sum(dtype=np.uint64)
    return _mix(hashes)


def bucket_of(hashes: NDArray[np.uint64]) -> Ints:
    """The bucket of each hash in the tables of weights."""
    return (hashes * MULTIPLIER >> np.uint64(64 - WORD_BITS)).astype(np.intp)


def _pairs(hashes: NDArray[np.uint64], line: Ints) -> tuple[Ints, Ints]:
    """Buckets of pairs of neighbouring words within a line, and their lines."""
    paired = np.flatnonzero(line[1:] == line[:-1])
    return bucket_of(_mix(hashes[paired] * np.uint64(3) + hashes[paired + 1])), line[paired]


def _character_grams(folded: NDArray[np.uint16], breaks: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Buckets of the 4-grams of characters near the beginning of a line, the breaks on both sides included."""
    count = np.clip(size - 2, 0, GRAM_REACH)
    line = np.repeat(np.arange(len(size)), count)
    ends = np.cumsum(count)
    near = np.arange(len(line)) + np.repeat(breaks[:-1] - (ends - count), count)
    f = folded.astype(np.uint32)
    h = f[:-3] * np.uint32(0x01000193) + f[1:-2] * np.uint32(0x85EBCA6B)
    h += f[2:-1] * np.uint32(0xC2B2AE35)
    h += f[3:] * np.uint32(0x27D4EB2F)
    h ^= h >> np.uint32(15)
    h *= GRAM_MULTIPLIER
    return (h >> np.uint32(32 - WORD_BITS)).take(near).astype(np.intp), line


def _longest(lengths: Ints, line: Ints, lines: int) -> Floats:
    longest = np.zeros(lines, np.float32)
    if len(line):
        begins = _begins(line)
        longest[line[begins]] = np.maximum.reduceat(lengths, begins)
    return longest


def _begins(line: Ints) -> Ints:
    """The places of each line's first word."""
    return np.flatnonzero(np.concatenate(([True], line[1:] != line[:-1])))


def _clock(kinds: NDArray[np.uint8], codes: Ints, line: Ints, lines: int) -> Floats:
    at = np.flatnonzero(kinds[:-3] == DIGIT)
    if not len(at):
        return np.zeros(lines, np.float32)
    time = (codes[at + 1] == ord(":")) & (kinds[at + 2] == DIGIT)
    first, second = codes[at], codes[at + 1]
    century = ((first == ord("1")) & (second == ord("9"))) | ((first == ord("2")) & (second == ord("0")))
    year = century & (kinds[at + 2] == DIGIT) & (kinds[at + 3] == DIGIT)
    return np.bincount(line[at], weights=time.astype(np.float64) + year, minlength=lines).astype(np.float32)


def _identities(hashes: NDArray[np.uint64], line: Ints, lines: int) -> NDArray[np.uint64]:
    """A hash of each line's words in order (0 for a line without words)."""
    identity = np.zeros(lines, np.uint64)
    if len(hashes):
        starts = _begins(line)
        position = np.arange(len(line)) - np.repeat(starts, np.diff(np.append(starts, len(line))))
        spread = hashes * (position.astype(np.uint64) * np.uint64(2) + np.uint64(1))
        identity[line[starts]] = _mix(np.add.reduceat(spread, starts))
    return identity
