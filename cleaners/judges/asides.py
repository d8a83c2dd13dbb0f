"""Lines among an article's sentences that are none of them: "Read more: …", captions, notes on its making and money.

Answers that the learned judge was taught by disagree about them, so it keeps half. Of 140 lines inside the articles of
the mixed development set that only lead to another page 64 stand in the answer, of 19 in the news set 2; of closing
notes on who helped, edited or translated, and where a text first appeared, 6 of 14 and 1 of 11; of paragraphs whose
element is named a caption 21 of 72 and 1 of 6; of 23 that tell of commissions 10. A reader would quote none of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from cleaners.class_words import name_words
from cleaners.judges.aside_phrases import SIGNS, phrases
from items import Block, Place, Verdict

LONGEST_POINTER = 300  # characters
LINKED = 0.9  # share of what a pointer names that has to stand in links
POINTERS = frozenset(("paragraph", "heading", "list_item", "standfirst", "quote"))
LABEL = re.compile(rf"\w+(?: \w+){{1,5}}\s?[{SIGNS}]\s*")
LONGEST_COMMAND = 500  # characters
COMMAND = re.compile(r"(?i:\[/?[a-z][\w-]*(?:\s+[\w-]+=[^\[\]]*)\]|\{\{[^{}]*\}\})|\[[A-Z]+(?:_[A-Z]+)+\]")
MOST_BLANK = 20  # characters that are looked at one by one
UNSEEN = frozenset(("Cf", "Zs", "Zl", "Zp", "Cc"))
BLANK_BRAILLE = "\u2800"
LONGEST_CAPTION = 400  # characters
LONGEST_CREDIT = 160  # characters
FURTHEST_CREDIT = 3  # kept blocks from the end
FEWEST_KEPT = 5  # blocks: what is shorter may be a note itself
MOST_ANNOUNCING = 6  # words
LONGEST_DISCLOSURE = 500  # characters
# Kept blocks: above and below these an article's own sentences about shops' commissions are safe.
LATEST_DISCLOSURE, EARLIEST_DISCLOSURE = 8, -4
LONGEST_LABEL = 60  # characters
LABELS = frozenset(("paragraph", "heading"))

POINTER = Verdict(False, "conventions", "pointer", 0.9, "points to another article, and says nothing else")
SHORTCODE = Verdict(
    False, "conventions", "shortcode", 0.95, "is a command to the site's software that it left standing"
)
BLANK = Verdict(False, "conventions", "blank", 1.0, "holds nothing that can be seen")
CREDIT = Verdict(False, "conventions", "credit", 0.85, "says who helped to make the article, or where it comes from")
DISCLOSURE = Verdict(False, "conventions", "disclosure", 0.85, "says that links earn the site money")
CONTENTS = Verdict(False, "conventions", "contents", 0.85, "announces the page's table of contents")
LAST_HEADING = Verdict(False, "conventions", "last_heading", 0.8, "is a heading with nothing left below it")


def without_asides(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, with kept lines turned down that say nothing, only lead to another page, announce contents that are
    gone, tell of commissions at the edges, or of the making at the end."""
    decided = [
        (_nothing_said(block) or verdict) if verdict.keep else verdict
        for block, verdict in zip(blocks, verdicts, strict=True)
    ]
    kept = [position for position, verdict in enumerate(decided) if verdict.keep]
    if len(kept) >= FEWEST_KEPT:
        edges = (*kept[:LATEST_DISCLOSURE], *kept[EARLIEST_DISCLOSURE:])
        decided = _turned_down(decided, DISCLOSURE, [at for at in edges if is_disclosure(blocks[at])])
        decided = _turned_down(decided, CREDIT, [at for at in kept[-FURTHEST_CREDIT:] if is_credit(blocks[at])])
    last = _last_headings(blocks, [position for position in kept if decided[position].keep])
    return _turned_down(decided, LAST_HEADING, last)


def _turned_down(verdicts: list[Verdict], verdict: Verdict, positions: Sequence[int]) -> list[Verdict]:
    for position in positions:
        verdicts[position] = verdict
    return verdicts


