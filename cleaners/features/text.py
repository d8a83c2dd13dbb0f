"""What the text of each block looks like, whatever stands around it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaners.features import letters as kinds_of
from cleaners.features.columns import as_rows
from cleaners.features.letters import Flags, Integers, Letters, Matrix
from items import Block

KINDS = {
    kind: code for code, kind in enumerate("paragraph heading list_item quote code table caption standfirst".split())
}
PROSE = 80  # characters from which on a block with a full stop, not half links, counts as prose
TEXT_COLUMNS = (
    "chars words kind level link_density ends_stop ends_colon starts_lower starts_quote stops commas digits capitals"
    " word_length marks quotes question lines unspaced money is_prose hidden repeats repeated_before"
).split()
CHARS, KIND, LEVEL, LINKS, STOP, IS_PROSE = map(
    TEXT_COLUMNS.index, ("chars", "kind", "level", "link_density", "ends_stop", "is_prose")
)


def text_rows(blocks: Sequence[Block], letters: Letters, hidden: Flags) -> Matrix:
    """What each block's own text looks like; rows as in TEXT_COLUMNS."""
    counts = letters.counts.T
    sizes = letters.sizes.astype(np.float32)
    chars = sizes + 1.5 * counts[kinds_of.UNSPACED]
    words = np.maximum(letters.words, 1)
    links = np.array([block.link_chars for block in blocks], np.float32) / sizes
    last = letters.last
    stop = last == kinds_of.STOP
    closed = (last == kinds_of.QUOTE) | (last == kinds_of.CLOSING)
    repeats, before = _repeats([block.text for block in blocks])
    columns = [
        np.log1p(chars),
        np.log1p(words),
        np.array([KINDS[block.kind] for block in blocks]),
        np.array([block.level or 0 for block in blocks]),
        links,
        stop | (closed & (letters.before_last == kinds_of.STOP)),
        last == kinds_of.COLON,
        letters.first == kinds_of.LOWER,
        letters.first == kinds_of.QUOTE,
        counts[kinds_of.STOP] / words,
        counts[kinds_of.COMMA] / words,
        counts[kinds_of.DIGIT] / sizes,
        letters.capitals / words,
        chars / words,
        counts[kinds_of.MARK] / words,
        counts[kinds_of.QUOTE] / words,
        letters.asks,
        counts[kinds_of.BREAK],
        counts[kinds_of.UNSPACED] / sizes,
        counts[kinds_of.MONEY] > 0,
        (chars >= PROSE) & (counts[kinds_of.STOP] > 0) & (links < 0.5),
        hidden,
        repeats,
        before,
    ]
    return as_rows(columns)


def _repeats(texts: Sequence[str]) -> tuple[Integers, Flags]:
    """How often each text stands on the page, and whether it stood there before."""
    numbers: dict[str, int] = {}
    number = np.array([numbers.setdefault(text, len(numbers)) for text in texts])
    before = np.zeros(len(texts), np.bool_)  # a number is new where it is above all earlier ones
    before[1:] = number[1:] <= np.maximum.accumulate(number)[:-1]
    return np.bincount(number)[number], before
