"""Words that tell what kind of page it is: of its class names, of its address, and the types it says it is of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from math import sqrt
from urllib.parse import unquote, urlsplit

from cleaners.features import Reading

WORD = re.compile("[a-z]+")
LONGEST_PATH = 300
MOST_IN_SEGMENT = 4
LONGEST_NAME = 3  # words: the last part of an address with more is the slug of a title
BIAS = ""

Weights = Mapping[str, tuple[float, ...]]
"""Learned weights of a word, one a kind of page. Under BIAS: what a page without any known word scores."""


def page_words(reading: Reading, url: str | None) -> set[str]:
    """The telling words of a page, named by where they stand: "sidebar", "body:single", "path:blog", "type:Product"."""
    table = reading.table
    words = set(chain.from_iterable(table.words.values()))
    for make, names in zip(table.makes, table.names, strict=True):
        if make.tag == "body":
            words.update("body:" + word for name in names for word in table.words[name])
    words.update(_path_words(url))
    words.update("type:" + name for name in reading.marks.types())
    words.add("og:" + reading.head.type)
    return words


def _path_words(url: str | None) -> Iterator[str]:
    try:
        path = unquote(urlsplit(url or "").path[:LONGEST_PATH]).lower()
    except ValueError:
        return
    *folders, last = path.rstrip("/").split("/")
    for folder in folders:
        yield from ("path:" + word for word in WORD.findall(folder)[:MOST_IN_SEGMENT])
    named = WORD.findall(last)
    if len(named) <= LONGEST_NAME:
        yield from ("last:" + word for word in named)


def word_scores(words: Iterable[str], weights: Weights) -> list[float]:
    """Log odds for each kind of page, from the words that are known; pages with many words are no surer."""
    bias = weights[BIAS]
    known = [weights[word] for word in sorted(words) if word in weights]
    if not known:
        return list(bias)
    length = sqrt(len(known))
    return [start + sum(column) / length for start, column in zip(bias, zip(*known, strict=True), strict=True)]
