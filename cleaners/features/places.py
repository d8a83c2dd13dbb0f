"""The containers of a page as a table: who stands in whom, what their names speak for, which blocks they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from cleaners.class_words import name_words, words_of
from cleaners.features.columns import numbered
from cleaners.features.letters import Flags, Integers, Matrix
from items import Block, Place

LEVELS = 12  # how far up containers are looked at
DEEPEST = 40  # containers further in are just deep
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
DIGITS = b"0123456789"
BETWEEN = "\0"  # names: a parsed page holds none
NOWHERE = (0.0, 0.0, 0.0, 0.0)

Weights = Mapping[str, tuple[float, float, float, float]]
"""Learned weight of a word of a class name or of a tag ("<p"): on the block's own element, on its parent, on any
container further out, and on inline elements inside the block. Above 0 speaks for the article."""


class Scores(NamedTuple):
    """What names speak for, a row a place: the element's own, its parent's, and the sum further out."""

    own: Matrix
    parent: Matrix
    above: Matrix
    worst: Matrix
    """The lowest score that any one element around has, itself included; and below the highest."""
    best: Matrix


class PlaceTable:
    """Every place that holds text of the page, outer ones before the ones inside them.

    parent: row of the place around it (the outermost is its own). first, last: the blocks between which everything
    inside lies. tag: the number of its tag among those of the page, tags. make: the same of its tag and names together;
    makes: the first place of each make. kin: the same number, but digits in names do not count, nor do a heading's
    names. names: the single names of each make; words: the words in each of those. alike: how many places of the same
    kin stand side by side with it. depth: up to DEEPEST.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.places: list[Place] = []
        self.of_block: Integers
        self._walk(blocks)
        self._name()
        self.alike = self._count_alike()
        self.depth: Integers = np.minimum([place.depth for place in self.places], DEEPEST)
        self.hidden: Flags = np.array([place.hidden for place in self.places], np.bool_)

    def _walk(self, blocks: Sequence[Block]) -> None:
        row: dict[Place | None, int] = {None: 0}
        places = self.places
        parent: list[int] = []
        first: list[int] = []
        at: list[int] = []
        for number, block in enumerate(blocks):
            place = block.place
            if place not in row:
                passed = [place]
                while (place := place.parent) not in row:  # type: ignore[union-attr]  # None is
                    passed.append(place)
                around = row[place]
                for inner in reversed(passed):
                    row[inner] = len(parent)
                    parent.append(around)
                    first.append(number)
                    places.append(inner)  # type: ignore[arg-type]
                    around = len(parent) - 1
                at.append(around)
            else:
                at.append(row[place])
        last = [-1] * len(parent)
        for number in range(len(blocks) - 1, -1, -1):
            up = at[number]
            while last[up] < 0:
                last[up] = number
                up = parent[up]
        self.of_block = np.array(at, np.int64)
        self.parents = parent
        self.parent: Integers = np.array(parent, np.int64)
        self.first: Integers = np.array(first, np.int64)
        self.last: Integers = np.array(last, np.int64)

    def _name(self) -> None:
        self.makes: list[Place] = []
        makes: dict[tuple[str, str], int] = {}
        rows: list[int] = []
        for place in self.places:
            make = makes.setdefault((place.tag, place.names), len(makes))
            if make == len(self.makes):
                self.makes.append(place)
            rows.append(make)
        self.make: Integers = np.array(rows, np.int64)
        tags: dict[str, int] = {}
        self.tag: Integers = np.array([tags.setdefault(make.tag, len(tags)) for make in self.makes])[self.make]
        self.tags = list(tags)
        self.names = [make.names.split() for make in self.makes]
        self.words = {name: words_of(name) for name in set(chain.from_iterable(self.names))}
        kin: dict[tuple[str, str], int] = {}
        self.kin: Integers = np.array([kin.setdefault(bare, len(kin)) for bare in _bare(self.makes)])[self.make]

    def _count_alike(self) -> Integers:
        siblings = numbered(self.parent * len(self.makes) + self.kin)
        counts: Integers = np.bincount(siblings)[siblings]
        return counts

    def ancestors(self) -> Integers:
        """Rows of each block's place and the containers around it, levels × blocks; the outermost repeats."""
        rows = np.empty((LEVELS, len(self.of_block)), np.int64)
        rows[0] = self.of_block
        for level in range(1, LEVELS):
            np.take(self.parent, rows[level - 1], out=rows[level], mode="clip")
        return rows

    def scores(self, weights: Weights) -> Scores:
        """What the places' tags and names speak for."""
        table = np.array(self._name_scores(weights))[self.make]
        inside = table[:, 2].tolist()
        above, worst, best = [0.0], inside[:1], inside[:1]
        for score, up in zip(inside[1:], self.parents[1:], strict=True):
            above.append(above[up] + score)
            least, most = worst[up], best[up]
            worst.append(score if score <= least else least)
            best.append(score if score >= most else most)
        outside, lowest, highest = np.array((above, worst, best), np.float32)
        own, parent = table[:, 0].astype(np.float32), table[self.parent, 1].astype(np.float32)
        return Scores(own, parent, outside[self.parent[self.parent]], lowest, highest)

    def _name_scores(self, weights: Weights) -> list[tuple[float, float, float]]:
        """What tag and names of each make speak for: on itself, on its parent, further out. A word counts once."""
        known = {name: {word: weights[word] for word in words if word in weights} for name, words in self.words.items()}
        scores = []
        for make, names in zip(self.makes, self.names, strict=True):
            own, parent, above, _ = weights.get("<" + make.tag, NOWHERE)
            words: dict[str, tuple[float, float, float, float]] = {}
            for name in names:
                words |= known[name]
            for weight in words.values():
                own += weight[0]
                parent += weight[1]
                above += weight[2]
            scores.append((own, parent, above))
        return scores


def _bare(places: Sequence[Place]) -> Iterator[tuple[str, str]]:
    """Tags and names as far as they tell what elements are: a number, or a heading's id, only tells one from others."""
    names = BETWEEN.join(["" if place.tag in HEADINGS else place.names for place in places])
    bare = names.encode("utf-8", "surrogatepass").translate(None, DIGITS).decode("utf-8", "surrogatepass")
    return zip([place.tag for place in places], bare.split(BETWEEN), strict=True)


def inner_scores(blocks: Sequence[Block], weights: Weights) -> Matrix:
    """What the names of the inline elements in each block speak for."""
    known = {"": 0.0}
    scores = []
    for block in blocks:
        score = known.get(block.inner)
        if score is None:
            score = sum(weights.get(word, NOWHERE)[3] for word in name_words(block.inner))
            known[block.inner] = score
        scores.append(score)
    return np.array(scores, np.float32)
