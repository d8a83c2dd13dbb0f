"""A quick look at a line: whether it may be a phrase of the rulebook at all, told by how it begins and ends."""

from __future__ import annotations

import re
from functools import cached_property

from cleaners.rulebook import KEY, SIZES, Phrases

END = 5  # letters of a literal by which it is told whether a line may hold it
FIRST_WORD = re.compile(r"[\w©][\w'’-]*")
INSIDE = re.compile(r"[^\w\s,'’\"()&]")  # what may stand between two parts of a line is among these
# The same in ASCII, named one by one: so it is found much faster.
PLAIN_INSIDE = re.compile("[" + re.escape("".join(filter(INSIDE.match, map(chr, range(128))))) + "]")
LETTERS = re.compile(r"[^\W_]+")
FIRST_SIGNS = "_©"  # what a first word may begin with beside letters and digits


class Glance:
    """Asked of every line, before what knows phrases is; what it needs is told by the phrases once."""

    def __init__(self, phrases: Phrases) -> None:
        self.phrases = phrases
        self.exact, self.by_start, self.by_end = phrases.exact, phrases.by_start, phrases.by_end

    def may_start(self, text: str) -> bool:
        """Whether the first word of a normal form, or in unspaced scripts its first letters, begins some phrase."""
        starts = self.starts
        if not text.isascii() and text[:2] in starts:
            return text[0].isalnum() or text[0] in FIRST_SIGNS
        word = text.partition(" ")[0]
        if not word.isalnum():
            found = FIRST_WORD.match(text)
            word = found[0] if found else ""
        return word in starts

    def may_say(self, text: str) -> bool:
        """Whether a line with this normal form may be a phrase, or several: a quick look, before which few lines stand.

        Where a line begins with two words and nothing between them but a blank, a phrase begins with both, or has a
        blank for the second, or is the first of a row.
        """
        near = self.by_end.get(text[-KEY:])
        if (near is not None and text.endswith(near.literals)) or text[:KEY] in self.odd:
            return True
        if not text.isascii() and any(text[:size] in self.odd or text[-size:] in self.by_end for size in SIZES):
            return True
        first, _, rest = text.partition(" ")
        if not first.isalnum():
            return self.may_start(text)
        if first not in self.starts or not rest:
            return text in self.exact
        second = LETTERS.match(rest)
        if second is None or first in self.open or (first, second[0]) in self.pairs:
            return True
        return (first in self.phrases.vocabulary and second[0] in self.beginnings) or self._may_end_inside(text)

    def _may_end_inside(self, text: str) -> bool:
        """Whether a part of the line may be a phrase that is told by its end."""
        plain = text.isascii()
        inside = PLAIN_INSIDE if plain else INSIDE
        return inside.search(text) is not None and any(map(text.__contains__, self.ends[plain]))

    @cached_property
    def ends(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The last letters of phrases that are told by their end: all of them, and those in ASCII."""
        ends = sorted({literal[-END:] for near in self.by_end.values() for literal in near.literals})
        return tuple(ends), tuple(filter(str.isascii, ends))

    @cached_property
    def literals(self) -> list[str]:
        """What phrases begin with, up to the first blank."""
        return [*self.exact, *(literal for near in self.by_start.values() for literal in near.literals)]

    @cached_property
    def starts(self) -> frozenset[str]:
        """First words of all phrases; of phrases in scripts that are not ASCII also the first two letters."""
        words = {word[0] for word in map(FIRST_WORD.match, self.literals) if word}
        return frozenset(words | {literal[:2] for literal in self.literals if not literal.isascii()})

    @cached_property
    def odd(self) -> frozenset[str]:
        """First letters of phrases that begin with no word, or with a blank after part of one."""
        words = ((literal, FIRST_WORD.match(literal)) for literal in self.literals)
        return frozenset(
            literal[:KEY]
            for literal, word in words
            if word is None or (word.end() == len(literal) and literal not in self.exact)
        )

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The first word of every phrase, and the letters its second begins with."""
        words = (literal.split(" ", 2) for literal in self.literals)
        return frozenset((each[0], letters[0]) for each in words if each[1:] and (letters := LETTERS.match(each[1])))

    @cached_property
    def open(self) -> frozenset[str]:
        """First words after which phrases have a blank before the second is over, or a second that begins otherwise."""
        starts = {literal for near in self.by_start.values() for literal in near.literals}
        words = ((literal, literal.split(" ", 2)) for literal in self.literals)
        return frozenset(
            each[0]
            for literal, each in words
            if (literal in starts and len(each) < 3) or (each[1:] and LETTERS.match(each[1]) is None)
        )

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The letters that words of the vocabulary begin with."""
        return frozenset(letters[0] for letters in map(LETTERS.match, self.phrases.vocabulary) if letters)
