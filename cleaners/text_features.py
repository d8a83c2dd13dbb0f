"""What the text judge knows of a line: itself, its neighbours, and where in the document it stands.

Everything is computed for all lines of a document at once, from the lines that are present and nothing else; so a
text that was cleaned already looks the same to the judge as the last look it took while cleaning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.text_lines import (
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
    Floats,
    Ints,
    Lines,
    Words,
)
from cleaners.text_scores import HEADS

TOPIC_BITS = 13
PROSE_WORDS = 15
LONG_PROSE_WORDS = 30
ENDINGS = (STOP, BANG, QUESTION, ELLIPSIS)
CLOSERS = (*ENDINGS, QUOTE, BRACKET, COLON)
ENDS = np.isin(np.arange(CLASSES), ENDINGS)
CLOSES = np.isin(np.arange(CLASSES), CLOSERS)
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
WINDOWS = (2, 5, 12)
FAR = 60.0

Columns = dict[str, Floats]
Mask = NDArray[np.bool_]


class Seen(NamedTuple):
    """The lines of a document as far as the judge must look again when some of them are gone."""

    own: Columns
    """What each line says by itself."""
    identity: NDArray[np.uint64]
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    words: Words

    def only(self, stay: NDArray[np.bool_]) -> Seen:
        """The same without the lines that do not stay."""
        number = np.cumsum(stay) - 1
        inside = stay[self.words.line]
        words = Words(number[self.words.line[inside]], self.words.hash[inside], self.words.long[inside])
        own = {name: values[stay] for name, values in self.own.items()}
        return Seen(own, self.identity[stay], self.first[stay], self.last[stay], words)


def see(lines: Lines, scores: Floats, listed: Floats) -> Seen:
    """The lines by themselves. `scores`: what `score_lines` says; `listed`: 1 for list items."""
    own = line_figures(lines, listed) | score_figures(scores)
    return Seen(own, lines.identity, lines.first, lines.last, lines.words)


def features(seen: Seen) -> Columns:
    """All figures of all lines, by name: of each line itself, and of its surroundings."""
    prose = prose_lines(seen)
    columns = dict(seen.own)
    columns |= repeat_figures(seen)
    columns |= topic_figures(seen, prose)
    columns |= neighbour_figures(columns)
    columns |= window_figures(columns, prose)
    columns |= place_figures(columns, prose)
    columns |= run_figures(columns, prose)
    columns |= document_figures(columns, prose)
    return columns


def matrix(columns: Columns) -> Floats:
    """Lines × features, in the order of the names."""
    return np.stack(list(columns.values()), axis=1, dtype=np.float32)


def word_counts(lines: Lines) -> Floats:
    """Words a line; a character of an unspaced script counts as half a word."""
    words = np.bincount(lines.words.line, minlength=lines.size)[: lines.size].astype(np.float32)
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
        "capitals": lines.capitals / some,
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
    words, grams = scores[:, : len(HEADS)], scores[:, len(HEADS) :]
    both = words[:, : grams.shape[1]] + grams
    return {
        "word_score": words[:, 0],
        "gram_score": grams[:, 0],
        "score": both[:, 0],
        "opens": both[:, 1],
        "closes": both[:, 2],
        "advert": words[:, 3],
    }


def prose_lines(seen: Seen) -> Mask:
    """Which lines are prose: long enough, and ended like a sentence or longer still."""
    words = seen.own["words"]
    return (words >= PROSE_WORDS) & (CLOSES[seen.last] | (words >= LONG_PROSE_WORDS))


def repeat_figures(seen: Seen) -> Columns:
    """How often the document says the same line, and whether the neighbours begin alike."""
    count = len(seen.identity)
    _, first, inverse, counts = np.unique(seen.identity, return_index=True, return_inverse=True, return_counts=True)
    said = seen.identity != 0
    start = np.zeros(count, np.uint64)
    begins = np.flatnonzero(np.diff(seen.words.line, prepend=-1))
    start[seen.words.line[begins]] = seen.words.hash[begins]
    alike = (start[1:] == start[:-1]) & (start[1:] != 0)
    repeats = np.where(said, np.minimum(counts[inverse], 9), 1).astype(np.float32)
    return {
        "repeats": repeats,
        "repeated_before": (said & (first[inverse] < np.arange(count))).astype(np.float32),
        "alike": np.append(alike, False).astype(np.float32) + np.insert(alike, 0, False).astype(np.float32),
        "short_repeats": np.where(seen.own["words"] <= 6, repeats - 1, 0).astype(np.float32),
    }


def topic_figures(seen: Seen, prose: Mask) -> Columns:
    """The share of the line's words that other prose lines of the document use too: its language and its subject."""
    count = len(seen.identity)
    bucket = (seen.words.hash >> np.uint64(64 - TOPIC_BITS)).astype(np.int64)
    line = seen.words.line
    inside = prose[line]
    first = np.full(1 << TOPIC_BITS, -1, np.int64)
    last = np.full(1 << TOPIC_BITS, -1, np.int64)
    first[bucket[inside][::-1]] = line[inside][::-1]
    last[bucket[inside]] = line[inside]
    shared = ((first[bucket] != line) & (first[bucket] >= 0)) | ((last[bucket] != line) & (last[bucket] >= 0))
    return {
        "shared_words": _share(line, shared, np.ones(len(line), bool), count),
        "shared_topic": _share(line, shared, seen.words.long, count),
        "shared_grammar": _share(line, shared, ~seen.words.long, count),
    }


