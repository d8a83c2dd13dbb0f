"""The form in which lines and phrases are compared: case, quotes, digits, bullets and arrows do not matter in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

NUMBER = re.compile(r"\d(?:[.,:]?\d)*")
# The same in ASCII with every digit a 0: a pattern that begins with a letter of its own is found much faster.
ZEROS = re.compile("0(?:[.,:]?0)+")
DIGITS_TO_ZERO = str.maketrans("123456789", "0" * 9)
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


def normal(text: str) -> str:
    """The form in which lines and phrases are compared: case folded, numbers as 0, no decoration around it."""
    return normal_all([text])[0]


def normal_all(texts: Sequence[str]) -> list[str]:
    """The same for many lines, which costs a few looks at all of them instead of a few calls for each."""
    plain = [text for text in texts if text.isascii()]
    if len(plain) == len(texts):
        return _in_ascii(texts)
    other = [text for text in texts if not text.isascii()]
    of_plain, of_other = iter(_in_ascii(plain)), iter(_beyond_ascii(other))
    return [next(of_plain if text.isascii() else of_other) for text in texts]


def _in_ascii(texts: Sequence[str]) -> list[str]:
    return _cut(ZEROS.sub("0", _joined(texts).lower().translate(DIGITS_TO_ZERO))) if texts else []


def _beyond_ascii(texts: Sequence[str]) -> list[str]:
    return _cut(NUMBER.sub("0", unite(_joined(texts)).casefold()))


def _joined(texts: Sequence[str]) -> str:
    """The lines as one text, in which no number, letter or mark on one line goes on on the next."""
    together = "\n".join(texts)
    if together.count("\n") >= len(texts):
        together = "\n".join([text.replace("\n", " ") for text in texts])
    return together


def _cut(together: str) -> list[str]:
    return list(map(strip, together.split("\n")))


def unite(text: str) -> str:
    """Characters that mean the same made the same."""
    for variant, plain in ALIKE.items():
        if variant in text:
            text = text.replace(variant, plain)
    return unicodedata.normalize("NFKC", text)


def strip(text: str) -> str:
    """The text without decoration around it, and with one blank for every white space."""
    if "  " in text or not text.isprintable():  # every white space but a blank is no printable character
        text = " ".join(text.split())
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
