"""What belongs to an article but not to its body: the headline and whatever block kinds the caller left out.

The convention is the reader's: the body is what one would quote, and the headline, byline and captions have fields of
their own.
"""

from __future__ import annotations

from cleaners.segment import Document
from cleaners.tokens import tokens
from items import BlockKind, Verdict

NAME = "conventions"
HEADLINE = Verdict(False, NAME, "headline", 1.0, "is the title")
REPEAT = Verdict(False, NAME, "repeat", 0.95, "stands on the page already")
# Shorter blocks may repeat on purpose: refrains, "Yes.", table rows.
LONG_ENOUGH_TO_REPEAT = 12


def headline(document: Document) -> list[Verdict | None]:
    """Removes the blocks that are the document's headline and nothing else."""
    title = tokens(document.headline or "")
    if not title:
        return [None] * len(document.blocks)
    return [HEADLINE if _is_headline(block.text, title) else None for block in document.blocks]


def _is_headline(text: str, title: list[str]) -> bool:
    return len(text) < 1000 and tokens(text) == title


def repeats(document: Document, kept: list[bool]) -> list[Verdict | None]:
    """Removes kept blocks that say, word for word, what an earlier kept block said."""
    seen: set[tuple[str, ...]] = set()
    verdicts: list[Verdict | None] = []
    for block, keep in zip(document.blocks, kept, strict=True):
        words = tuple(tokens(block.text)) if keep else ()
        repeated = len(words) >= LONG_ENOUGH_TO_REPEAT and words in seen
        seen.add(words)
        verdicts.append(REPEAT if repeated else None)
    return verdicts


def left_out(kind: BlockKind) -> Verdict:
    """The verdict on a block whose kind does not count as body."""
    return Verdict(False, NAME, kind, 1.0, f"a {kind.replace('_', ' ')} is not part of the body here")
