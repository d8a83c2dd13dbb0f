"""Text that UTF-8 can hold, and that leaves what stands around it where it is."""

from __future__ import annotations

REORDERING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Embeddings, overrides, isolates and their ends. Marks that only say what direction a letter would (U+200E, U+200F,
U+061C) are none."""
WITHOUT_REORDERING = str.maketrans("", "", REORDERING)


def in_order(text: str) -> str:
    """The text without what could change the order of letters around it: an override nobody closed reaches beyond."""
    return text if text.isascii() else text.translate(WITHOUT_REORDERING)


def sound(text: str) -> str:
    """The text as UTF-8 can hold it: lone surrogates replaced by U+FFFD, everything else untouched."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
