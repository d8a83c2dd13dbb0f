"""Words, in every script: the unit in which lengths and overlaps are counted."""

from __future__ import annotations

import re
import unicodedata

# Scripts written without spaces between words (kana, Han, Thai, Lao, Khmer, Burmese): each character is one token.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
TOKEN = re.compile(f"[{UNSPACED}]|[^\\W{UNSPACED}]+")


def tokens(text: str) -> list[str]:
    """The text's words, case-folded and compatibility-normalised; in unspaced scripts its characters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return TOKEN.findall(text.casefold())


def count_words(text: str) -> int:
    """How many words the text has, for `word_count`."""
    return len(tokens(text))
