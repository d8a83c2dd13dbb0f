"""Which blocks of a page stand in a text made from it: a text somebody extracted, or the right answer.

Both are taken as streams of words. Runs of four words that stand exactly once in either are certain to belong
together; the longest chain of such anchors in the same order (patience diff, after Bram Cohen) cuts both streams into
short gaps, and what is left there is matched word by word. So a heading is found in the body and not in the table of
contents that says the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher
from operator import lt

import numpy as np
from numpy.typing import NDArray

from cleaners.tokens import tokens

Integers = NDArray[np.int64]

ANCHOR = 4
# Gaps larger than this (in words times words) are not worth matching word by word: nothing there is in common.
LARGEST_GAP = 250_000
SMALLEST_SHARE = 0.5


def stands_in(texts: Sequence[str], answer: str) -> list[bool]:
    """For each text, in page order, whether at least half of its words are matched with the answer's."""
    split = [tokens(text) for text in texts]
    page = [word for words in split for word in words]
    matched = match_words(page, tokens(answer))
    kept, start = [], 0
    for words in split:
        hits = sum(matched[start : start + len(words)])
        kept.append(bool(words) and hits >= SMALLEST_SHARE * len(words))
        start += len(words)
    return kept


def match_words(page: list[str], answer: list[str]) -> list[bool]:
    """For each word of the page whether it has a partner in the answer, both read in order."""
    matched = [False] * len(page)
    before = (0, 0)
    for anchor in [*_anchors(page, answer), (len(page), len(answer))]:
        if before[0] < anchor[0] and before[1] < anchor[1]:
            _match_gap(page, answer, before, anchor, matched)
        if anchor[0] < len(page):
            matched[anchor[0]] = True
        before = (anchor[0] + 1, anchor[1] + 1)
    return matched


def _anchors(page: list[str], answer: list[str]) -> list[tuple[int, int]]:
    """The longest chain, rising in both, of positions whose four words stand once in the answer and in the page.

    Pages that hold their article twice (one copy for small screens) have no such runs. There the first copy is taken.
    """
    ours, theirs = _runs(page, answer)
    left, right = _once(ours), _once(theirs)
    wanted = theirs[right]
    _, mine, other = np.intersect1d(ours[left], wanted, assume_unique=True, return_indices=True)
    left, partner = left[mine], right[other]
    if len(left) * 2 < len(wanted):
        runs, first = np.unique(ours, return_index=True)
        _, mine, other = np.intersect1d(runs, wanted, assume_unique=True, return_indices=True)
        left, partner = first[mine], right[other]
    order = np.argsort(left)
    pairs = list(zip(left[order].tolist(), partner[order].tolist(), strict=True))
    return _spread([pairs[index] for index in _longest_rise([answer_position for _, answer_position in pairs])])


def _runs(page: Sequence[str], answer: Sequence[str]) -> tuple[Integers, Integers]:
    """The run of ANCHOR words that begins at each position of either, as a number: the same for the same words."""
    numbers: dict[str, int] = {}
    one, two = ([numbers.setdefault(word, len(numbers)) for word in words] for words in (page, answer))
    run: Integers = np.array(one + two, np.int64)
    for reach in (1, 2):  # one word and the next, then two words and the next two
        run = run[:-reach] * (int(run.max(initial=0)) + 1) + run[reach:]
        run = np.unique(run, return_inverse=True)[1].ravel()
    return run[: max(len(page) - ANCHOR + 1, 0)], run[len(page) :]


def _once(runs: Integers) -> Integers:
    """Where those runs begin that stand nowhere else."""
    _, first, counts = np.unique(runs, return_index=True, return_counts=True)
    found: Integers = first[counts == 1]
    return found


def _spread(chain: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every word of the anchored runs as an anchor of its own, each word once."""
    spread: list[tuple[int, int]] = []
    last_left = last_right = -1
    for left, right in chain:
        known = max(last_left - left, last_right - right) + 1
        if known < ANCHOR:
            spread += [(left + offset, right + offset) for offset in range(max(known, 0), ANCHOR)]
            last_left, last_right = spread[-1]
    return spread


def _longest_rise(values: list[int]) -> list[int]:
    """Indices of a longest increasing subsequence, in n log n."""
    if all(map(lt, values, values[1:])):
        return list(range(len(values)))
    tails: list[int] = []
    tail_at: list[int] = []
    previous: list[int] = []
    for index, value in enumerate(values):
        at = bisect_left(tails, value)
        previous.append(tail_at[at - 1] if at else -1)
        tails[at : at + 1] = [value]
        tail_at[at : at + 1] = [index]
    rise: list[int] = []
    index = tail_at[-1] if tail_at else -1
    while index >= 0:
        rise.append(index)
        index = previous[index]
    return rise[::-1]


def _match_gap(
    page: list[str], answer: list[str], start: tuple[int, int], end: tuple[int, int], matched: list[bool]
) -> None:
    ours, theirs = page[start[0] : end[0]], answer[start[1] : end[1]]
    if not ours or not theirs or len(ours) * len(theirs) > LARGEST_GAP or set(theirs).isdisjoint(ours):
        return
    for left, _, length in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for position in range(start[0] + left, start[0] + left + length):
            matched[position] = True
