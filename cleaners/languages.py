"""What tells languages apart in a few words: the small words that every text of a language uses, and the script.

A guess from three words is easily wrong, so nothing is guessed: a line counts as foreign only when it uses a small
word of another language, none of the article's own, and no word that the article uses.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from itertools import islice
from typing import Any

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Figures chosen to err towards "not foreign"; an article of a few lines is no evidence.
MOST_WORDS = 6
LONGEST_LABEL = 80  # characters
FEWEST_PROSE_WORDS = 60
MOST_PROSE_CHARACTERS = 20_000
SAMPLE = 400  # words of the article by which its language is told
LEADING = 3  # so many times as many small words of the article's language as of any unrelated one
SENTENCE_ENDS = (".", "!", "?", "…", ":", ";", ",", "。", "！", "？", "।", "۔", "؟", "”", '"', "»", "」")


class Languages:
    """Small words by language, families of languages, and the words that join two buttons ("Log in or Sign up")."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """table: the content of languages.toml."""
        self.small = {language: frozenset(words.split()) for language, words in table["small_words"].items()}
        self.family = {code: name for name, codes in table["families"].items() for code in codes.split()}
        self.glue = frozenset(table["glue"].split())
        self.speakers: dict[str, list[str]] = {}
        for language, small in self.small.items():
            for word in small:
                self.speakers.setdefault(word, []).append(language)

    def related(self, one: str, other: str) -> bool:
        """Whether the two ISO 639-1 codes mean the same language or close relatives, which share their short words."""
        return bool(self.family.get(one, one) == self.family.get(other, other))

    def may_be_foreign(self, line: str, prose: str) -> bool:
        """Whether the line is short and without punctuation, and either in another script than the prose or with a
        small word of some language in it: no other line is worth looking for evidence."""
        words = _words_of_label(line)
        return bool(words) and (any(word in self.speakers for word in words) or _script(line) != _script(prose))

    def of(self, words: Iterable[str]) -> str | None:
        """The language whose small words clearly lead among these; None where none does."""
        counts: dict[str, int] = {}
        for word in words:
            for language in self.speakers.get(word, ()):
                counts[language] = counts.get(language, 0) + 1
        if not counts:
            return None
        best = max(sorted(counts), key=counts.__getitem__)
        rival = max((count for language, count in counts.items() if not self.related(language, best)), default=0)
        return best if counts[best] > LEADING * rival else None

    def evidence(self, prose: Iterable[str]) -> Evidence | None:
        """What the article's prose says of its language; None where it says too little."""
        text = _beginning(prose, MOST_PROSE_CHARACTERS)
        words = [word[0] for word in islice(WORD.finditer(text.casefold()), SAMPLE)]
        language = self.of(words) if len(words) >= FEWEST_PROSE_WORDS else None
        return Evidence(self, language, text) if language else None


class Evidence:
    """An article's language, words and script."""

    def __init__(self, languages: Languages, language: str, text: str) -> None:
        self.languages = languages
        self.language = language
        self.text = text
        self.script = _script(text)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the article; few lines are such that they must be known."""
        return frozenset(_words(self.text))

    def is_foreign(self, line: str) -> bool:
        """Whether a short line without punctuation at its end is in another language than the article."""
        words = _words_of_label(line)
        if not words or not (self._says_small_word(words) or _script(line) != self.script):
            return False
        return self.words.isdisjoint(words)

    def _says_small_word(self, words: list[str]) -> bool:
        own = self.languages.small[self.language]
        return own.isdisjoint(words) and any(
            not small.isdisjoint(words)
            for language, small in self.languages.small.items()
            if not self.languages.related(language, self.language)
        )


def _words_of_label(line: str) -> list[str]:
    """The words of a short line without punctuation at its end; none of any other line."""
    if len(line) > LONGEST_LABEL or line.rstrip().endswith(SENTENCE_ENDS):
        return []
    words = _words(line)
    return words if 2 <= len(words) <= MOST_WORDS else []


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _script(text: str) -> str:
    """The script most letters are of, by the first word of their Unicode names."""
    text = text[:400]
    if text.isascii():
        return "LATIN" if any(map(str.isalpha, text)) else ""
    names = Counter(map(_script_of, filter(str.isalpha, text)))
    return max(sorted(names), key=names.__getitem__) if names else ""


@cache
def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _beginning(texts: Iterable[str], most: int) -> str:
    """The first so many characters of texts with a space between them."""
    found: list[str] = []
    size = 0
    for text in texts:
        found.append(text)
        size += len(text) + 1
        if size > most:
            break
    return " ".join(found)[:most]
