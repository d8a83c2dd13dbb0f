"""The words in class and id values: "entry-content wpBox12" → entry, content, wp, box. What places are known by."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]{2,}(?![a-z])")
MOST_REMEMBERED = 20_000  # names; those of one element have at most 300 characters together
# Nine names in ten have no capitals, and are taken apart in half the time that an expression takes.
PARTED = str.maketrans({chr(code): chr(code) if chr(code).islower() else " " for code in range(128)})


@lru_cache(maxsize=MOST_REMEMBERED)
def name_words(names: str) -> tuple[str, ...]:
    """The words in class and id values, each once: "entry-content wpBox12" → entry, content, wp, box."""
    words = tuple(chain.from_iterable(map(words_of, names.split())))
    return tuple(dict.fromkeys(words)) if len(words) > 1 else words


@lru_cache(maxsize=MOST_REMEMBERED)
def words_of(name: str) -> tuple[str, ...]:
    """The words of one name. The same names stand on all pages of a site, and many on pages of many sites."""
    if name.isascii() and name.islower():
        return tuple(name.translate(PARTED).split())
    return tuple(map(str.lower, WORD.findall(name)))
