"""The rules judge: residue that can be told by its words or by the container it stands in.

Two passes, as in jusText: first every block is judged alone, then the doubtful ones by their neighbours. The second
pass looks only at prose, which it never removes, and at blocks already removed; so what it leaves, it leaves again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from cleaners.dom_rules import Containers, DomNames, Hit, prose_shares
from cleaners.languages import Evidence, Languages
from cleaners.phrase_search import Found, PhraseSearch
from cleaners.prose import is_prose
from cleaners.rulebook import ANYWHERE, BESIDE, EDGES, NOT_A_KIND, Phrases, read_tables
from cleaners.segment import Document
from items import Block, Verdict

NAME = "rules"
SURE = {ANYWHERE: 0.98, EDGES: 0.95, BESIDE: 0.92}
SURE_OF_CONTAINER = 0.97
SURE_OF_FOREIGN = 0.8
WHERE = {ANYWHERE: "", EDGES: ", outside the prose", BESIDE: ", beside other residue"}


class Rules:
    """The judge. Build it once with `Rules.load()`; what it finds never changes afterwards."""

    def __init__(self, phrases: Phrases, names: DomNames, languages: Languages) -> None:
        self.search = PhraseSearch(phrases, languages)
        self.names = names
        self.languages = languages

    @classmethod
    def load(cls) -> Rules:
        """Reads the package's own rules."""
        tables = read_tables()
        languages = Languages(tables["languages"])
        kinds = {name: table for name, table in tables.items() if name not in NOT_A_KIND}
        return cls(Phrases(kinds), DomNames(tables["dom"]), languages)

    def __call__(self, document: Document) -> list[Verdict | None]:
        """One entry a block: a verdict to remove it, or None."""
        judgement = Judgement(self, document)
        return judgement.verdicts() if judgement.is_needed else [None] * len(document.blocks)