def _last_headings(blocks: Sequence[Block], kept: Sequence[int]) -> Sequence[int]:
    """The headings at the very end of an article; none where all of it is headings."""
    end = len(kept)
    while end and _announces(blocks[kept[end - 1]]):
        end -= 1
    return kept[end:] if end else ()


def _announces(block: Block) -> bool:
    """Whether a block is a heading, or a few words with a colon behind them."""
    text = block.text.rstrip()
    return block.kind == "heading" or (
        block.kind == "paragraph" and text.endswith((":", "：")) and len(text.split()) <= MOST_ANNOUNCING
    )


def name_captions(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[Block]:
    """The blocks, with kept paragraphs called captions that their element calls so, or that end with who took the
    picture. Where that is most of what is kept, the captions of a gallery are the article, and stay what they are."""
    named = list(blocks)
    kept = [position for position, verdict in enumerate(verdicts) if verdict.keep]
    captions = [position for position in kept if is_caption(blocks[position])]
    if 2 * _characters(blocks, captions) <= _characters(blocks, kept):
        for position in captions:
            named[position] = msgspec.structs.replace(blocks[position], kind="caption")
    return named


def _characters(blocks: Sequence[Block], positions: Sequence[int]) -> int:
    return sum(len(blocks[position].text) for position in positions)


def is_caption(block: Block) -> bool:
    """Whether a paragraph stands in an element, or right inside one, that is named for captions; or ends with a
    photographer's credit or the name of a seller of pictures."""
    if block.kind != "paragraph" or len(block.text) > LONGEST_CAPTION:
        return False
    return _is_in_caption(block.place) or phrases().photo.search(block.text) is not None


def _is_in_caption(place: Place | None) -> bool:
    around = (place, place.parent) if place is not None else ()
    return any(each is not None and not phrases().caption_names.isdisjoint(name_words(each.names)) for each in around)


def is_disclosure(block: Block) -> bool:
    """Whether a block is short and says, by a known phrase, that links in the article earn the site money."""
    if block.kind not in LABELS or len(block.text) > LONGEST_DISCLOSURE:
        return False
    return phrases().disclosure.is_in(block.text)


def _nothing_said(block: Block) -> Verdict | None:
    if is_pointer(block):
        return POINTER
    if block.kind in LABELS and len(block.text) <= LONGEST_LABEL and phrases().contents.fullmatch(block.text):
        return CONTENTS
    if len(block.text) <= LONGEST_COMMAND and block.kind != "code" and COMMAND.fullmatch(block.text):
        return SHORTCODE
    return BLANK if len(block.text) <= MOST_BLANK and all(map(_is_unseen, block.text)) else None


def _is_unseen(sign: str) -> bool:
    """Whether a character leaves no mark: white space, joiners, marks of direction (Unicode: Z, Cf), blank braille."""
    return unicodedata.category(sign) in UNSEEN or sign == BLANK_BRAILLE


def is_pointer(block: Block) -> bool:
    """Whether a block is one of the known beginnings and, after it, hardly anything but a link."""
    if block.kind not in POINTERS or not block.link_chars or len(block.text) > LONGEST_POINTER:
        return False
    begun = phrases().pointer.match(block.text) or _shouted(block.text)
    return begun is not None and block.link_chars >= LINKED * (len(block.text) - begun.end()) > 0


def _shouted(text: str) -> re.Match[str] | None:
    """A label of several words in capitals, in whatever language, before a name that is not in capitals."""
    begun = LABEL.match(text)
    return begun if begun is not None and begun[0].isupper() and not text[begun.end() :].isupper() else None


def is_credit(block: Block) -> bool:
    """Whether a block is short and, by a known phrase, about the article's making."""
    if block.kind != "paragraph" or len(block.text) > LONGEST_CREDIT:
        return False
    begun = phrases().credit.match(block.text)
    return (begun is not None and begun.end() < len(block.text)) or phrases().helped.search(block.text) is not None
