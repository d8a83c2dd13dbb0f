"""Words, in every script: the unit in which lengths and overlaps are counted."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
from numpy.typing import NDArray

# Scripts written without spaces between words (kana, Han, Thai, Lao, Khmer, Burmese): each character is one token.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
TOKEN = re.compile(f"[{UNSPACED}]|[^\\W{UNSPACED}]+")


def tokens(text: str) -> list[str]:
    """The text's words, case-folded and compatibility-normalised; in unspaced scripts its characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return TOKEN.findall(text.casefold())


def count_words(text: str) -> int:
    """How many words the text has, for `word_count`: those of `tokens`, before case folding takes letters apart."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        if not text.isascii():
            return _count_in_any_script(text)
    kinds = _kinds().take(np.frombuffer(text.encode(), np.uint8))
    return _count_starts(kinds)


PLANE = 0x10000
NONE, SPACED, ALONE = range(3)


def _count_in_any_script(text: str) -> int:
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)
    if codes.max() >= PLANE:
        codes = codes.copy()
        beyond = codes >= PLANE
        codes[beyond] = [ord("x" if chr(code).isalnum() else " ") for code in codes[beyond]]
    kinds = _kinds().take(codes)
    return _count_starts(kinds) + int(np.count_nonzero(kinds == ALONE))


def _count_starts(kinds: NDArray[np.uint8]) -> int:
    """How many stretches of characters that words are made of there are."""
    spaced = kinds == SPACED
    return int(np.count_nonzero(spaced[1:] > spaced[:-1])) + int(spaced[:1].sum())


@cache
def _kinds() -> NDArray[np.uint8]:
    """Per code point of the basic plane: no part of a word, part of one, or one by itself."""
    kinds = np.zeros(PLANE, np.uint8)
    for found in TOKEN.finditer("".join(map(chr, range(PLANE)))):
        start, end = found.span()
        kinds[start:end] = SPACED
    for found in re.finditer(f"[{UNSPACED}]", "".join(map(chr, range(PLANE)))):
        kinds[found.start()] = ALONE
    return kinds
