"""Hashes of words, of pairs of words, of 4-grams of characters and of whole lines, for many lines at once."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

WORD_BITS = 16
WORD_BUCKETS = 1 << WORD_BITS
GRAM_REACH = 120  # character n-grams are read in the first so many characters of a line: labels and buttons are short
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
GRAM_MULTIPLIER = np.uint32(0x9E3779B1)
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


def hash_words(folded: NDArray[np.uint16], starts: Ints, lengths: Ints) -> NDArray[np.uint64]:
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


def pairs_of(hashes: NDArray[np.uint64], line: Ints) -> tuple[Ints, Ints]:
    """Buckets of pairs of neighbouring words within a line, and their lines."""
    paired = np.flatnonzero(line[1:] == line[:-1])
    return bucket_of(_mix(hashes[paired] * np.uint64(3) + hashes[paired + 1])), line[paired]


def character_grams(folded: NDArray[np.uint16], breaks: Ints, size: Ints) -> tuple[Ints, Ints]:
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


def identities(hashes: NDArray[np.uint64], line: Ints, lines: int) -> NDArray[np.uint64]:
    """A hash of each line's words in order (0 for a line without words)."""
    identity = np.zeros(lines, np.uint64)
    if len(hashes):
        starts = begins(line)
        position = np.arange(len(line)) - np.repeat(starts, np.diff(np.append(starts, len(line))))
        spread = hashes * (position.astype(np.uint64) * np.uint64(2) + np.uint64(1))
        identity[line[starts]] = _mix(np.add.reduceat(spread, starts))
    return identity


def begins(line: Ints) -> Ints:
    """The places of each line's first word."""
    return np.flatnonzero(np.concatenate(([True], line[1:] != line[:-1])))
