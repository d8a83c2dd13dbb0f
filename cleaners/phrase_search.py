"""What the rulebook knows of a line, judged alone: a phrase, or several side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import NamedTuple

from cleaners.languages import Languages
from cleaners.normal_form import normal_all, strip
from cleaners.phrase_glance import Glance
from cleaners.prose import is_speech
from cleaners.rulebook import ANYWHERE, BESIDE, EDGES, Phrases, Rule

LONGEST_LINE = 240
LONGEST_ROW = 100
MOST_REMEMBERED = 20_000  # lines, a few megabytes
MOST_PARTS = 12
LONGEST_PHRASE = 6
# Between the parts of a line: bars, bullets, slashes, ends of sentences, line breaks.
PARTING = re.compile(r"[|•·»›→▶►∙/\n]|\s[-–—]\s|(?<=[.!?])\s|(?<=[。！？])")
MAY_PART = re.compile(r"[|•·»›→▶►∙/\n\-–—.!?。！？]")
# The same for the normal form of a line in ASCII; what begins with a character or two is found much faster.
PLAIN_PARTING = re.compile(r"[|/]| (?:- |(?<=[.!?] ))")


class Found(NamedTuple):
    """A line that is a phrase of the rulebook, or several."""

    rule: Rule
    tier: int


class PhraseSearch:
    """Looks lines up; what it finds of a line never changes."""

    def __init__(self, phrases: Phrases, languages: Languages) -> None:
        self.phrases = phrases
        self.glance = Glance(phrases)
        self.languages = languages
        self.remembered: dict[str | None, dict[str, Found | None]] = {}
        """What was found of lines, by the language of the text around them: a text is looked at again and again, and
        what stands around articles repeats."""

    def match(self, text: str, language: str | None) -> Found | None:
        """What the rulebook knows of a line, judged alone. language: ISO 639-1 code of the text around it, if known."""
        return self.match_all([text], language).get(0)

    def match_all(self, texts: Sequence[str], language: str | None) -> dict[int, Found]:
        """The same for the lines of a text, by their places: only those of which something is known."""
        if sum(map(len, self.remembered.values())) >= MOST_REMEMBERED:
            self.remembered.clear()
        known = self.remembered.setdefault(language, {})
        self._learn([text for text in texts if len(text) <= LONGEST_LINE and text not in known], known, language)
        found = map(known.get, texts)
        return {place: each for place, each in enumerate(found) if each is not None}

    def _learn(self, texts: Sequence[str], known: dict[str, Found | None], language: str | None) -> None:
        may_say = self.glance.may_say
        for text, folded in zip(texts, normal_all(texts), strict=True):
            known[text] = self._match(text, folded, language) if may_say(folded) or "\n" in text else None

    def _match(self, text: str, folded: str, language: str | None) -> Found | None:
        found = self.match_whole(folded, language)
        if found is None and self.glance.may_start(folded):
            found = self.match_parts(text, folded, language)
        return None if found is None or is_speech(text) else found

    def match_whole(self, folded: str, language: str | None) -> Found | None:
        """The strongest rule whose phrase the normal form is."""
        best: Found | None = None
        for rule in self.phrases.find(folded):
            tier = rule.tier if self.speaks(rule, folded, language) else min(rule.tier + 1, BESIDE)
            if best is None or tier < best.tier:
                best = Found(rule, tier)
        return best

    def speaks(self, rule: Rule, folded: str, language: str | None) -> bool:
        """Whether the phrase may be taken at its word here: one word of a third language may mean anything."""
        if rule.language == "en" or " " in folded:
            return True
        return rule.tier > ANYWHERE if language is None else self.languages.related(rule.language, language)

    def match_parts(self, text: str, folded: str, language: str | None) -> Found | None:
        """A line made of several phrases: every part must be one."""
        if text.isascii() and "\n" not in text:
            # What is ASCII comes apart in its normal form where it does as it stands.
            pieces: Iterable[str] = map(strip, PLAIN_PARTING.split(folded))
        elif MAY_PART.search(text) and PARTING.search(text):
            pieces = normal_all(PARTING.split(text))
        else:
            pieces = [folded]
        parts = filter(None, pieces)  # one at a time: the first is no phrase as a rule
        first = list(islice(parts, 2))
        found: list[Found] = []
        for part in chain(first, islice(parts, MOST_PARTS - 1)):
            known = self.match_whole(part, language) if len(first) > 1 else None
            several = [known] if known else self.match_row(part, language)
            if not several or len(found) > MOST_PARTS:
                return None
            found += several
        return together(found)

    def match_row(self, folded: str, language: str | None) -> list[Found]:
        """Phrases in a row with nothing between them, as a bar of buttons comes out as text; empty if it is none."""
        if len(folded) > LONGEST_ROW:
            return []
        words = folded.split(" ")
        if not 1 < len(words) <= MOST_PARTS or not self.phrases.vocabulary.issuperset(words):
            return []
        # reached[i]: the phrases that the first i words are made of.
        reached: list[list[Found] | None] = [[]] + [None] * len(words)
        for end in range(1, len(words) + 1):
            reached[end] = self._end_row(words, end, reached, language)
        return reached[-1] or []

    def _end_row(
        self, words: list[str], end: int, reached: list[list[Found] | None], language: str | None
    ) -> list[Found] | None:
        for start in range(max(0, end - LONGEST_PHRASE), end):
            before = reached[start]
            if before is None:
                continue
            phrase = " ".join(words[start:end])
            if before and end < len(words) and phrase in self.languages.glue:
                return before
            known = self.match_whole(phrase, language)
            if known and known.rule.kind in self.phrases.in_rows:
                return [*before, known]
        return None


def together(found: Sequence[Found]) -> Found | None:
    """How sure several phrases in one line make of each other: each is beside the others."""
    if not found:
        return None
    best = min(found, key=lambda each: each.tier)
    tier = best.tier
    if tier == EDGES and len(found) > 2:
        tier = ANYWHERE
    elif tier == BESIDE and len(found) > 1:
        tier = EDGES
    return Found(best.rule, tier)
