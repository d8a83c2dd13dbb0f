"""Lines go until nothing more goes: so cleaning a cleaned text changes nothing.

A judge that looks at a line's surroundings may change its mind once other lines are gone. Therefore all judges look
again at what is left, until they find nothing, and the last look they take is the first look they would take at the
output. Judges must decide from the lines present and nothing else; the title is never among them, because the output
does not hold it. Many texts are on their way at once, for speed: each comes out as it would alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from cleaners.assemble import carry_gaps
from cleaners.bundles import bundles
from cleaners.judges.learned_text import LearnedText, Opinion, Sight, together
from cleaners.options import Strictness
from cleaners.segment import Document
from cleaners.segment_text import find_title
from cleaners.text_lines import Ints
from cleaners.text_units import Units, units_of, wrapped_at
from items import Block, Verdict

Rules = Callable[[Document], Sequence[Verdict | None]]
DetectLanguage = Callable[[Sequence[Block]], str | None]
Say = Callable[[Opinion, Ints], Sequence[Verdict]]

ALONE = Verdict(True, "fixpoint", "alone", 0.5, "the only line left")
UNSETTLED = Verdict(True, "fixpoint", "unsettled", 0.5, "the judges did not come to an end, so nothing was removed")
# The judges agree after two or three rounds; a text on which they do not after so many is left alone as a whole,
# which is what happens when it comes back, too.
MOST_ROUNDS = 24
UNKNOWN = -1
# Characters of the texts that are on their way at once: more do not fit in a processor's own cache.
ON_THEIR_WAY = 1 << 19


class Cleaned(NamedTuple):
    """What came of a text: a verdict for every line, which of the kept lines is the title, and the text's language."""

    verdicts: list[Verdict]
    title: int | None
    language: str | None


def clean_lines(
    documents: Sequence[Document],
    learned: LearnedText,
    strictness: Strictness,
    rules: Sequence[Rules] = (),
    detect_language: DetectLanguage | None = None,
    *,
    reasons: bool = True,
) -> list[Cleaned]:
    """Judges the lines of texts until nothing more goes.

    Rules speak before the learned judge; where one of them keeps a line, it stays. detect_language: asked at every
    look where nobody vouches for a document's language, so that it is that of the lines present. reasons: whether the
    learned judge says how sure it is of the lines it keeps, and why it removes the others: that takes time.
    """
    walks = [_Walk(document, rules, detect_language) for document in documents]
    say = learned.verdicts if reasons else learned.short_verdicts
    for some in bundles(walks, _size, ON_THEIR_WAY):
        _walk_to_the_end(some, learned, strictness, say)
    return [Cleaned(walk.said, walk.title, walk.language) for walk in walks]


def _walk_to_the_end(walks: Sequence[_Walk], learned: LearnedText, strictness: Strictness, say: Say) -> None:
    open_walks = [walk for walk in walks if walk.look_again()]
    eyes = _Eyes(learned)
    for _ in range(MOST_ROUNDS):
        if not open_walks:
            break
        open_walks, sight = eyes.see(open_walks)
        opinion = learned.opinion(sight, strictness)
        for walk, start in zip(open_walks, opinion.bounds.tolist(), strict=False):
            walk.judge(opinion, start, say)
        open_walks = [walk for walk in open_walks if not walk.settled and walk.look_again()]
    for walk in open_walks:
        walk.give_up()


def _size(walk: _Walk) -> int:
    return sum(len(block.text) for block in walk.document.blocks)


