"""Blocks and verdicts → Article. Nothing is decided here but what the verdicts already say."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from cleaners.decode import REPLACEMENT
from cleaners.fingerprint import settings_hash
from cleaners.tally import tally_of
from cleaners.tokens import count_words
from items import COSTLY, Article, Block, Flaw, Judged, Page, Status, Verdict

if TYPE_CHECKING:
    from cleaners.options import Options

# Raised with every change that can make another article of the same page.
CLEANER_VERSION = "0.1.0"


def judged_blocks(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> tuple[Judged, ...]:
    """Every block with its verdict, in page order, freed of its place in the tree."""
    pairs = enumerate(zip(blocks, verdicts, strict=True))
    return tuple(Judged(bare(block), verdict, position) for position, (block, verdict) in pairs)


def bare(block: Block) -> Block:
    """The block as it is saved: without its place in the tree."""
    if block.place is None and not block.link_chars and not block.inner:
        return block
    return msgspec.structs.replace(block, place=None, link_chars=0, inner="")


def join_blocks(blocks: Sequence[Block], form: str) -> str:
    """The body's text: HTML blocks a blank line apart, lines of plain text with the breaks they came with."""
    if form == "html":
        return "\n\n".join(block.text for block in blocks)
    lines: list[str] = []
    for block in blocks:
        if lines:
            lines.append("\n\n" if block.gap else "\n")
        lines.append(block.text)
    return "".join(lines)


def carry_gaps(blocks: Sequence[Block], keep: Sequence[bool]) -> list[Block]:
    """The kept lines; a blank line that stood before a removed line still parts its neighbours."""
    if all(keep):
        return list(blocks)
    kept: list[Block] = []
    gap = 0
    for block, stays in zip(blocks, keep, strict=True):
        gap = block.gap or gap
        if stays:
            kept.append(block if block.gap == gap else msgspec.structs.replace(block, gap=gap))
            gap = 0
    return kept


def identify(page: Page, canonical_url: str | None, title: str | None, text: str) -> str:
    """The article's id: the input's own, or 16 hex digits from its address, or without one from what it says."""
    if page.id is not None:
        return page.id
    key = canonical_url or page.url or f"{title or ''}\n{text}"
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:16]


def assemble(
    page: Page,
    blocks: Sequence[Block],
    verdicts: Sequence[Verdict],
    options: Options,
    article: Article,
) -> Article:
    """Fills the body of an article whose other fields are known already."""
    keep = [verdict.keep for verdict in verdicts]
    kept = [bare(block) for block in carry_gaps(blocks, keep)]
    text = join_blocks(kept, page.form)
    flaws = (*page.flaws, *article.flaws)
    return msgspec.structs.replace(
        article,
        id=identify(page, article.canonical_url, article.title, text),
        text=text,
        blocks=tuple(kept),
        word_count=count_words(text),
        status=_status(article.status, flaws, text),
        flaws=flaws,
        fetched_at=page.fetched_at,
        cleaner_version=CLEANER_VERSION,
        cleaner_settings=settings_hash(options),
        judged=judged_blocks(blocks, verdicts) if options.explain else None,
        tally=tally_of(blocks, verdicts) if options.tally else None,
    )


def _status(found: Status, flaws: Sequence[Flaw], text: str) -> Status:
    """What the flaws make of the status: costly ones leave no text whole; undecodable bytes may be outside of it."""
    if not text:
        return "empty"
    costly = [flaw for flaw in flaws if flaw in COSTLY and (flaw != "undecodable" or REPLACEMENT in text)]
    return "truncated" if costly and found in ("full", "merged") else found
