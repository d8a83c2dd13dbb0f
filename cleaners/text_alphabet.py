"""The characters of every script by their classes: what words are made of, what parts them, what ends sentences."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Classes of characters. The first eight are what words are made of, or part them.
SPACE, UPPER, LOWER, LETTER, UNSPACED, DIGIT, MARK, STOP, BANG, QUESTION, COMMA, COLON = range(12)
QUOTE, BRACKET, DASH, BAR, AT, LEGAL, MONEY, SYMBOL, OTHER, ELLIPSIS, APOSTROPHE, BREAK = range(12, 24)
CLASSES = 24
NAMED = {
    ".。．։।۔": STOP,
    "!！¡": BANG,
    "?？¿؟": QUESTION,
    ",，、،": COMMA,
    ":;：；": COLON,
    '"“”„«»「」『』‹': QUOTE,
    "()[]{}（）【】": BRACKET,
    "-–—―": DASH,
    "|/\\·•›>→<←»▸▶▼▾＞｜": BAR,
    "@": AT,
    "©®™": LEGAL,
    "…": ELLIPSIS,
    "'’‘`": APOSTROPHE,
    "\n": BREAK,
}
GENERAL = {"Lu": UPPER, "Ll": LOWER, "Nd": DIGIT, "Sc": MONEY, "Pd": DASH}
BY_GROUP = {"L": LETTER, "M": MARK, "N": DIGIT, "Z": SPACE, "S": SYMBOL, "C": SYMBOL, "P": OTHER}
# Kana, Han, Thai, Lao, Khmer, Burmese: written without spaces.
UNSPACED_RANGES = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF)),
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF)),
)
PLANE = 0x10000
BEYOND = 0xEED0  # stands for every character beyond the basic plane (emoji): a private sign
# An unspaced character counts as this share of a word, so that a sentence weighs about the same in every script.
UNSPACED_WORD = 0.5
_IN_WORDS = np.isin(np.arange(CLASSES), (UPPER, LOWER, LETTER, DIGIT, MARK))


class Alphabet(NamedTuple):
    """Per code point of the basic plane: its class, itself in lower case with every digit as 0, and whether it is part
    of words."""

    classes: NDArray[np.uint8]
    folded: NDArray[np.uint16]
    in_words: NDArray[np.bool_]


@cache
def alphabet() -> Alphabet:
    """The table of characters (a constant: it depends on nothing but the Unicode version)."""
    characters = [chr(code) for code in range(PLANE)]
    known: dict[str, int] = {}
    by_category = [known.setdefault(unicodedata.category(character), len(known)) for character in characters]
    kinds = [GENERAL.get(category, BY_GROUP[category[0]]) for category in known]
    classes = np.array(kinds, np.uint8)[by_category]
    for members, kind in NAMED.items():
        classes[[ord(member) for member in members]] = kind
    for start, end in UNSPACED_RANGES:
        stretch = classes[start : end + 1]
        stretch[(stretch == LETTER) | (stretch == MARK)] = UNSPACED
    folded = np.array([_fold(character) for character in characters], dtype=np.uint16)
    folded[classes == DIGIT] = ord("0")
    return Alphabet(classes, folded, _IN_WORDS[classes])


def _fold(character: str) -> int:
    lower = character.lower()
    return ord(lower) if len(lower) == 1 and ord(lower) < PLANE else ord(character)
