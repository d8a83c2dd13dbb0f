"""The second opinion: what trafilatura would keep, said about our blocks.

trafilatura gives text, not blocks, so its answer is laid over ours. A block of three words or more is in its answer
when half of the block's 3-grams are (the same measure the field uses to tell whether a line stands in a text); a
shorter one when it is a whole line of the answer at about the right place.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections import defaultdict

from cleaners.segment import Document
from cleaners.tokens import tokens
from items import Verdict

NAME = "second_opinion"
KEEP = Verdict(True, NAME, "article", 0.8, "trafilatura keeps it")
REMOVE = Verdict(False, NAME, "boilerplate", 0.8, "trafilatura leaves it out")
SHORT = 3


def second_opinion(document: Document) -> list[Verdict | None]:
    """One verdict a block; no opinion at all (None for each) where trafilatura finds no text."""
    answer = ask_trafilatura(document.html)
    if not answer.strip():
        return [None] * len(document.blocks)
    kept = stands_in([block.text for block in document.blocks], answer)
    return [KEEP if keep else REMOVE for keep in kept]


def ask_trafilatura(html: str) -> str:
    """The body trafilatura extracts, "" if none. Comments are left out: that halves its residue at almost no loss."""
    import trafilatura  # costs half a second to import, and is not asked for every page  # noqa: PLC0415

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # "discarding data" for every empty page
    return trafilatura.extract(html, include_comments=False, include_tables=True) or ""


def stands_in(texts: list[str], answer: str) -> list[bool]:
    """For each text, in page order, whether it stands in the answer."""
    lines = [tokens(line) for line in answer.splitlines()]
    flat = [token for line in lines for token in line]
    grams = set(zip(flat, flat[1:], flat[2:], strict=False))
    split = [tokens(text) for text in texts]
    kept = [len(words) >= SHORT and _share(words, grams) >= 0.5 for words in split]
    for index in _short_lines(split, kept, [line for line in lines if line]):
        kept[index] = True
    return kept


def _share(words: list[str], grams: set[tuple[str, str, str]]) -> float:
    own = list(zip(words, words[1:], words[2:], strict=False))
    return sum(gram in grams for gram in own) / len(own)


def _short_lines(split: list[list[str]], kept: list[bool], lines: list[list[str]]) -> list[int]:
    """Which of the short texts stand as lines in the answer: for each short line of it, the next candidate behind what
    was matched so far."""
    long_at: dict[tuple[str, ...], int] = {}
    short_at: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, words in enumerate(split):
        if kept[index]:
            long_at.setdefault(tuple(words[:SHORT]), index)
        elif 0 < len(words) < SHORT:
            short_at[tuple(words)].append(index)
    found: list[int] = []
    reached = -1
    for line in lines:
        if len(line) >= SHORT:
            reached = max(reached, long_at.get(tuple(line[:SHORT]), -1))
            continue
        places = short_at.get(tuple(line), [])
        following = bisect_right(places, reached)
        if following < len(places):
            reached = places[following]
            found.append(reached)
    return found
