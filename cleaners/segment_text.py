"""Text → blocks: every line that says something is a block, byte for byte.

What a line looks like (heading, list item, quote, table row) is read off its first characters, Markdown included; the
line itself is never touched. Blank lines are remembered as the gap before the next block, so that the text can be put
together again as it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cleaners.decode import decode
from cleaners.segment import Document
from items import Block, BlockKind, Page

MARKDOWN_HEADING = re.compile(r"(#{1,6})[ \t]+\S")
LIST_ITEM = re.compile(r"(?:[-*+•‣▪–][ \t]|\d{1,3}[.)][ \t])[ \t]*\S")
# What a line begins with, if it is anything but a paragraph or a row with bars in it.
MARKS = frozenset("#-*+•‣▪–>|0123456789")
BARS = " | "
Kind = tuple[BlockKind, int | None]
PLAIN: Kind = ("paragraph", None)
LONGEST_TITLE = 200
MOST_TITLE_WORDS = 25
NOT_AFTER_TITLE = ".,;:…。，；"
# Prose: a hard-wrapped line has at least so many words; scripts without spaces are counted in characters.
FEWEST_PROSE_WORDS = 9
FEWEST_PROSE_SIGNS = 40
LINE_ENDS = re.compile("\r\n|[\n\r\u2028\u2029\u0085\x0b\x0c]")
RARE_ENDS = "\r\u2028\u2029\u0085\x0b\x0c"
# How much longer than a title a line of prose is that follows it without a blank line between.
WIDER = 1.5


def segment_text(page: Page) -> Document:
    """Cuts a page of form "text" into lines."""
    text = decode(page.content, page.encoding)
    bars = BARS in text
    blocks: list[Block] = []
    gap = 0
    for line in lines_of(text):
        bare = line.strip()
        if not bare:
            gap = 1 if blocks else 0
            continue
        plain = bare[0] not in MARKS and not (bars and BARS in bare)
        kind, level = PLAIN if plain else kind_of(bare)
        blocks.append(Block(kind, line, level, None, 0, "", gap))
        gap = 0
    return Document(blocks, form="text", url=page.url, language=page.language)


def lines_of(text: str) -> list[str]:
    """The text cut at every line end that Unicode knows."""
    return LINE_ENDS.split(text) if any(end in text for end in RARE_ENDS) else text.split("\n")


def kind_of(line: str) -> Kind:
    """What kind of block a line (no white space around it) is by its first characters, and its level."""
    if line[0] not in MARKS:
        return ("table" if line.count(BARS) > 1 else "paragraph"), None
    heading = MARKDOWN_HEADING.match(line)
    if heading:
        return "heading", len(heading.group(1))
    if LIST_ITEM.match(line):
        return "list_item", 1
    if line.startswith("> "):
        return "quote", None
    if line.startswith("|") or line.count(BARS) > 1:
        return "table", None
    return "paragraph", None


def find_title(blocks: Sequence[Block]) -> int | None:
    """The place of the line that is the text's title: 0, or None where the first line is none.

    A title looks like a heading and prose follows it, or Markdown says so. Where the second line could be the title
    just as well, there is none; so a text whose title was taken out never gives up another.
    """
    return 0 if _may_be_title(blocks, 0) and not _may_be_title(blocks, 1) else None


def _may_be_title(blocks: Sequence[Block], at: int) -> bool:
    if len(blocks) < at + 2:
        return False
    line, following = blocks[at], blocks[at + 1]
    if line.level == 1 and line.kind == "heading":
        return True
    if following.gap == 0 and len(following.text) < WIDER * len(line.text):
        return False  # the first line of a paragraph that was wrapped
    return line.kind == "paragraph" and _is_heading_like(line.text.strip()) and _is_prose(following)


def _is_heading_like(line: str) -> bool:
    """Short, with letters, and not ended like a sentence (a question may be a headline)."""
    if len(line) > LONGEST_TITLE or line[-1] in NOT_AFTER_TITLE or not any(map(str.isalpha, line)):
        return False
    return len(line.split()) <= MOST_TITLE_WORDS and not line[0].islower()


def _is_prose(block: Block) -> bool:
    line = block.text.strip()
    if block.kind not in ("paragraph", "quote"):
        return False
    return len(line.split()) >= FEWEST_PROSE_WORDS or (len(line) >= FEWEST_PROSE_SIGNS and not line.isascii())
