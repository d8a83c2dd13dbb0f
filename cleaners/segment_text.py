"""Text → blocks: every line that says something is a block, byte for byte.

What a line looks like (heading, list item, quote, table row) is read off its first characters, Markdown included; the
line itself is never touched. Blank lines are remembered as the gap before the next block, so that the text can be put
together again as it was.
"""

from __future__ import annotations

import re

from cleaners.decode import decode
from cleaners.segment import Document
from items import Block, BlockKind, Page

MARKDOWN_HEADING = re.compile(r"(#{1,6})[ \t]+\S")
LIST_ITEM = re.compile(r"(?:[-*+•‣▪–][ \t]|\d{1,3}[.)][ \t])[ \t]*\S")
LINE_ENDS = re.compile("\r\n|[\n\r\u2028\u2029\u0085\x0b\x0c]")


def segment_text(page: Page) -> Document:
    """Cuts a page of form "text" into lines."""
    blocks: list[Block] = []
    gap = 0
    for line in LINE_ENDS.split(decode(page.content, page.encoding)):
        if not line.strip():
            gap = 1
            continue
        kind, level = kind_of(line.strip())
        blocks.append(Block(kind, line, level, gap=gap if blocks else 0))
        gap = 0
    return Document(blocks, form="text", url=page.url, language=page.language)


def kind_of(line: str) -> tuple[BlockKind, int | None]:
    """What kind of block a line (no white space around it) is by its first characters, and its level."""
    heading = MARKDOWN_HEADING.match(line)
    if heading:
        return "heading", len(heading.group(1))
    if LIST_ITEM.match(line):
        return "list_item", 1
    if line.startswith("> "):
        return "quote", None
    if line.startswith("|") or line.count(" | ") > 1:
        return "table", None
    return "paragraph", None
