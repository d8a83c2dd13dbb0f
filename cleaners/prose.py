"""What tells something: a sentence of some length, or several; and what somebody says."""

from __future__ import annotations

from items import Block

OPENING, CLOSING = tuple("“„«»\"「『‘‚‹›'"), tuple("”“»«\"」』’‘›‹'")
ENDINGS = (".", "!", "?", "…", "。", "！", "？", "।", "॥", "۔", "؟", "։", ":", "”", "“", '"', "»", "」", ")", "’")
FEWEST_WORDS, ENOUGH_WORDS = 12, 25
FEWEST_CHARACTERS = 2 * FEWEST_WORDS - 1  # nothing shorter has so many words
PROSE = frozenset({"paragraph", "quote", "list_item", "standfirst"})


def is_speech(text: str) -> bool:
    """Whether all of a line stands in quotation marks: somebody says it."""
    text = text.strip()
    return text.startswith(OPENING) and text.rstrip(".,!?").endswith(CLOSING)


def is_prose(block: Block) -> bool:
    """Whether a block tells something: a sentence of some length, or several, and not mostly links."""
    if len(block.text) < FEWEST_CHARACTERS or block.kind not in PROSE:
        return False
    text = block.text.strip()
    if len(text) < FEWEST_CHARACTERS or block.link_chars * 2 > len(text):
        return False
    words = count_roughly(text)
    return words >= ENOUGH_WORDS or (words >= FEWEST_WORDS and text.endswith(ENDINGS))


def count_roughly(text: str) -> int:
    """Words; in scripts that write none apart, one for two characters."""
    spaces = text.count(" ")
    return spaces + 1 if spaces * 12 > len(text) else len(text) // 2