def _share(line: Ints, hit: NDArray[np.bool_], among: NDArray[np.bool_], count: int) -> Floats:
    whole = np.bincount(line[among], minlength=count)[:count]
    part = np.bincount(line[among & hit], minlength=count)[:count]
    return np.where(whole > 0, part / np.maximum(whole, 1), -1).astype(np.float32)


SEEN_IN_WINDOWS = "score opens words short_repeats clock shared_words".split()
SEEN_FURTHER = ("words", "score", "opens")
SEEN_IN_NEIGHBOURS = "words score opens closes word_score gram_score capitals ends digits shared_words".split()


def neighbour_figures(columns: Columns) -> Columns:
    """The three lines before and after. Beyond the ends of the document everything is -1."""
    count, reach = len(columns["words"]), max(NEIGHBOURS)
    padded = np.full((len(SEEN_IN_NEIGHBOURS), count + 2 * reach), -1, np.float32)
    for row, name in enumerate(SEEN_IN_NEIGHBOURS):
        padded[row, reach : reach + count] = columns[name]
    return {
        f"{name}{offset:+d}": padded[row, reach + offset : reach + offset + count]
        for row, name in enumerate(SEEN_IN_NEIGHBOURS)
        for offset in NEIGHBOURS
        if abs(offset) == 1 or name in SEEN_FURTHER
    }


def window_figures(columns: Columns, prose: Mask) -> Columns:
    """Means over the lines before and after, line by line: how dense prose and residue are here."""
    values = np.stack([*(columns[name] for name in SEEN_IN_WINDOWS), prose], dtype=np.float64)
    total = np.concatenate((np.zeros((len(values), 1)), np.cumsum(values, axis=1)), axis=1)
    means = {width: _windows(total, width) for width in WINDOWS}
    return {
        f"{name}_{side}{width}": means[width][side][row]
        for row, name in enumerate((*SEEN_IN_WINDOWS, "prose"))
        for width in WINDOWS
        for side in ("before", "after")
    }


def _windows(total: NDArray[np.float64], width: int) -> dict[str, Floats]:
    """Means of the `width` lines before and after each line, a row a figure; 0 where there is no line."""
    count = total.shape[1] - 1
    here = np.arange(count)
    start, end = np.maximum(here - width, 0), np.minimum(here + 1 + width, count)
    before = (total[:, :-1] - total[:, start]) / np.maximum(here - start, 1)
    after = (total[:, end] - total[:, 1:]) / np.maximum(end - here - 1, 1)
    return {"before": before.astype(np.float32), "after": after.astype(np.float32)}


