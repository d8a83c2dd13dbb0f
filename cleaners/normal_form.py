"""The form in which lines and phrases are compared: case, quotes, digits, bullets and arrows do not matter in it."""

from __future__ import annotations

import re
import unicodedata

NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
DIGIT = re.compile(r"\d")
DECORATION = " \t\n*#:!.?,;-–—_|•·‣▪►▶▸»›>→⟶«‹<←↑↓▲▼△▾✕×✖+~=()[]\"'/\\…®™¿¡؟،؛。、・「」『』【】〔〕《》〈〉※"
# Marks that people write in several ways, or that only steer how text is shown.
ALIKE = {
    **dict.fromkeys("’‘‛`´ʼ", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\ufeff\ufe0f\u0640", ""),
    "\u064a": "\u06cc",  # Arabic and Persian yeh and kaf
    "\u0643": "\u06a9",
    "ⓒ": "©",
}
VARIANT = re.compile(f"[{''.join(ALIKE)}]")


def normal(text: str) -> str:
    """The form in which lines and phrases are compared: case folded, numbers as 0, no decoration around it."""
    return _strip(_fold(text))


def _fold(text: str) -> str:
    text = text.lower() if text.isascii() else unite(text).casefold()
    text = " ".join(text.split())
    return NUMBER.sub("0", text) if DIGIT.search(text) else text


def unite(text: str) -> str:
    """Characters that mean the same made the same."""
    return unicodedata.normalize("NFKC", VARIANT.sub(lambda variant: ALIKE[variant[0]], text))


def _strip(text: str) -> str:
    text = text.strip(DECORATION)
    if not text or (text[0].isalnum() and text[-1].isalnum()):
        return text
    start, end = 0, len(text)  # emoji and the like
    while start < end and not _is_word(text[start]):
        start += 1
    while start < end and not _is_word(text[end - 1]):
        end -= 1
    return text[start:end].strip(DECORATION)


def _is_word(character: str) -> bool:
    # Vowel signs end words in Hindi and Thai; "© 2024" and "50%" say something that "2024" and "50" do not.
    return character.isalnum() or character in "©%€$£" or unicodedata.category(character)[0] == "M"
