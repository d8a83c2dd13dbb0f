"""How alike two articles are, from their texts alone: nothing of a site goes into it.

Shingles of five words (Broder, "On the resemblance and containment of documents", 1997); MinHash over them finds
candidates through bands (Leskovec et al., "Mining of Massive Datasets", 3.4), and the shingles themselves decide.
"""

from __future__ import annotations

import re
from collections import Counter

import msgspec
from rensa import RMinHash

SHINGLE = 5  # words
FEWEST = 30  # words: shorter texts are alike by chance
LONGEST = 20_000  # words that are looked at
HASHES, ROWS = 126, 3  # 42 bands: texts that share half their shingles become candidates in 99.6 of 100 cases
SEED = 1997
WORD = re.compile(r"\w+")
NUMBER = re.compile(r"\d+")


class Likeness(msgspec.Struct, frozen=True):
    """What of an article is compared."""

    words: list[str]
    shingles: frozenset[tuple[str, ...]]

    @property
    def numbers(self) -> Counter[str]:
        """Numbers of the text and how often each stands there: what tells apart what a template wrote twice."""
        return Counter(word for word in self.words if not word.isalpha() and NUMBER.search(word))


def likeness(text: str) -> Likeness | None:
    """None: too short to tell."""
    words = WORD.findall(text)[:LONGEST]
    if len(words) < FEWEST:
        return None
    words = " ".join(words).lower().split(" ")
    return Likeness(words, frozenset(zip(*(words[at:] for at in range(SHINGLE)), strict=False)))


def bands(one: Likeness) -> list[int]:
    """42 signed 64-bit numbers; texts that share one are candidates for a comparison."""
    sketch = RMinHash(num_perm=HASHES, seed=SEED)
    sketch.update([" ".join(shingle) for shingle in one.shingles])
    digest = sketch.digest()
    return [_band(at, digest[at : at + ROWS]) for at in range(0, HASHES, ROWS)]


def bands_of(text: str) -> tuple[int, ...]:
    """The bands of a text; none: it is too short to tell."""
    one = likeness(text)
    return tuple(bands(one)) if one is not None else ()


def resemblance(one: Likeness, other: Likeness) -> float:
    """The share of their shingles that both have, from 0 to 1."""
    common = len(one.shingles & other.shingles)
    return common / (len(one.shingles) + len(other.shingles) - common)


def containment(one: Likeness, other: Likeness) -> float:
    """How much of the shorter one stands in the longer one, from 0 to 1."""
    return len(one.shingles & other.shingles) / min(len(one.shingles), len(other.shingles))


def _band(at: int, hashes: list[int]) -> int:
    mixed = at
    for each in hashes:
        mixed = (mixed * 0x9E3779B97F4A7C15 + each + 1) & 0xFFFFFFFFFFFFFFFF
        mixed ^= mixed >> 29
    return mixed - (1 << 63)
