"""The rules judge: residue that can be told by its words or by the container it stands in.

Two passes, as in jusText: first every block is judged alone, then the doubtful ones by their neighbours. The second
pass looks only at prose, which it never removes, and at blocks already removed; so what it leaves, it leaves again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from cleaners.dom_rules import Containers, DomNames, Hit, prose_shares
from cleaners.languages import Evidence, Languages
from cleaners.phrase_search import Found, PhraseSearch
from cleaners.prose import FEWEST_CHARACTERS, is_prose
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
        return judgement.verdicts() if judgement.hits or judgement.found else [None] * len(document.blocks)


class Judgement:
    """The judging of one document. Of most blocks no rule says anything: what some say is kept by their places."""

    def __init__(self, rules: Rules, document: Document) -> None:
        self.rules = rules
        self.document = document
        self.blocks = document.blocks
        self.hits = self._containers()
        self.found = self._phrases()
        self.removed = [False] * len(self.blocks)
        for place in (*self.hits, *(place for place, found in self.found.items() if found.tier == ANYWHERE)):
            self.removed[place] = True
        self._spare()

    def verdicts(self) -> list[Verdict | None]:
        """Runs both passes."""
        self._judge_by_neighbours()
        said: list[Verdict | None] = [None] * len(self.blocks)
        for position in self._gone():
            said[position] = self._verdict(position)
        return said

    def _gone(self) -> list[int]:
        return [position for position, gone in enumerate(self.removed) if gone]

    def _containers(self) -> dict[int, Hit]:
        if self.document.form != "html":
            return {}
        prose = list(map(is_prose, self.blocks))
        headline = next((position for position, block in enumerate(self.blocks) if _is_h1(block)), None)
        containers = Containers(self.rules.names, prose_shares(self.blocks, prose, headline))
        placed = ((position, block.place) for position, block in enumerate(self.blocks) if block.place is not None)
        return {position: hit for position, place in placed if (hit := containers.judge(place)) is not None}

    def _phrases(self) -> dict[int, Found]:
        """What is found of blocks outside of such containers."""
        places = [place for place in range(len(self.blocks)) if place not in self.hits]
        texts = [self.blocks[place].text for place in places]
        found = self.rules.search.match_all(texts, self.document.language)
        return {places[at]: weigh(each, self.blocks[places[at]]) for at, each in found.items()}

    def _tells(self, position: int) -> bool:
        """Whether a block is prose of which no rule says anything."""
        return is_prose(self.blocks[position]) and position not in self.hits and position not in self.found

    def _spare(self) -> None:
        """Forgets what is doubtful about titles and rows of tables."""
        doubtful = [position for position, found in self.found.items() if found.tier != ANYWHERE]
        for position in doubtful:
            if self._is_title(position) or self._in_table(position):
                del self.found[position]

    def _is_title(self, position: int) -> bool:
        block = self.blocks[position]
        if self.document.form == "text" and position == 0:
            return True
        return _is_h1(block) or block.text == self.document.headline

    def _in_table(self, position: int) -> bool:
        """Whether a row has another row beside it; a text line with two bars in it looks like a row, too."""
        around = (position - 1, position, position + 1)
        rows = [each for each in around if 0 <= each < len(self.blocks) and not self.removed[each]]
        return self.blocks[position].kind == "table" and sum(self.blocks[each].kind == "table" for each in rows) > 1

    def _judge_by_neighbours(self) -> None:
        first = next(filter(self._tells, self.long), -1)
        last = next(filter(self._tells, reversed(self.long)), -1)
        if first >= 0:
            self._clear_edges(first, last)
        self._clear_runs(first, last)
        for position in self._gone():
            self._clear_after(position, last)
        for position in sorted(self.found, reverse=True):
            if self.removed[position + 1 : position + 2] == [True]:
                self.removed[position] = True

    def _clear_edges(self, first: int, last: int) -> None:
        """Removes what is residue outside the prose, which reaches from `first` to `last`."""
        for position, found in self.found.items():
            if found.tier == EDGES and not first <= position <= last:
                self.removed[position] = True

    def _clear_runs(self, first: int, last: int) -> None:
        """Removes doubtful lines that stand side by side: one of them has to be residue at the edges, too.

        first, last: where the prose begins and ends; -1 where there is none.
        """
        for start, end in runs(sorted(self.found)):
            surest = min(self.found[position].tier for position in range(start, end))
            inside = 0 <= first < start < last
            if end - start > 1 and (surest <= EDGES or (end - start > 2 and not inside)):
                self.removed[start:end] = [True] * (end - start)

    def _clear_after(self, position: int, last: int) -> None:
        """Removes what is doubtful right after a removed block, and what is doubtful after that. last: of the prose."""
        for after in range(position + 1, len(self.blocks)):
            if self.removed[after] or not (after in self.found or self._is_foreign(after, last)):
                return
            self.removed[after] = True

    def _is_foreign(self, position: int, last_prose: int) -> bool:
        """Whether a short line after the article and after residue is a widget that speaks another language."""
        if last_prose < 0 or position < last_prose:
            return False
        line = self.blocks[position].text
        if not self.rules.languages.may_be_foreign(line, self.blocks[last_prose].text):
            return False
        return self.evidence is not None and self.evidence.is_foreign(line)

    @cached_property
    def long(self) -> list[int]:
        """Blocks that are long enough for prose."""
        return [position for position, block in enumerate(self.blocks) if len(block.text) >= FEWEST_CHARACTERS]

    @cached_property
    def evidence(self) -> Evidence | None:
        """What the prose says of the article's language."""
        told = (self.blocks[position].text for position in self.long if self._tells(position))
        return self.rules.languages.evidence(told)

    def _verdict(self, position: int) -> Verdict:
        found, hit = self.found.get(position), self.hits.get(position)
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


def _is_h1(block: Block) -> bool:
    """Whether a block of a page is a heading of the first order; items of lists have levels, too."""
    return block.kind == "heading" and block.level == 1 and block.place is not None


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