def place_figures(own: Columns, prose: Mask) -> Columns:
    """Where in the document the line stands, by lines and by words of prose."""
    count = len(prose)
    here = np.arange(count)
    told = np.where(prose, own["words"], 0)
    so_far = np.cumsum(told) - told
    whole = max(float(told.sum()), 1.0)
    previous = _last_seen(here, prose)
    following = count - 1 - _last_seen(here, prose[::-1])[::-1]
    return {
        "from_top": np.minimum(here, 100).astype(np.float32),
        "from_bottom": np.minimum(count - 1 - here, 100).astype(np.float32),
        "depth": (here / max(count - 1, 1)).astype(np.float32),
        "prose_before": (so_far / whole).astype(np.float32),
        "prose_after": ((whole - so_far - told) / whole).astype(np.float32),
        "prose_words_before": np.minimum(so_far, 2000).astype(np.float32),
        "prose_words_after": np.minimum(told.sum() - so_far - told, 2000).astype(np.float32),
        "since_prose": np.where(previous >= 0, np.minimum(here - previous, FAR), FAR).astype(np.float32),
        "until_prose": np.where(following < count, np.minimum(following - here, FAR), FAR).astype(np.float32),
    }


def _last_seen(here: Ints, marked: NDArray[np.bool_]) -> Ints:
    """For every line the last marked line before it, or -1."""
    return np.concatenate(([-1], np.maximum.accumulate(np.where(marked, here, -1))))[:-1]


def run_figures(columns: Columns, prose: Mask) -> Columns:
    """The run of lines without prose (or of prose) that the line belongs to, and what opened it."""
    turns = np.concatenate(([True], prose[1:] != prose[:-1]))
    starts = np.flatnonzero(turns)
    run = np.cumsum(turns) - 1
    length = np.diff(np.append(starts, len(prose)))
    opener = columns["opens"]
    mean = np.add.reduceat(columns["score"], starts) / length
    words = np.add.reduceat(columns["words"], starts)
    return {
        "run_length": np.minimum(length[run], FAR).astype(np.float32),
        "run_place": np.minimum(np.arange(len(prose)) - starts[run], FAR).astype(np.float32),
        "run_score": mean[run].astype(np.float32),
        "run_top_score": np.maximum.reduceat(columns["score"], starts)[run],
        "run_words": np.minimum(words[run], 2000).astype(np.float32),
        "run_opener": opener[starts][run],
        "opened4": _largest_before(opener, 4),
        "opened10": _largest_before(opener, 10),
        "opened30": _largest_before(opener, 30),
        "closes5": _largest_before(columns["closes"][::-1], 5)[::-1],
    }


def _largest_before(values: Floats, width: int) -> Floats:
    """The largest of the `width` values before each; -9 where there is none."""
    padded = np.concatenate((np.full(width, -9, np.float32), values[:-1]))
    largest: Floats = np.lib.stride_tricks.sliding_window_view(padded, width).max(axis=1)
    return largest


def document_figures(columns: Columns, prose: Mask) -> Columns:
    """The document as a whole: the same for every line."""
    count = len(prose)
    words = columns["words"]
    total = max(float(words.sum()), 1.0)
    every: Callable[[float], Floats] = lambda value: np.full(count, value, np.float32)  # noqa: E731
    return {
        "lines": every(min(count, 400)),
        "prose_share": every(float(prose.mean())),
        "prose_words": every(float(words[prose].sum()) / total),
        "mean_words": every(total / count),
        "mean_score": every(float(columns["score"].mean())),
        "weighed_score": every(float((columns["score"] * words).sum()) / total),
        "top_score": every(float(np.partition(columns["score"], -max(count // 10, 1))[-max(count // 10, 1)])),
        "listed_share": every(float(columns["listed"].mean())),
        "repeated_share": every(float(columns["repeated_before"].mean())),
    }
