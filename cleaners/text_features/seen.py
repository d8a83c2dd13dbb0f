"""The lines of documents as far as the judge must look again when some of them are gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.text_features.of_line import CLOSES, line_figures, score_figures
from cleaners.text_features.spans import Columns, Mask
from cleaners.text_lines import Floats, Ints, Lines, Words

PROSE_WORDS = 15
LONG_PROSE_WORDS = 30


class Weighed(NamedTuple):
    """Per line: its words, those that carry topic, and how rare all of them are together."""

    every: Ints
    long: Ints
    rarity: Ints

    @classmethod
    def of(cls, words: Words, rarity: NDArray[np.uint8], lines: int) -> Weighed:
        """The words stand in the order of their lines."""
        counted = Counted.of(words.line, lines)
        return cls(counted.ends - counted.starts, counted.sums(words.long), counted.sums(rarity))


class Seen(NamedTuple):
    """The lines of documents as far as the judge must look again when some of them are gone."""

    own: Columns
    """What each line says by itself."""
    identity: NDArray[np.uint64]
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    words: Words
    rarity: NDArray[np.uint8]
    """Per word: how rare it is."""
    weighed: Weighed
    bounds: Ints
    """Where documents begin: document d has the lines from bounds[d] up to bounds[d + 1]. None is empty."""

    def only(self, stay: Mask) -> Seen:
        """The same without the lines that do not stay, and without documents of which nothing stays."""
        number = np.cumsum(stay) - 1
        inside = stay[self.words.line]
        words = Words(number[self.words.line[inside]], self.words.hash[inside], self.words.long[inside])
        own = {name: values[stay] for name, values in self.own.items()}
        bounds = np.unique(np.append(0, np.cumsum(stay))[self.bounds])
        identity, first, last = self.identity[stay], self.first[stay], self.last[stay]
        weighed = Weighed(*(values[stay] for values in self.weighed))
        return Seen(own, identity, first, last, words, self.rarity[inside], weighed, bounds)


def see(lines: Lines, scores: Floats, rarity: NDArray[np.uint8], listed: Floats, bounds: Ints) -> Seen:
    """The lines by themselves. `scores`: what `score_lines` says; `listed`: 1 for list items; `bounds`: as in Seen."""
    own = line_figures(lines, listed) | score_figures(scores)
    weighed = Weighed.of(lines.words, rarity, lines.size)
    return Seen(own, lines.identity, lines.first, lines.last, lines.words, rarity, weighed, bounds)


def joined(parts: Sequence[Seen]) -> Seen:
    """Several as one, in this order."""
    if len(parts) == 1:
        return parts[0]
    shift = np.cumsum([0, *(len(part.identity) for part in parts)])
    line = np.concatenate([part.words.line + by for part, by in zip(parts, shift, strict=False)])
    words = Words(line, *(np.concatenate([part.words[i] for part in parts]) for i in (1, 2)))
    own = {name: np.concatenate([part.own[name] for part in parts]) for name in parts[0].own}
    identity, first, last = (np.concatenate([part[i] for part in parts]) for i in (1, 2, 3))
    bounds = np.concatenate([[0], *(part.bounds[1:] + by for part, by in zip(parts, shift, strict=False))])
    rarity = np.concatenate([part.rarity for part in parts])
    weighed = Weighed(*map(np.concatenate, zip(*(part.weighed for part in parts), strict=True)))
    return Seen(own, identity, first, last, words, rarity, weighed, bounds)


def prose_lines(seen: Seen) -> Mask:
    """Which lines are prose: long enough, and ended like a sentence or longer still."""
    words = seen.own["words"]
    return (words >= PROSE_WORDS) & (CLOSES[seen.last] | (words >= LONG_PROSE_WORDS))


class Counted(NamedTuple):
    """Where each line's words begin and end among all words, which stand in the order of their lines."""

    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, line: Ints, count: int) -> Counted:
        size = np.bincount(line, minlength=count)
        ends = np.cumsum(size)
        return cls(ends - size, ends)

    def sums(self, values: NDArray[np.generic]) -> Ints:
        """Per line the sum of whole numbers, one a word."""
        running = np.zeros(len(values) + 1, np.int64)
        np.cumsum(values, out=running[1:])
        found: Ints = running[self.ends] - running[self.starts]
        return found