class Judgement:
    """The judging of one document."""

    def __init__(self, rules: Rules, document: Document) -> None:
        self.rules = rules
        self.document = document
        self.blocks = document.blocks
        self.hits = self._containers()
        asked = [block for hit, block in zip(self.hits, self.blocks, strict=True) if hit is None]
        known = iter(rules.search.match_all([block.text for block in asked], document.language))
        self.found = [
            weigh(found, block) if hit is None and (found := next(known)) is not None else None
            for hit, block in zip(self.hits, self.blocks, strict=True)
        ]
        self.is_needed = any(self.hits) or any(self.found)
        self.removed = [
            hit is not None or (found is not None and found.tier == ANYWHERE)
            for hit, found in zip(self.hits, self.found, strict=True)
        ]
        self._spare()

    def verdicts(self) -> list[Verdict | None]:
        """Runs both passes."""
        self._judge_by_neighbours()
        return [self._verdict(position) if gone else None for position, gone in enumerate(self.removed)]

    def _tells(self, position: int) -> bool:
        """Whether a block is prose of which no rule says anything."""
        return self.hits[position] is None and self.found[position] is None and is_prose(self.blocks[position])

    def _spare(self) -> None:
        """Forgets what is doubtful about titles and rows of tables."""
        for position, found in enumerate(self.found):
            if found is None or found.tier == ANYWHERE:
                continue
            if self._is_title(position) or self._in_table(position):
                self.found[position] = None

    def _is_title(self, position: int) -> bool:
        block = self.blocks[position]
        if self.document.form == "text" and position == 0:
            return True
        return (block.level == 1 and block.place is not None) or block.text == self.document.headline

    def _in_table(self, position: int) -> bool:
        """Whether a row has another row beside it; a text line with two bars in it looks like a row, too."""
        around = (position - 1, position, position + 1)
        rows = [each for each in around if 0 <= each < len(self.blocks) and not self.removed[each]]
        return self.blocks[position].kind == "table" and sum(self.blocks[each].kind == "table" for each in rows) > 1

    def _containers(self) -> Sequence[Hit | None]:
        if self.document.form != "html":
            return [None] * len(self.blocks)
        prose = list(map(is_prose, self.blocks))
        headline = next((position for position, block in enumerate(self.blocks) if block.level == 1), None)
        containers = Containers(self.rules.names, prose_shares(self.blocks, prose, headline))
        return [containers.judge(block.place) if block.place is not None else None for block in self.blocks]

    def _judge_by_neighbours(self) -> None:
        places = range(len(self.blocks))
        first = next(filter(self._tells, places), -1)
        last = next(filter(self._tells, reversed(places)), -1)
        if first >= 0:
            self._clear_edges(first, last)
        self._clear_runs(first, last)
        for position in range(1, len(self.blocks)):
            if self.removed[position - 1] and not self.removed[position]:
                self.removed[position] = self.found[position] is not None or self._is_foreign(position, last)
        for position in range(len(self.blocks) - 2, -1, -1):
            if self.removed[position + 1] and self.found[position] is not None:
                self.removed[position] = True

    def _clear_edges(self, first: int, last: int) -> None:
        """Removes what is residue outside the prose, which reaches from `first` to `last`."""
        for position, found in enumerate(self.found):
            if found is not None and found.tier == EDGES and not first <= position <= last:
                self.removed[position] = True

    def _clear_runs(self, first: int, last: int) -> None:
        """Removes doubtful lines that stand side by side: one of them has to be residue at the edges, too.

        first, last: where the prose begins and ends; -1 where there is none.
        """
        for start, end in runs(position for position, found in enumerate(self.found) if found is not None):
            run = [found for found in self.found[start:end] if found is not None]
            inside = 0 <= first < start < last
            if len(run) > 1 and (any(found.tier <= EDGES for found in run) or (len(run) > 2 and not inside)):
                self.removed[start:end] = [True] * (end - start)

    def _is_foreign(self, position: int, last_prose: int) -> bool:
        """Whether a short line after the article and after residue is a widget that speaks another language."""
        if last_prose < 0 or position < last_prose:
            return False
        line = self.blocks[position].text
        if not self.rules.languages.may_be_foreign(line, self.blocks[last_prose].text):
            return False
        return self.evidence is not None and self.evidence.is_foreign(line)

    @cached_property
    def evidence(self) -> Evidence | None:
        """What the prose says of the article's language."""
        told = (block.text for position, block in enumerate(self.blocks) if self._tells(position))
        return self.rules.languages.evidence(told)

    def _verdict(self, position: int) -> Verdict:
        found, hit = self.found[position], self.hits[position]
        if hit is not None:
            return Verdict(False, NAME, hit.section.name, SURE_OF_CONTAINER, f"stands in “{hit.name}”")
        if found is not None:
            said = shorten(self.blocks[position].text)
            return Verdict(False, NAME, found.rule.name, SURE[found.tier], f"says “{said}”{WHERE[found.tier]}")
        return Verdict(
            False, NAME, "foreign_widget", SURE_OF_FOREIGN, "a short line in another language, after residue"
        )


def runs(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring positions as (first, one after the last)."""
    start = end = -1
    for position in positions:
        if position != end:
            if end >= 0:
                yield start, end
            start = position
        end = position + 1
    if end >= 0:
        yield start, end


def shorten(text: str) -> str:
    """The line as it can be quoted in a reason."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"


def is_button(block: Block) -> bool:
    """Whether a block is a link or button and nothing else."""
    if block.place is None:
        return False
    return block.link_chars * 10 >= len(block.text) * 9 or block.place.tag == "button"


def weigh(found: Found, block: Block) -> Found:
    """What a block is that says this: a button with a phrase on it is residue sooner, a row of a table later."""
    if block.kind == "table" and "|" in block.text:  # each cell is a phrase: no proof that it is none of a table
        return Found(found.rule, max(found.tier, EDGES))
    return Found(found.rule, found.tier - 1) if found.tier != ANYWHERE and is_button(block) else found
