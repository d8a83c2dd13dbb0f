"""What belongs to an article but not to its body: the headline and whatever block kinds the caller left out.

The convention is the reader's: the body is what one would quote, and the headline, byline and captions have fields of
their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.segment import Document
from cleaners.tokens import tokens
from items import Block, BlockKind, Verdict

NAME = "conventions"
HEADLINE = Verdict(False, NAME, "headline", 1.0, "is the title")
REPEAT = Verdict(False, NAME, "repeat", 0.95, "stands on the page already")
# In characters. Shorter blocks may repeat on purpose: refrains, "Yes.", table rows.
SHORTEST_REPEAT = 80


def headline(document: Document) -> list[Verdict | None]:
    """Removes the blocks that are the document's headline and nothing else."""
    title = document.headline or ""
    title_tokens = tokens(title)
    if not title_tokens:
        return [None] * len(document.blocks)
    return [HEADLINE if _is_headline(block.text, title, title_tokens) else None for block in document.blocks]


def title_line(document: Document, index: int | None) -> list[Verdict | None]:
    """Takes the line that was found to be a text's title out of its body."""
    return [HEADLINE if position == index else None for position in range(len(document.blocks))]


def _is_headline(text: str, title: str, title_tokens: list[str]) -> bool:
    # Lengths first: they settle it for nearly every block.
    return abs(len(text) - len(title)) <= 10 and tokens(text) == title_tokens


def keep_to_body(document: Document, verdicts: Sequence[Verdict], body: frozenset[BlockKind]) -> list[Verdict]:
    """The verdicts, with kept blocks turned down that are of no body kind or repeat an earlier kept block."""
    seen: set[tuple[str, ...]] = set()
    return [
        _turn_down(block, body, seen) or verdict if verdict.keep else verdict
        for block, verdict in zip(document.blocks, verdicts, strict=True)
    ]


def _turn_down(block: Block, body: frozenset[BlockKind], seen: set[tuple[str, ...]]) -> Verdict | None:
    if block.kind not in body:
        return Verdict(False, NAME, block.kind, 1.0, f"a {block.kind.replace('_', ' ')} is not part of the body here")
    if len(block.text) < SHORTEST_REPEAT:
        return None
    words = tuple(tokens(block.text))
    if words in seen:
        return REPEAT
    seen.add(words)
    return None
