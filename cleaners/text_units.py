"""Lines of text → what is judged: a line without its marks, or a paragraph put together from hard-wrapped lines.

Only judging looks at these; what comes out is the lines as they were.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cleaners.text_features import Mask
from cleaners.text_guards import is_table_row
from cleaners.text_lines import Floats, Ints
from items import Block

# "- ", "* ", "3. ", "o " before a list item, "#" before a heading, ">" before a quotation.
MARKS = re.compile(r"(?:(?P<listed>[-*+•‣▪·o][ \t]+|\d{1,3}[.)][ \t]+)|#{1,6}[ \t]+|>[ \t]*)(?=\S)")
LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{0,2000}\)")
EMPHASIS = re.compile(r"\*\*|__")
INNER_MARKS = ("](", "**", "__")
MARK_STARTS = frozenset("-*+•‣▪·o#>0123456789")
WORDLESS = "-"
# Text is taken for hard-wrapped at WIDTHS, when this share of its lines fills the width but for one long word.
WIDTHS = (40, 100)
FULL_SHARE = 0.4
RAGGED = 16
FEWEST_LINES = 5


class Units(NamedTuple):
    """What is judged, and which unit each line belongs to."""

    texts: list[str]
    listed: Floats
    rows: Mask
    """Which are rows of a Markdown table."""
    links: Mask
    """Which say a web address."""
    of_line: Ints


def units_of(blocks: Sequence[Block]) -> Units:
    """The units of a document's lines, in order."""
    texts = [block.text.strip() for block in blocks]
    whole = "\n".join(texts)
    inner = any(map(whole.__contains__, INNER_MARKS))
    listed = np.zeros(len(texts), np.float32)
    for place, text in enumerate(texts):
        if text[0] in MARK_STARTS or (inner and any(map(text.__contains__, INNER_MARKS))):
            texts[place], listed[place] = plain(text)
    rows = np.array([is_table_row(block.text) for block in blocks] if "|" in whole else [False] * len(texts))
    width = wrapped_at(blocks)
    if not width:
        links = say_address(texts) if inner or _says_address(whole) else np.zeros(len(texts), bool)
        return Units(texts, listed, rows, links, np.arange(len(blocks)))
    begins = np.array([True] + [not continues(a, b, width) for a, b in pairwise(blocks)])
    of_line = np.cumsum(begins) - 1
    rows = np.logical_or.reduceat(rows, np.flatnonzero(begins))
    texts = _join(texts, of_line)
    return Units(texts, listed[begins], rows, say_address(texts), of_line)


def say_address(texts: Sequence[str]) -> Mask:
    """Which texts say a web address: a source as a rule, where buttons show only their names."""
    return np.array(list(map(_says_address, texts)), bool)


def _says_address(text: str) -> bool:
    return "://" in text or "www." in text


def plain(line: str) -> tuple[str, bool]:
    """The line without its marks, and whether one of them said that it is a list item."""
    marks = MARKS.match(line) if line[0] in MARK_STARTS else None
    text = line[marks.end() :] if marks else line
    if "](" in text:
        text = LINK.sub(r"\1", text)
    if "**" in text or "__" in text:
        text = EMPHASIS.sub("", text)
    text = text.replace("\n", " ").strip() if text is not line else text
    return text or WORDLESS, bool(marks and marks["listed"])


def wrapped_at(blocks: Sequence[Block]) -> int:
    """The width at which the text was wrapped; 0 where it was not."""
    if len(blocks) < FEWEST_LINES:
        return 0
    lengths = [len(block.text) for block in blocks]
    if max(lengths) > 2 * WIDTHS[1]:
        return 0
    lengths.sort()
    width = lengths[int(0.97 * (len(lengths) - 1))]
    if not WIDTHS[0] <= width <= WIDTHS[1]:
        return 0
    full = sum(length > width - RAGGED for length in lengths)
    return width if full >= FULL_SHARE * len(lengths) else 0


def continues(line: Block, following: Block, width: int) -> bool:
    """Whether the following line goes on with this one's paragraph: its first word did not fit any more."""
    if following.gap or following.kind not in ("paragraph", "quote") or line.kind in ("heading", "table"):
        return False
    word = following.text.split(maxsplit=1)[0]
    return len(line.text) + 1 + len(word) > width


def _join(texts: list[str], of_line: Ints) -> list[str]:
    joined: list[list[str]] = [[] for _ in range(int(of_line[-1]) + 1)]
    for text, unit in zip(texts, of_line.tolist(), strict=True):
        joined[unit].append(text)
    return [" ".join(parts) for parts in joined]
