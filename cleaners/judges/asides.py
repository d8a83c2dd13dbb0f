"""Lines between or below an article's sentences that are none of them: "Read more: …", and notes on its making.

Answers that the learned judge was taught by disagree about them, so it keeps half. Of 140 lines inside the articles of
the mixed development set that only lead to another page 64 stand in the answer, of 19 in the news set 2; of closing
notes on who helped, edited or translated, and where a text first appeared, 6 of 14 and 1 of 11. A reader would quote
neither.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from items import Block, Verdict

LONGEST_POINTER = 300  # characters
LINKED = 0.9  # share of what a pointer names that has to stand in links
POINTERS = frozenset(("paragraph", "heading", "list_item", "standfirst"))
SIGNS = ":：»›>→|–—-"
AROUND = r"[^\w\s]"  # brackets, arrows, pictures
LABEL = re.compile(rf"\w+(?: \w+){{1,5}}\s?[{SIGNS}]\s*")
LONGEST_COMMAND = 500  # characters
COMMAND = re.compile(r"\[/?[a-z][\w-]*(?:\s+[\w-]+=[^\[\]]*)\]|\{\{[^{}]*\}\}", re.IGNORECASE)
MOST_BLANK = 20  # characters that are looked at one by one
UNSEEN = frozenset(("Cf", "Zs", "Zl", "Zp", "Cc"))
BLANK_BRAILLE = "\u2800"
LONGEST_CAPTION = 400  # characters
LONGEST_CREDIT = 160  # characters
FURTHEST_CREDIT = 3  # kept blocks from the end
FEWEST_KEPT = 5  # blocks: what is shorter may be a note itself
MOST_ANNOUNCING = 6  # words

POINTER = Verdict(False, "conventions", "pointer", 0.9, "points to another article, and says nothing else")
SHORTCODE = Verdict(
    False, "conventions", "shortcode", 0.95, "is a command to the site's software that it left standing"
)
BLANK = Verdict(False, "conventions", "blank", 1.0, "holds nothing that can be seen")
CREDIT = Verdict(False, "conventions", "credit", 0.85, "says who helped to make the article, or where it comes from")
LAST_HEADING = Verdict(False, "conventions", "last_heading", 0.8, "is a heading with nothing left below it")


def without_asides(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, with kept lines turned down that say nothing, only lead to another page, or end with the origin."""
    decided = [
        (_nothing_said(block) or verdict) if verdict.keep else verdict
        for block, verdict in zip(blocks, verdicts, strict=True)
    ]
    kept = [position for position, verdict in enumerate(decided) if verdict.keep]
    for position in kept[-FURTHEST_CREDIT:] if len(kept) >= FEWEST_KEPT else ():
        if is_credit(blocks[position]):
            decided[position] = CREDIT
    for position in _last_headings(blocks, [position for position in kept if decided[position].keep]):
        decided[position] = LAST_HEADING
    return decided


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
    """The blocks, with kept paragraphs called captions that end with who took the picture."""
    return [
        msgspec.structs.replace(block, kind="caption") if verdict.keep and is_caption(block) else block
        for block, verdict in zip(blocks, verdicts, strict=True)
    ]


def is_caption(block: Block) -> bool:
    """Whether a paragraph ends with a photographer's credit or the name of a seller of pictures."""
    if block.kind != "paragraph" or len(block.text) > LONGEST_CAPTION:
        return False
    return _known().photo.search(block.text) is not None


def _nothing_said(block: Block) -> Verdict | None:
    if is_pointer(block):
        return POINTER
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
    begun = _known().pointer.match(block.text) or _shouted(block.text)
    return begun is not None and block.link_chars >= LINKED * (len(block.text) - begun.end()) > 0


def _shouted(text: str) -> re.Match[str] | None:
    """A label of several words in capitals, in whatever language, before a name that is not in capitals."""
    begun = LABEL.match(text)
    return begun if begun is not None and begun[0].isupper() and not text[begun.end() :].isupper() else None


def is_credit(block: Block) -> bool:
    """Whether a block is short and, by a known phrase, about the article's making."""
    if block.kind != "paragraph" or len(block.text) > LONGEST_CREDIT:
        return False
    known = _known()
    begun = known.credit.match(block.text)
    return (begun is not None and begun.end() < len(block.text)) or known.helped.search(block.text) is not None


class _Known(NamedTuple):
    pointer: re.Pattern[str]
    """A phrase and the sign behind it, up to what it names."""
    credit: re.Pattern[str]
    helped: re.Pattern[str]
    photo: re.Pattern[str]


@cache
def _known() -> _Known:
    phrases = tomllib.loads(files("cleaners.judges").joinpath("asides.toml").read_text("utf-8"))
    before_sign, before_all, begins, says, photo, agency = (_any_of(lines) for lines in phrases.values())
    lead = rf"(?:{AROUND}{{0,3}}\s?){{0,2}}"
    pointer = rf"{lead}(?:{before_sign}\s?[{SIGNS}]|{before_all}(?:\s?[{SIGNS}]|\s))\s*"
    credited = rf"[(\[|–—]\s?{photo}\s?(?:[:：/©]|by\s)[^()\[\]]{{1,80}}[)\]]?\.?$"
    sold = rf"[.!?。”\"]\s?\(?(?:[^\s().]{{1,20}}[/=])?{agency}\)?\.?$"
    expressions = (pointer, rf"{lead}{begins}\s*", says, rf"{credited}|{sold}")
    return _Known(*(re.compile(each, re.IGNORECASE) for each in expressions))


def _any_of(phrases: str) -> str:
    """The longest first: one may be how another begins."""
    lines = sorted(phrases.split("\n"), key=len, reverse=True)
    return "(?:" + "|".join(r"\s+".join(map(re.escape, line.split())) for line in lines if line) + ")"
