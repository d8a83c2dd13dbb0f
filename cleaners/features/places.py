"""The containers of a page as a table: who stands in whom, what their names speak for, which blocks they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from cleaners.class_words import name_words
from cleaners.features.letters import Flags, Integers, Matrix
from items import Block, Place

LEVELS = 12  # how far up containers are looked at
DEEPEST = 40  # containers further in are just deep
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
DIGITS = re.compile("[0-9]+")
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
    inside lies. make: the number of its tag and names among those of the page; makes: one place of each make.
    kin: the same number, but digits in names do not count, nor do a heading's names. alike: how many places of the same
    kin stand side by side with it. depth: up to DEEPEST.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.places: list[Place] = []
        self.of_block: Integers
        self._walk(blocks)
        makes: dict[tuple[str, str], int] = {}
        make = [makes.setdefault((place.tag, place.names), len(makes)) for place in self.places]
        self.make: Integers = np.array(make, np.int64)
        self.makes = [self.places[row] for row in np.unique(self.make, return_index=True)[1].tolist()]
        kin: dict[tuple[str, str], int] = {}
        self.kin: Integers = np.array([kin.setdefault(_bare(place), len(kin)) for place in self.makes])[self.make]
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
                chain = [place]
                while (place := place.parent) not in row:  # type: ignore[union-attr]  # None is
                    chain.append(place)
                around = row[place]
                for inner in reversed(chain):
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

    def _count_alike(self) -> Integers:
        siblings = np.unique(self.parent * len(self.makes) + self.kin, return_inverse=True)[1].ravel()
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
        table = np.array([_name_score(place, weights) for place in self.makes])[self.make]
        inside = table[:, 2].tolist()
        above = [0.0] * len(inside)
        worst, best = inside.copy(), inside.copy()
        for row, up in enumerate(self.parents):
            if up != row:
                above[row] = above[up] + inside[row]
                worst[row] = min(worst[row], worst[up])
                best[row] = max(best[row], best[up])
        outside, lowest, highest = np.array((above, worst, best), np.float32)
        own, parent = table[:, 0].astype(np.float32), table[self.parent, 1].astype(np.float32)
        return Scores(own, parent, outside[self.parent[self.parent]], lowest, highest)


def _bare(place: Place) -> tuple[str, str]:
    """Tag and names as far as they tell what an element is: a number, or a heading's id, only tells it from others."""
    return place.tag, "" if place.tag in HEADINGS else DIGITS.sub("", place.names)


def _name_score(place: Place, weights: Weights) -> tuple[float, float, float]:
    own, parent, above, _ = weights.get("<" + place.tag, NOWHERE)
    if place.names:
        for weight in filter(None, map(weights.get, name_words(place.names))):
            own += weight[0]
            parent += weight[1]
            above += weight[2]
    return own, parent, above


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
