"""Texts → counts of kinds of letters, for all blocks of a page at once.

All texts are laid end to end as code points, each is looked up in a table of letter classes, and everything else is
counting. So the cost hardly depends on how many blocks there are, and no script needs a rule of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Columns = list[npt.NDArray[Any]]
"""Features one by one: a value a block in each."""

OTHER, LOWER, UPPER, DIGIT, SPACE, STOP, COMMA, COLON, MARK, QUOTE, UNSPACED, CASELESS, MONEY, CLOSING, BREAK = range(
    15
)
CLASSES = 16  # a power of two: the class is a shift away from the row
PUNCTUATION = {
    STOP: ".!?…。！？｡؟।۔։",
    COMMA: ",，、،;；؛",
    COLON: ":：",
    MARK: "|»›•·/→▶►✓#@+*<>=",
    QUOTE: "\"'“”„‟«»‹›‘’‚「」『』",
    CLOSING: ")]）】",
    BREAK: "\n",
}
QUESTION_MARKS = np.array([ord(character) for character in "?？؟"])
# Kana, Han, Thai, Lao, Khmer, Burmese: written without spaces between words.
UNSPACED_RANGES = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
)
# How many words a character of such a script stands for: Japanese newspapers count about 1.7 characters a word.
WORDS_PER_UNSPACED = 0.6
TABLE_SIZE = 0x10000  # everything beyond is rare letters and emoji: counted as OTHER
CATEGORIES = {"Ll": LOWER, "Lu": UPPER, "Lt": UPPER, "Nd": DIGIT, "Lo": CASELESS, "Lm": CASELESS, "Mn": CASELESS,
              "Mc": CASELESS, "Sc": MONEY, "Zs": SPACE, "Pi": QUOTE, "Pf": QUOTE, "Pe": CLOSING}  # fmt: skip


@cache
def class_table() -> npt.NDArray[np.uint8]:
    """The class of every code point below TABLE_SIZE; OTHER at its end stands for all the rest."""
    table = np.array(
        [CATEGORIES.get(unicodedata.category(chr(point)), OTHER) for point in range(TABLE_SIZE)] + [OTHER], np.uint8
    )
    for start, end in UNSPACED_RANGES:
        letters = table[start : end + 1]
        letters[letters == CASELESS] = UNSPACED
    for code, characters in PUNCTUATION.items():
        table[[ord(character) for character in characters]] = code
    return table


class Letters:
    """Letter counts of some texts, none of them empty. counts: one row a text, one column a class."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.sizes = np.array([len(text) for text in texts], np.int64)
        points = np.frombuffer("".join(texts).encode("utf-32-le", "replace"), np.uint32)
        classes = class_table().take(points, mode="clip")  # the last class stands for all points beyond the table
        self.ends = np.cumsum(self.sizes)
        self.starts = self.ends - self.sizes
        row = np.repeat(np.arange(0, len(texts) * CLASSES, CLASSES), self.sizes)
        row += classes
        counts = np.bincount(row, minlength=len(texts) * CLASSES).reshape(-1, CLASSES)
        self.counts = np.asfortranarray(counts)  # they are asked for class by class
        self.first = classes[self.starts]
        self.last = classes[self.ends - 1]
        self.before_last = classes[np.maximum(self.ends - 2, self.starts)]
        self.asks = np.isin(points[self.ends - 1], QUESTION_MARKS)
        self._count_words(classes)

    def _count_words(self, classes: npt.NDArray[np.uint8]) -> None:
        """words: how many words each text has; capitals: how many of them begin with a capital."""
        letter = IS_LETTER[classes]
        begins = letter.copy()
        begins[1:] &= ~letter[:-1]
        begins[self.starts] = letter[self.starts]
        at = np.flatnonzero(begins)
        row = np.searchsorted(self.ends, at, "right")
        count = len(self.sizes)
        self.capitals = np.bincount(row, classes[at] == UPPER, count)
        self.words = np.bincount(row, minlength=count) + WORDS_PER_UNSPACED * self.counts[:, UNSPACED]


IS_LETTER = np.isin(np.arange(CLASSES), [LOWER, UPPER, DIGIT, CASELESS])
