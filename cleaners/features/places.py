"""The containers of a page as a table: who stands in whom, what their names speak for, which blocks they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from cleaners.features.letters import Integers, Matrix
from items import Block, Place

LEVELS = 12  # how far up containers are looked at
NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])")
NOWHERE = (0.0, 0.0, 0.0, 0.0)

Weights = Mapping[str, tuple[float, float, float, float]]
"""Learned weight of a word of a class name or of a tag ("<p"): on the block's own element, on its parent, on any
container further out, and on inline elements inside the block. Above 0 speaks for the article."""


def name_words(names: str) -> tuple[str, ...]:
    """The words in class and id values, each once: "entry-content wpBox12" → entry, content, wp, box."""
    return tuple({word.lower(): None for word in NAME_WORD.findall(names)})


class Scores(NamedTuple):
    """What names speak for, a row a place: the element's own, its parent's, and the sum further out."""

    own: Matrix
    parent: Matrix
    above: Matrix


class PlaceTable:
    """Every place that holds text of the page, outer ones before the ones inside them.

    parent: row of the place around it (the outermost is its own). first, last: the blocks between which everything
    inside lies. alike: how many places of the same make stand side by side with it.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.places: list[Place] = []
        self.of_block: Integers
        self._walk(blocks)
        self.alike = self._count_alike()

    def _walk(self, blocks: Sequence[Block]) -> None:
        row: dict[Place, int] = {}
        parent: list[int] = []
        first: list[int] = []
        at: list[int] = []
        for number, block in enumerate(blocks):
            chain = []
            place = block.place
            while place is not None and place not in row:
                chain.append(place)
                place = place.parent
            around = row[place] if place is not None else 0
            for inner in reversed(chain):
                row[inner] = len(parent)
                parent.append(around)
                first.append(number)
                around = len(parent) - 1
            at.append(around)
            self.places.extend(reversed(chain))
        last = [-1] * len(parent)
        for number in range(len(blocks) - 1, -1, -1):
            up = at[number]
            while last[up] < 0:
                last[up] = number
                up = parent[up]
        self.of_block = np.array(at, np.int64)
        self.parents = parent
        self.parent = np.array(parent, np.int64)
        self.first = np.array(first, np.int64)
        self.last = np.array(last, np.int64)

    def _count_alike(self) -> Integers:
        numbers: dict[tuple[int, str, str], int] = {}
        make = [
            numbers.setdefault((up, place.tag, place.names), len(numbers))
            for up, place in zip(self.parents, self.places, strict=True)
        ]
        counts: Integers = np.bincount(make)[make]
        return counts

    def ancestors(self) -> Integers:
        """Rows of each block's place and the containers around it, a column a level; the outermost repeats."""
        columns = [self.of_block]
        for _ in range(LEVELS - 1):
            columns.append(self.parent[columns[-1]])
        return np.column_stack(columns)

    def scores(self, weights: Weights) -> Scores:
        """What the places' tags and names speak for."""
        known: dict[tuple[str, str], tuple[float, float, float]] = {}
        rows = []
        for place in self.places:
            key = (place.tag, place.names)
            score = known.get(key)
            if score is None:
                score = known[key] = _name_score(place, weights)
            rows.append(score)
        above = [0.0] * len(rows)
        for row, up in enumerate(self.parents):
            if up != row:
                above[row] = above[up] + rows[row][2]
        table = np.array(rows, np.float32)
        outside = np.array(above, np.float32)
        return Scores(table[:, 0], table[self.parent, 1], outside[self.parent[self.parent]])


def _name_score(place: Place, weights: Weights) -> tuple[float, float, float]:
    own, parent, above, _ = weights.get("<" + place.tag, NOWHERE)
    for word in name_words(place.names) if place.names else ():
        weight = weights.get(word)
        if weight is not None:
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