class _Walk:
    """One text on its way: which lines are still there, and what was said of each."""

    def __init__(self, document: Document, rules: Sequence[Rules], detect_language: DetectLanguage | None) -> None:
        self.document = document
        self.rules = rules
        self.detect_language = detect_language
        self.language = document.language
        self.stays = [True] * len(document.blocks)
        self.said: list[Verdict] = [ALONE] * len(document.blocks)
        self.title: int | None = None
        self.settled = not document.blocks
        self.places: list[int] = []
        """The lines that are judged now, by their places in the document."""
        self.shown: list[Block] = []
        self.units: Units | None = None
        self.rows: Ints | None = None
        """Per line of the document where the first look of all has it, or UNKNOWN."""

    def look_again(self) -> bool:
        """Turns to the lines present without their title; whether there are any."""
        blocks = carry_gaps(self.document.blocks, self.stays)
        self.places = [place for place, stays in enumerate(self.stays) if stays]
        self.title = None
        if find_title(blocks) is not None:
            self.title, self.places, blocks = self.places[0], self.places[1:], blocks[1:]
        if blocks and blocks[0].gap:  # nothing stands before the first line of a text
            blocks[0] = msgspec.structs.replace(blocks[0], gap=0)
        self.shown = blocks
        self.settled = not blocks
        return bool(blocks)

    def judge(self, opinion: Opinion, start: int, say: Say) -> None:
        """Takes out what has to go; where nothing has to, the text is settled. `start`: of its units in the opinion."""
        assert self.units is not None
        unit = self.units.of_line + start
        remove = opinion.remove[unit].tolist()
        ruled = self._ask_rules()
        # The learned judge sees the lines that rules remove, too: residue is known by the company it keeps.
        gone = [
            place for place, verdict in enumerate(ruled) if (remove[place] if verdict is None else not verdict.keep)
        ]
        self.settled = not gone
        told = range(len(ruled)) if self.settled else gone
        for place, learned in zip(told, say(opinion, unit[told]), strict=True):
            line = self.places[place]
            self.said[line] = ruled[place] or learned
            self.stays[line] = self.settled

    def give_up(self) -> None:
        """Leaves the text as it was."""
        self.said = [UNSETTLED] * len(self.document.blocks)
        self.title = None

    def _ask_rules(self) -> list[Verdict | None]:
        given = self.document
        if self.detect_language and given.language is None:
            self.language = self.detect_language(self.shown)
        if not self.rules:
            return [None] * len(self.shown)
        shown = Document(self.shown, form="text", url=given.url, language=self.language, headline=given.headline)
        return first_said([rule(shown) for rule in self.rules])


class _Eyes:
    """The looks at many texts: what was counted once is not counted again."""

    def __init__(self, learned: LearnedText) -> None:
        self.learned = learned
        self.first: Sight | None = None

    def see(self, walks: Sequence[_Walk]) -> tuple[list[_Walk], Sight]:
        """The lines that the texts show now, and the texts in the order of the sight."""
        if self.first is None:
            return list(walks), self._first_look(walks)
        known = sorted(filter(self._is_known, walks), key=_first_row)  # as the first look has them
        afresh = [walk for walk in walks if walk.units is None]
        sights = [self._again(known)] if known else []
        if afresh:
            for walk in afresh:
                walk.units = units_of(walk.shown)
            sights.append(self.learned.look([walk.units for walk in afresh if walk.units]))
        return [*known, *afresh], together(sights)

    def _first_look(self, walks: Sequence[_Walk]) -> Sight:
        start = 0
        for walk in walks:
            walk.units = units_of(walk.shown)
            if len(walk.units.texts) == len(walk.shown):  # nothing was joined
                walk.rows = np.full(len(walk.document.blocks), UNKNOWN)
                walk.rows[walk.places] = np.arange(start, start + len(walk.shown))
            start += len(walk.units.texts)
        self.first = self.learned.look([walk.units for walk in walks if walk.units])
        return self.first

    def _is_known(self, walk: _Walk) -> bool:
        """Whether the first look has all lines that the text shows now, each by itself. Its units are then those."""
        walk.units = None
        if walk.rows is None or (walk.rows[walk.places] == UNKNOWN).any() or wrapped_at(walk.shown):
            return False
        nothing = np.zeros(0, bool)
        walk.units = Units([], np.zeros(0, np.float32), nothing, nothing, np.arange(len(walk.shown)))
        return True

    def _again(self, walks: Sequence[_Walk]) -> Sight:
        assert self.first is not None
        stay = np.zeros(len(self.first.rows), bool)
        for walk in walks:
            assert walk.rows is not None
            stay[walk.rows[walk.places]] = True
        return self.first.only(stay)


def _first_row(walk: _Walk) -> int:
    assert walk.rows is not None
    return int(walk.rows[walk.places[0]])


def first_said(opinions: Sequence[Sequence[Verdict | None]]) -> list[Verdict | None]:
    """For every line the first verdict that any rule gave."""
    if len(opinions) == 1:
        return list(opinions[0])
    return [next((verdict for verdict in said if verdict), None) for said in zip(*opinions, strict=True)]
