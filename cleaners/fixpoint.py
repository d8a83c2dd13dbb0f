"""Lines go until nothing more goes: so cleaning a cleaned text changes nothing.

A judge that looks at a line's surroundings may change its mind once other lines are gone. Therefore all judges look
again at what is left, until they find nothing, and the last look they take is the first look they would take at the
output. Judges must decide from the lines present and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from cleaners.assemble import carry_gaps
from cleaners.judges.learned_text import LearnedText, Sight
from cleaners.options import Strictness
from cleaners.segment import Document
from cleaners.segment_text import find_title
from cleaners.text_features import Mask
from items import Block, Verdict

Rules = Callable[[Document], Sequence[Verdict | None]]

ALONE = Verdict(True, "fixpoint", "alone", 0.5, "the only line left")
UNSETTLED = Verdict(True, "fixpoint", "unsettled", 0.5, "the judges did not come to an end, so nothing was removed")
# The judges agree after two or three rounds; a text on which they do not after so many is left alone as a whole,
# which is what happens when it comes back, too.
MOST_ROUNDS = 24


class Cleaned(NamedTuple):
    """What came of a text: a verdict for every line, and which of the kept lines is the title (to be taken out)."""

    verdicts: list[Verdict]
    title: int | None


def clean_lines(
    document: Document,
    learned: LearnedText,
    strictness: Strictness,
    rules: Sequence[Rules] = (),
    detect_language: Callable[[Sequence[Block]], str | None] | None = None,
) -> Cleaned:
    """Judges the lines of a text until nothing more goes.

    Rules speak before the learned judge; where one of them keeps a line, it stays. detect_language: asked at every
    look where nobody vouches for the document's language, so that it is that of the lines present.
    """
    if not document.blocks:
        return Cleaned([], None)
    walk = _Walk(document, learned, strictness, rules, detect_language)
    for _ in range(MOST_ROUNDS):
        if not walk.take_out():
            return walk.settled()
    return Cleaned([UNSETTLED] * len(document.blocks), None)


class _Walk:
    """One text on its way: which lines are still there, and what was said of each."""

    def __init__(
        self,
        document: Document,
        learned: LearnedText,
        strictness: Strictness,
        rules: Sequence[Rules],
        detect_language: Callable[[Sequence[Block]], str | None] | None,
    ) -> None:
        self.document = document
        self.learned = learned
        self.strictness = strictness
        self.rules = rules
        self.detect_language = detect_language
        self.stays = np.ones(len(document.blocks), bool)
        self.said: list[Verdict] = [ALONE] * len(document.blocks)
        self.whole: Sight | None = None

    def take_out(self) -> bool:
        """One look at the lines present, and where that finds nothing one at them without the title."""
        if not self.stays.any():
            return False
        if self._judge(self.stays):
            return True
        title = self.title()
        if title is None:
            return False
        body = self.stays.copy()
        body[title] = False
        return self._judge(body)

    def title(self) -> int | None:
        """The line that is the title as things stand."""
        there = np.flatnonzero(self.stays)[:3].tolist()
        return there[0] if find_title([self.document.blocks[i] for i in there]) == 0 else None

    def settled(self) -> Cleaned:
        """What was said of every line, now that nothing more goes."""
        return Cleaned(self.said, self.title())

    def _judge(self, present: Mask) -> bool:
        """Whether anything among the lines present had to go; it is gone then."""
        places = np.flatnonzero(present).tolist()
        blocks = carry_gaps(self.document.blocks, present.tolist())
        if blocks[0].gap:  # nothing stands before the first line of a text
            blocks[0] = msgspec.structs.replace(blocks[0], gap=0)
        ruled = self._ask_rules(blocks)
        said: list[tuple[int, Verdict]] = [(i, verdict) for i, verdict in enumerate(ruled) if verdict is not None]
        # The learned judge sees the lines that rules remove, too: residue is known by the company it keeps.
        opinion = self.learned.opinion(self._look(blocks, present), self.strictness)
        free = [i for i, verdict in enumerate(ruled) if verdict is None]
        settled = not opinion.remove[free].any() and all(verdict.keep for _, verdict in said)
        said += [(i, self.learned.verdict(opinion, i)) for i in free if settled or opinion.remove[i]]
        for i, verdict in said:
            self.said[places[i]] = verdict
        gone = [places[i] for i, verdict in said if not verdict.keep]
        self.stays[gone] = False
        return bool(gone)

    def _ask_rules(self, blocks: list[Block]) -> list[Verdict | None]:
        given = self.document
        language = self.detect_language(blocks) if self.detect_language else given.language
        shown = Document(blocks, form="text", url=given.url, language=language, headline=given.headline)
        return first_said([rule(shown) for rule in self.rules]) if self.rules else [None] * len(blocks)

    def _look(self, blocks: list[Block], present: Mask) -> Sight:
        if self.whole is None and present.all():
            self.whole = self.learned.look(blocks)
            return self.whole
        known = self.whole.only(present, blocks) if self.whole else None
        return known or self.learned.look(blocks)


def first_said(opinions: Sequence[Sequence[Verdict | None]]) -> list[Verdict | None]:
    """For every line the first verdict that any rule gave."""
    return [next((verdict for verdict in said if verdict), None) for said in zip(*opinions, strict=True)]
