"""What a caller may choose about cleaning."""

from __future__ import annotations

from typing import Literal

import msgspec

from items import BlockKind

SecondOpinion = Literal["never", "unsure", "always"]
Strictness = Literal["careful", "balanced", "thorough"]

# The names people use on the command line for the kinds of block that count as body beside paragraphs.
BODY_PARTS: dict[str, BlockKind] = {
    "standfirst": "standfirst",
    "headings": "heading",
    "lists": "list_item",
    "quotes": "quote",
    "tables": "table",
    "code": "code",
    "captions": "caption",
}
DEFAULT_BODY = frozenset(BODY_PARTS) - {"captions"}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of one cleaning run. The same page with the same options gives the same article."""

    explain: bool = False
    """Keep every block with its verdict in `Article.judged`."""
    tally: bool = False
    """Count what went, by kind, in `Article.tally`."""
    body: frozenset[str] = DEFAULT_BODY
    """Names of `BODY_PARTS` that belong to the text beside paragraphs."""
    second_opinion: SecondOpinion = "unsure"
    """When trafilatura is asked too."""
    strictness: Strictness = "careful"
    """For plain text: how much content may be risked to remove more residue."""

    def body_kinds(self) -> frozenset[BlockKind]:
        """The block kinds that count as body."""
        kinds: set[BlockKind] = {BODY_PARTS[part] for part in self.body}
        return frozenset(kinds | {"paragraph"})


def parse_body(value: str) -> frozenset[str]:
    """ "standfirst,headings" → the option's value. Raises ValueError naming the part nobody knows."""
    parts = frozenset(part.strip() for part in value.split(",") if part.strip())
    unknown = sorted(parts - BODY_PARTS.keys())
    if unknown:
        raise ValueError(f'unknown part of a body: "{unknown[0]}" (known: {", ".join(BODY_PARTS)})')
    return parts
