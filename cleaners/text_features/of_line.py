"""What is told by the line itself: its characters, its words and the scores of its wording."""

from __future__ import annotations

import numpy as np

from cleaners.text_alphabet import (
    AT,
    BANG,
    BAR,
    BRACKET,
    BREAK,
    CLASSES,
    COLON,
    COMMA,
    DASH,
    DIGIT,
    ELLIPSIS,
    LEGAL,
    LETTER,
    LOWER,
    MARK,
    MONEY,
    OTHER,
    QUESTION,
    QUOTE,
    SPACE,
    STOP,
    SYMBOL,
    UNSPACED,
    UNSPACED_WORD,
    UPPER,
)
from cleaners.text_features.spans import Columns, on_grid
from cleaners.text_lines import Floats, Lines
from cleaners.text_scores import HEADS

ENDINGS = (STOP, BANG, QUESTION, ELLIPSIS)
CLOSERS = (*ENDINGS, QUOTE, BRACKET, COLON)
ENDS = np.isin(np.arange(CLASSES), ENDINGS)
CLOSES = np.isin(np.arange(CLASSES), CLOSERS)


def word_counts(lines: Lines) -> Floats:
    """Words a line; a character of an unspaced script counts as half a word."""
    words = np.bincount(lines.words.line, minlength=lines.size).astype(np.float32)
    return words - (1 - UNSPACED_WORD) * lines.classes[:, UNSPACED]


def line_figures(lines: Lines, listed: Floats) -> Columns:
    """The line itself."""
    c = lines.classes
    characters = c.sum(axis=1) - c[:, BREAK]
    letters = c[:, UPPER] + c[:, LOWER] + c[:, LETTER] + c[:, UNSPACED] + c[:, MARK]
    words = word_counts(lines)
    some = np.maximum(words, 1)
    shape = np.maximum(characters, 1)
    ends = ENDS[lines.last]
    return {
        "words": np.minimum(words, 200),
        "characters": np.minimum(characters, 1000),
        "letters": letters / shape,
        "upper": c[:, UPPER] / np.maximum(letters, 1),
        "capitals": on_grid(lines.capitals / some),
        "digits": c[:, DIGIT] / shape,
        "longest": np.minimum(lines.longest, 40),
        "word_length": np.minimum(letters / some, 40),
        "short_words": lines.short_words / some,
        "stops": np.minimum(c[:, STOP], 20),
        "commas": c[:, COMMA] / some,
        "colons": np.minimum(c[:, COLON], 9),
        "bangs": np.minimum(c[:, BANG], 9),
        "questions": np.minimum(c[:, QUESTION], 9),
        "quotes": np.minimum(c[:, QUOTE], 9),
        "brackets": np.minimum(c[:, BRACKET], 9),
        "dashes": np.minimum(c[:, DASH], 9),
        "bars": np.minimum(c[:, BAR], 9),
        "at": np.minimum(c[:, AT], 3),
        "legal": np.minimum(c[:, LEGAL], 3),
        "money": np.minimum(c[:, MONEY], 5),
        "symbols": np.minimum(c[:, SYMBOL], 9),
        "marks": c[:, OTHER] / shape,
        "spaces": c[:, SPACE] / shape,
        "clock": np.minimum(lines.clock, 5),
        "first_lower": (lines.first == LOWER).astype(np.float32),
        "first_digit": (lines.first == DIGIT).astype(np.float32),
        "ends": ends.astype(np.float32),
        "ends_stop": (lines.last == STOP).astype(np.float32),
        "ends_colon": (lines.last == COLON).astype(np.float32),
        "ends_dots": (lines.last == ELLIPSIS).astype(np.float32),
        "listed": listed,
    }


def score_figures(scores: Floats) -> Columns:
    """What the linear scores say of the line's wording."""
    words, grams = scores[: len(HEADS)], scores[len(HEADS) :]
    both = words[: len(grams)] + grams
    return {
        "word_score": words[0],
        "gram_score": grams[0],
        "score": both[0],
        "opens": both[1],
        "closes": both[2],
        "advert": words[3],
    }
