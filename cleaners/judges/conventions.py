"""What belongs to an article but not to its body: the headline and whatever block kinds the caller left out.

The convention is the reader's: the body is what one would quote, and the headline, byline and captions have fields of
their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from cleaners.class_words import name_words
from cleaners.segment import Document
from cleaners.tokens import tokens
from items import Block, BlockKind, Place, Verdict

NAME = "conventions"
HEADLINE = Verdict(False, NAME, "headline", 1.0, "is the title")
REPEAT = Verdict(False, NAME, "repeat", 0.95, "stands on the page already")
# In characters. Shorter blocks may repeat on purpose: refrains, "Yes.", table rows.
SHORTEST_REPEAT = 80
FIRST_WORDS, PEEK = 3, 60  # characters among which so many words are found nearly always
MAY_REPEAT = frozenset(("list_item", "table"))
STANDFIRST = Verdict(
    True,
    NAME,
    "standfirst",
    0.8,
    "between headline and body, and named an introduction or what the page says it is about",
)
FURTHEST_FROM_BODY = 12  # blocks: byline, date, share bar and picture stand between
SPELLING = 10  # characters by which two spellings of one headline may differ
CERTAIN = 0.97
BYLINE = Verdict(False, NAME, "byline", 0.9, "names the author or the day, which are fields of their own")
AUTHOR_NOTE = Verdict(False, NAME, "author_note", 0.85, "tells of the author, after the article")
BYLINE_KINDS = frozenset(("paragraph", "standfirst"))
FURTHEST_BYLINE = 4  # kept blocks
MOST_BYLINE_WORDS = 14
LONGEST_NAMES = 100  # characters
SHORTEST_PROSE = 80  # characters
FURTHEST_NOTE = 3  # kept blocks from the end
LONGEST_NOTE = 400  # characters
MOST_HEADING_WORDS = 4
STOPS = (".", "!", "?", "…", "”", '"', ":")
NUMBER = re.compile("[0-9]{1,4}")
# What sites call the introduction in class names. "summary" and "description" say it too often of other things.
STANDFIRST_WORDS = frozenset(
    "standfirst dek deck subtitle subheadline subheading subhead subheader subtitulo sottotitolo entradilla bajada"
    " chapo chapeau ingress preamble vorspann lead leadtext lede intro introduction teasertext manchet abstract"
    " excerpt leadin".split()
)
SHORTEST_STANDFIRST = 40  # characters
FURTHEST_STANDFIRST = 3  # blocks
STANDFIRST_LEVELS = 2
ITEMS = frozenset(("li", "dt", "dd"))
LAYOUT_ITEM = 5  # kept blocks: more than an item of a list holds
SAME_START = 60  # characters


def headline(document: Document) -> list[Verdict | None]:
    """Removes the blocks that are the document's headline and nothing else."""
    title = document.headline or ""
    title_tokens = tokens(title)
    if not title_tokens:
        return [None] * len(document.blocks)
    # Lengths first: they settle it for nearly every block.
    least, most = len(title) - SPELLING, len(title) + SPELLING
    return [
        HEADLINE if least <= len(block.text) <= most and tokens(block.text) == title_tokens else None
        for block in document.blocks
    ]


