"""Which blocks of a page stand in a text made from it: a text somebody extracted, or the right answer.

Both are taken as streams of words. Runs of four words that stand exactly once in either are certain to belong
together; the longest chain of such anchors in the same order (patience diff, after Bram Cohen) cuts both streams into
short gaps, and what is left there is matched word by word. So a heading is found in the body and not in the table of
contents that says the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from cleaners.tokens import tokens

ANCHOR = 4
# Gaps larger than this (in words times words) are not worth matching word by word: nothing there is in common.
LARGEST_GAP = 250_000
SMALLEST_SHARE = 0.5
Run = tuple[str, ...]
"""ANCHOR words in a row."""


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
        _match_gap(page, answer, before, anchor, matched)
        if anchor[0] < len(page):
            matched[anchor[0]] = True
        before = (anchor[0] + 1, anchor[1] + 1)
    return matched


def _anchors(page: list[str], answer: list[str]) -> list[tuple[int, int]]:
    """The longest chain, rising in both, of positions whose four words stand once in the answer and in the page.

    Pages that hold their article twice (one copy for small screens) have no such runs. There the first copy is taken.
    """
    ours, theirs = _runs(page), _first_places(_once(_runs(answer)))
    pairs = [(position, theirs[run]) for run, position in _once(ours) if run in theirs]
    if len(pairs) * 2 < len(theirs):
        found = _first_places((run, position) for position, run in enumerate(ours) if run in theirs)
        pairs = [(position, theirs[run]) for run, position in found.items()]
    pairs.sort()
    chain = [pairs[index] for index in _longest_rise([answer_position for _, answer_position in pairs])]
    return _spread(chain)


def _runs(words: list[str]) -> list[Run]:
    """The run of words that begins at each position."""
    return list(zip(*(words[offset:] for offset in range(ANCHOR)), strict=False))


def _once(runs: list[Run]) -> Iterator[tuple[Run, int]]:
    """The runs that stand nowhere else, and where."""
    counts = Counter(runs)
    return ((run, position) for position, run in enumerate(runs) if counts[run] == 1)


def _first_places(placed: Iterable[tuple[Run, int]]) -> dict[Run, int]:
    """Where each run stands first."""
    found: dict[Run, int] = {}
    for run, position in placed:
        found.setdefault(run, position)
    return found


def _spread(chain: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every word of the anchored runs as an anchor of its own, each word once."""
    spread: list[tuple[int, int]] = []
    for left, right in chain:
        for offset in range(ANCHOR):
            pair = (left + offset, right + offset)
            if not spread or (pair[0] > spread[-1][0] and pair[1] > spread[-1][1]):
                spread.append(pair)
    return spread


def _longest_rise(values: list[int]) -> list[int]:
    """Indices of a longest increasing subsequence, in n log n."""
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
