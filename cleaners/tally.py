"""How much of a page went, of which kind, and what it was: the figures a person checks a cleaner by."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.tokens import count_words
from items import Block, Sample, Tally, Verdict

HEADLINE = "headline"  # leaves the body for a field of its own: not a loss
MOST_SAMPLES = 20
LONGEST_SAMPLE = 200  # characters


def tally_of(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> Tally:
    """Counts the blocks that their verdicts remove."""
    kinds: dict[str, tuple[int, int]] = {}
    gone: list[tuple[int, Sample]] = []
    for position, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if verdict.keep or verdict.rule == HEADLINE:
            continue
        words = count_words(block.text)
        kind = verdict.rule.partition("/")[0]
        lines, so_far = kinds.get(kind, (0, 0))
        kinds[kind] = (lines + 1, so_far + words)
        gone.append((position, Sample(_shortened(block.text), verdict.rule, words)))
    longest = sorted(gone, key=lambda each: -each[1].words)[:MOST_SAMPLES]
    samples = tuple(sample for _, sample in sorted(longest, key=lambda each: each[0]))
    return Tally(sum(words for _, words in kinds.values()), kinds, samples)


def _shortened(text: str) -> str:
    text = " ".join(text[: 4 * LONGEST_SAMPLE].split())
    return text if len(text) <= LONGEST_SAMPLE else text[: LONGEST_SAMPLE - 1] + "…"