def with_sections(blocks: Sequence[Block], verdicts: Sequence[Verdict], others: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, with headings left to the other judges that say what the headline says but head a section: of a
    lower level than the headline, and below part of the body."""
    decided = list(verdicts)
    begun = False
    above: int | None = None
    for position, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if verdict.keep:
            begun = begun or above is not None
        elif verdict.rule == HEADLINE.rule and block.kind == "heading":
            if above is None:
                above = block.level
            elif begun and (block.level or 1) > above:
                decided[position] = others[position]
    return decided


def with_standfirst(blocks: Sequence[Block], verdicts: Sequence[Verdict], summary: str | None) -> list[Verdict]:
    """The verdicts, with an introduction kept that another judge doubted: between the headline and the body, and in an
    element that is named for it, or what the page's own description says.

    Answers that the judge learned from disagree: of the mixed development set a third leaves introductions out, of the
    news set next to none. A reader would quote them.
    """
    decided = list(verdicts)
    body = next((position for position, verdict in enumerate(verdicts) if verdict.keep), len(blocks))
    for position in range(max(_above(blocks, verdicts, body) + 1, body - FURTHEST_FROM_BODY), body):
        doubted = verdicts[position].rule == "boilerplate" and verdicts[position].confidence < CERTAIN
        if doubted and _is_standfirst(blocks[position], summary):
            decided[position] = STANDFIRST
    return decided


def _above(blocks: Sequence[Block], verdicts: Sequence[Verdict], body: int) -> int:
    """Where the headline stands: the first block that is one, or if none is known the nearest heading of the first or
    second order above the body; where it begins if there is none either."""
    headlines = (at for at in range(body) if verdicts[at].rule == HEADLINE.rule)
    headings = (at for at in range(body - 1, -1, -1) if _may_be_headline(blocks[at]))
    return next(headlines, next(headings, body))


def _may_be_headline(block: Block) -> bool:
    return block.kind == "heading" and (block.level or 1) <= 2


def name_standfirst(blocks: Sequence[Block], verdicts: Sequence[Verdict], summary: str | None) -> list[Block]:
    """The blocks, with the introduction above the body called by its name.

    It is among the first kept blocks, and its element says so or the page's own description is the same text.
    """
    named = list(blocks)
    kept = [position for position, verdict in enumerate(verdicts) if verdict.keep]
    for position in kept[:FURTHEST_STANDFIRST]:
        if _is_standfirst(blocks[position], summary):
            named[position] = msgspec.structs.replace(blocks[position], kind="standfirst", level=None)
    return named


def name_paragraphs(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[Block]:
    """The blocks, with items of lists that only lay out the page called paragraphs: a kept item of many blocks."""
    items = [
        _item_around(block.place) if verdict.keep and block.kind == "list_item" else None
        for block, verdict in zip(blocks, verdicts, strict=True)
    ]
    held = Counter(item.number for item in items if item is not None)
    return [
        block
        if item is None or held[item.number] < LAYOUT_ITEM
        else msgspec.structs.replace(block, kind="paragraph", level=None)
        for block, item in zip(blocks, items, strict=True)
    ]


def _item_around(place: Place | None) -> Place | None:
    while place is not None and place.tag not in ITEMS:
        place = place.parent
    return place


def _is_standfirst(block: Block, summary: str | None) -> bool:
    if block.kind not in ("paragraph", "heading") or len(block.text) < SHORTEST_STANDFIRST:
        return False
    if summary and block.text[:SAME_START] == summary[:SAME_START]:
        return len(block.text) < 2 * len(summary)  # a body's first paragraph often begins like its description
    place, names = block.place, block.inner
    for _ in range(STANDFIRST_LEVELS):
        if place is not None:
            names, place = f"{names} {place.names}", place.parent
    return not STANDFIRST_WORDS.isdisjoint(name_words(names))


def without_byline(
    blocks: Sequence[Block],
    verdicts: Sequence[Verdict],
    authors: Sequence[str],
    published: str | None,
    named: Sequence[str] = (),
) -> list[Verdict]:
    """The verdicts, with lines turned down that are about the author or the day: they are fields of their own.

    Above the body that is a byline, below it a note that begins with an author's name, and the heading over it.
    named: whom else anything on the page names as an author; a line of nothing but such names is a byline, too.
    """
    # A name of one word is a word, or part of one, of too many sentences: an agency, "Ed", "Ana".
    names = [author.casefold() for author in authors if " " in author]
    day = {published[:4], published[8:10].lstrip("0")} if published else set()
    words = {word for name in named if " " in name for word in tokens(name)}
    decided = list(verdicts)
    kept = [position for position, verdict in enumerate(verdicts) if verdict.keep]
    begun = False
    for position in kept[:FURTHEST_BYLINE]:
        block = blocks[position]
        if _is_byline(block, names, day) or (not begun and _is_nothing_but(block, words)):
            decided[position] = BYLINE
        begun = begun or (block.kind == "paragraph" and len(block.text) >= SHORTEST_PROSE)
    for position in _author_note(blocks, kept, names):
        decided[position] = AUTHOR_NOTE
    return decided


def _author_note(blocks: Sequence[Block], kept: Sequence[int], names: Sequence[str]) -> Sequence[int]:
    for index in range(max(len(kept) - FURTHEST_NOTE, len(kept) // 2), len(kept)):
        text = blocks[kept[index]].text
        if len(text) <= LONGEST_NOTE and text.casefold().startswith(tuple(names)):
            headed = index > 0 and len(blocks[kept[index - 1]].text.split()) <= MOST_HEADING_WORDS
            return kept[index - headed : index + 1]
    return ()


def _is_byline(block: Block, names: Sequence[str], day: set[str]) -> bool:
    """Whether a block names the author or the day; a standfirst may name one of them and has to name both."""
    if block.kind not in BYLINE_KINDS or len(block.text.split()) > MOST_BYLINE_WORDS or block.text.endswith(STOPS):
        return False  # a sentence: the body has begun; or a line that introduces what follows
    folded = block.text.casefold()
    numbers = {number.lstrip("0") for number in NUMBER.findall(folded)}
    signs = (any(name in folded for name in names), bool(day) and day <= numbers)
    return all(signs) if block.kind == "standfirst" else any(signs)


def _is_nothing_but(block: Block, words: set[str]) -> bool:
    """Whether a line has no other words than these, and two of them at least."""
    if block.kind != "paragraph" or len(block.text) > LONGEST_NAMES or block.text.endswith(STOPS):
        return False
    said = tokens(block.text)
    return len(said) > 1 and words.issuperset(said)


def keep_to_body(blocks: Sequence[Block], verdicts: Sequence[Verdict], body: frozenset[BlockKind]) -> list[Verdict]:
    """The verdicts, with kept blocks turned down that are of no body kind or repeat an earlier kept block."""
    repeats = Repeats(block for block, verdict in zip(blocks, verdicts, strict=True) if verdict.keep)
    return [
        _of_other_kind(block, body) or repeats.turn_down(block) or verdict if verdict.keep else verdict
        for block, verdict in zip(blocks, verdicts, strict=True)
    ]


def _of_other_kind(block: Block, body: frozenset[BlockKind]) -> Verdict | None:
    if block.kind in body:
        return None
    return Verdict(False, NAME, block.kind, 1.0, f"a {block.kind.replace('_', ' ')} is not part of the body here")


class Repeats:
    """What was kept so far. A page may hold its text twice, for wide and for narrow screens.

    A plan's items and a table's rows repeat on purpose: they go only where the paragraph before them was a repeat.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        """blocks: all that `turn_down` will be asked about. Only those that begin alike are compared whole."""
        long = [block.text for block in blocks if len(block.text) >= SHORTEST_REPEAT]
        self.beginnings = {text: beginning(text) for text in long}
        self.counts = Counter(map(self.beginnings.__getitem__, long))
        self.seen: set[tuple[str, ...]] = set()
        self.copying = False

    def turn_down(self, block: Block) -> Verdict | None:
        """The verdict on a block that repeats an earlier one; None for all others."""
        if len(block.text) < SHORTEST_REPEAT:
            return None
        again = self.counts[self.beginnings[block.text]] > 1 and self._is_seen(block.text)
        if block.kind in MAY_REPEAT:
            return REPEAT if again and self.copying else None
        self.copying = again
        return REPEAT if again else None

    def _is_seen(self, text: str) -> bool:
        words = tuple(tokens(text))
        again = words in self.seen
        self.seen.add(words)
        return again


def beginning(text: str) -> tuple[str, ...]:
    """The first three of a text's `tokens`."""
    words = tokens(text[:PEEK])
    if len(words) <= FIRST_WORDS:  # the last one may have been cut
        words = tokens(text)
    return tuple(words[:FIRST_WORDS])
