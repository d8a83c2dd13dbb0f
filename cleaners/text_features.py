"""What the text judge knows of a line: itself, what else the document says, and where in it the line stands.

What stands right before and after a line is left to the net, which reads the lines in their order.
Everything is computed for all lines of many documents at once, from the lines that are present and nothing else; so a
text that was cleaned already looks the same to the judge as the last look it took while cleaning. Whatever is summed
lies on a grid on which sums are exact: a document's figures are the same whichever documents are judged with it.
"""

from __future__ import annotations

from collections.abc import Sequence
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
from cleaners.text_scores import GRID, HEADS

TOPIC_BITS = 13
PROSE_WORDS = 15
LONG_PROSE_WORDS = 30
ENDINGS = (STOP, BANG, QUESTION, ELLIPSIS)
CLOSERS = (*ENDINGS, QUOTE, BRACKET, COLON)
ENDS = np.isin(np.arange(CLASSES), ENDINGS)
CLOSES = np.isin(np.arange(CLASSES), CLOSERS)
FAR = 60.0

Columns = dict[str, Floats]
Mask = NDArray[np.bool_]
Doubles = NDArray[np.float64]


class Seen(NamedTuple):
    """The lines of documents as far as the judge must look again when some of them are gone."""

    own: Columns
    """What each line says by itself."""
    identity: NDArray[np.uint64]
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    words: Words
    rarity: NDArray[np.uint8]
    """Per word: how rare it is."""
    bounds: Ints
    """Where documents begin: document d has the lines from bounds[d] up to bounds[d + 1]. None is empty."""

    def only(self, stay: Mask) -> Seen:
        """The same without the lines that do not stay, and without documents of which nothing stays."""
        number = np.cumsum(stay) - 1
        inside = stay[self.words.line]
        words = Words(number[self.words.line[inside]], self.words.hash[inside], self.words.long[inside])
        own = {name: values[stay] for name, values in self.own.items()}
        bounds = np.unique(np.append(0, np.cumsum(stay))[self.bounds])
        identity, first, last = self.identity[stay], self.first[stay], self.last[stay]
        return Seen(own, identity, first, last, words, self.rarity[inside], bounds)


def see(lines: Lines, scores: Floats, rarity: NDArray[np.uint8], listed: Floats, bounds: Ints) -> Seen:
    """The lines by themselves. `scores`: what `score_lines` says; `listed`: 1 for list items; `bounds`: as in Seen."""
    own = line_figures(lines, listed) | score_figures(scores)
    return Seen(own, lines.identity, lines.first, lines.last, lines.words, rarity, bounds)


def joined(parts: Sequence[Seen]) -> Seen:
    """Several as one, in this order."""
    if len(parts) == 1:
        return parts[0]
    shift = np.cumsum([0, *(len(part.identity) for part in parts)])
    line = np.concatenate([part.words.line + by for part, by in zip(parts, shift, strict=False)])
    words = Words(line, *(np.concatenate([part.words[i] for part in parts]) for i in (1, 2)))
    own = {name: np.concatenate([part.own[name] for part in parts]) for name in parts[0].own}
    identity, first, last = (np.concatenate([part[i] for part in parts]) for i in (1, 2, 3))
    bounds = np.concatenate([[0], *(part.bounds[1:] + by for part, by in zip(parts, shift, strict=False))])
    return Seen(own, identity, first, last, words, np.concatenate([part.rarity for part in parts]), bounds)


class Spans(NamedTuple):
    """Where each line stands: its own place, its document, and where that begins and ends."""

    here: Ints
    document: Ints
    start: Ints
    end: Ints
    bounds: Ints

    @classmethod
    def of(cls, bounds: Ints) -> Spans:
        sizes = np.diff(bounds)
        here = np.arange(bounds[-1])
        return cls(
            here,
            np.repeat(np.arange(len(sizes)), sizes),
            np.repeat(bounds[:-1], sizes),
            np.repeat(bounds[1:], sizes),
            bounds,
        )

    def shifted(self, values: Floats, by: int, beyond: float) -> Floats:
        """Each line's value of the line that stands `by` lines after it (before it: negative) in its document."""
        at = self.here + by
        inside = (at >= self.start) & (at < self.end)
        return np.where(inside, values.take(at, axis=-1, mode="clip"), np.float32(beyond))

    def sums(self, values: NDArray[np.generic]) -> Doubles:
        """Per document the sum of its lines' values."""
        return np.add.reduceat(values.astype(np.float64), self.bounds[:-1])

    def spread(self, values: NDArray[np.generic]) -> Floats:
        """A value of each document as one of each of its lines."""
        return np.repeat(values.astype(np.float32), np.diff(self.bounds))

    def before(self, values: Doubles) -> Doubles:
        """Per line the sum of the values of the lines before it in its document."""
        running = np.cumsum(values) - values
        found: Doubles = running - running[self.start]
        return found


def features(seen: Seen) -> Columns:
    """All figures of all lines, by name: of each line itself, and of its surroundings."""
    spans = Spans.of(seen.bounds)
    prose = prose_lines(seen)
    columns = dict(seen.own)
    columns |= repeat_figures(seen, spans)
    columns |= topic_figures(seen, prose, spans)
    columns |= place_figures(columns, prose, spans)
    columns |= rest_figures(columns, spans)
    columns |= run_figures(columns, prose, spans)
    columns |= document_figures(columns, prose, spans)
    return columns


def matrix(columns: Columns, names: Sequence[str] = ()) -> Floats:
    """Features × lines, in the order of the names (all there are, where none are given)."""
    return np.stack([columns[name] for name in names or columns], dtype=np.float32)


def on_grid(values: NDArray[np.floating]) -> Floats:
    """The values rounded so that sums of them are exact."""
    rounded: Floats = (np.rint(values * GRID) / GRID).astype(np.float32)
    return rounded


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


def prose_lines(seen: Seen) -> Mask:
    """Which lines are prose: long enough, and ended like a sentence or longer still."""
    words = seen.own["words"]
    return (words >= PROSE_WORDS) & (CLOSES[seen.last] | (words >= LONG_PROSE_WORDS))


def repeat_figures(seen: Seen, spans: Spans) -> Columns:
    """How often the document says the same line, and whether the neighbours begin alike."""
    count = len(seen.identity)
    order = np.lexsort((seen.identity, spans.document))
    identity, document = seen.identity[order], spans.document[order]
    new = np.concatenate(([True], (identity[1:] != identity[:-1]) | (document[1:] != document[:-1])))
    group = np.cumsum(new) - 1
    times = np.bincount(group)
    said = seen.identity != 0
    repeats, again = np.empty(count, np.float32), np.empty(count, bool)
    repeats[order], again[order] = np.minimum(times[group], 9), ~new  # the sort is stable: the first said comes first
    repeats[~said], again[~said] = 1, False
    start = np.zeros(count, np.uint64)
    begins = np.flatnonzero(np.diff(seen.words.line, prepend=-1))
    start[seen.words.line[begins]] = seen.words.hash[begins]
    alike = (start[1:] == start[:-1]) & (start[1:] != 0) & (spans.document[1:] == spans.document[:-1])
    return {
        "repeats": repeats,
        "repeated_before": again.astype(np.float32),
        "alike": np.append(alike, False).astype(np.float32) + np.insert(alike, 0, False).astype(np.float32),
        "short_repeats": np.where(seen.own["words"] <= 6, repeats - 1, 0).astype(np.float32),
    }


def topic_figures(seen: Seen, prose: Mask, spans: Spans) -> Columns:
    """The share of the line's words that other prose lines of the document use too: its language and its subject."""
    count = len(seen.identity)
    line = seen.words.line
    bucket = (seen.words.hash >> np.uint64(64 - TOPIC_BITS)).astype(np.intp) + (spans.document[line] << TOPIC_BITS)
    inside = np.flatnonzero(prose[line])
    teller, told = line[inside].astype(np.int32), bucket[inside]
    first = np.full((len(spans.bounds) - 1) << TOPIC_BITS, -1, np.int32)
    last = first.copy()
    first[told[::-1]] = teller[::-1]
    last[told] = teller
    one, other = first[bucket], last[bucket]
    shared = (one >= 0) & ((one != line) | (other != line))
    words = _Counted.of(line, count)
    every, both = words.sums(np.ones(len(line), bool)), words.sums(shared)
    long, both_long = words.sums(seen.words.long), words.sums(seen.words.long & shared)
    weight, found = words.sums(seen.rarity), words.sums(seen.rarity * shared)
    return {
        "shared_words": _share(both, every),
        "shared_topic": _share(both_long, long),
        "shared_grammar": _share(both - both_long, every - long),
        "shared_rare": _share(found, weight),
        "rarity": on_grid(weight / np.maximum(every, 1)),
        "rarest_shared": _largest(line, seen.rarity * shared, count),
    }


class _Counted(NamedTuple):
    """Where each line's words begin and end among all words, which stand in the order of their lines."""

    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, line: Ints, count: int) -> _Counted:
        size = np.bincount(line, minlength=count)
        ends = np.cumsum(size)
        return cls(ends - size, ends)

    def sums(self, values: NDArray[np.generic]) -> Ints:
        """Per line the sum of whole numbers, one a word."""
        running = np.zeros(len(values) + 1, np.int64)
        np.cumsum(values, out=running[1:])
        found: Ints = running[self.ends] - running[self.starts]
        return found


def _share(part: Ints, whole: Ints) -> Floats:
    """The share, -1 where there is no whole."""
    return on_grid(np.where(whole > 0, part / np.maximum(whole, 1), -1))


def _largest(line: Ints, values: NDArray[np.uint8], count: int) -> Floats:
    largest = np.zeros(count, np.float32)
    if len(line):
        begins = np.flatnonzero(np.diff(line, prepend=-1))
        largest[line[begins]] = np.maximum.reduceat(values, begins)
    return largest


def place_figures(own: Columns, prose: Mask, spans: Spans) -> Columns:
    """Where in the document the line stands, by lines and by words of prose."""
    here, last = spans.here - spans.start, spans.end - 1 - spans.here
    told = np.where(prose, own["words"], 0).astype(np.float64)
    so_far = spans.before(told)
    every = spans.sums(told)[spans.document]
    whole = np.maximum(every, 1)
    previous = _last_seen(spans.here, prose)
    following = len(prose) - 1 - _last_seen(spans.here, prose[::-1])[::-1]
    return {
        "from_top": np.minimum(here, 100).astype(np.float32),
        "from_bottom": np.minimum(last, 100).astype(np.float32),
        "depth": (here / np.maximum(here + last, 1)).astype(np.float32),
        "prose_before": (so_far / whole).astype(np.float32),
        "prose_after": ((every - so_far - told) / whole).astype(np.float32),
        "prose_words_before": np.minimum(so_far, 2000).astype(np.float32),
        "prose_words_after": np.minimum(every - so_far - told, 2000).astype(np.float32),
        "since_prose": np.where(previous >= spans.start, np.minimum(spans.here - previous, FAR), FAR).astype(
            np.float32
        ),
        "until_prose": np.where(following < spans.end, np.minimum(following - spans.here, FAR), FAR).astype(np.float32),
    }


def _last_seen(here: Ints, marked: Mask) -> Ints:
    """For every line the last marked line before it, or -1."""
    return np.concatenate(([-1], np.maximum.accumulate(np.where(marked, here, -1))))[:-1]


SEEN_IN_REST = ("score", "advert", "shared_rare")


def rest_figures(columns: Columns, spans: Spans) -> Columns:
    """Means over all lines above and over all lines below, weighed by their words."""
    words = columns["words"].astype(np.float64)
    above = spans.before(words)
    below = spans.sums(words)[spans.document] - above - words
    found: Columns = {}
    for name in SEEN_IN_REST:
        values = columns[name] * words
        part = spans.before(values)
        rest = spans.sums(values)[spans.document] - part - values
        found[f"{name}_above"] = (part / np.maximum(above, 1)).astype(np.float32)
        found[f"{name}_below"] = (rest / np.maximum(below, 1)).astype(np.float32)
    return found


def run_figures(columns: Columns, prose: Mask, spans: Spans) -> Columns:
    """The run of lines without prose (or of prose) that the line belongs to, and what opened it."""
    turns = np.concatenate(([True], prose[1:] != prose[:-1]))
    turns[spans.bounds[:-1]] = True
    starts = np.flatnonzero(turns)
    run = np.cumsum(turns) - 1
    length = np.diff(np.append(starts, len(prose)))
    opener, closer = columns["opens"], columns["closes"]
    mean = np.add.reduceat(columns["score"].astype(np.float64), starts) / length
    words = np.add.reduceat(columns["words"].astype(np.float64), starts)
    return {
        "run_length": np.minimum(length[run], FAR).astype(np.float32),
        "run_place": np.minimum(spans.here - starts[run], FAR).astype(np.float32),
        "run_score": mean[run].astype(np.float32),
        "run_top_score": np.maximum.reduceat(columns["score"], starts)[run],
        "run_words": np.minimum(words[run], 2000).astype(np.float32),
        "run_opener": opener[starts][run],
        "opened4": _largest_near(opener, 4, -1, spans),
        "opened10": _largest_near(opener, 10, -1, spans),
        "opened30": _largest_near(opener, 30, -1, spans),
        "closes5": _largest_near(closer, 5, 1, spans),
    }


def _largest_near(values: Floats, width: int, side: int, spans: Spans) -> Floats:
    """The largest of the `width` values before each (side -1) or after each (1); -9 where there is none."""
    largest = spans.shifted(values, side, -9)
    reach = 1
    while reach < width:
        step = min(reach, width - reach)
        largest = np.maximum(largest, spans.shifted(largest, side * step, -9))
        reach += step
    return largest


def document_figures(columns: Columns, prose: Mask, spans: Spans) -> Columns:
    """The document as a whole: the same for every line."""
    count = np.diff(spans.bounds)
    words, score = columns["words"].astype(np.float64), columns["score"]
    total = np.maximum(spans.sums(words), 1)
    ordered = score[np.lexsort((score, spans.document))]
    figures = {
        "lines": np.minimum(count, 400),
        "prose_share": spans.sums(prose) / count,
        "prose_words": spans.sums(words * prose) / total,
        "mean_words": total / count,
        "mean_score": spans.sums(score) / count,
        "weighed_score": spans.sums(score * words) / total,
        "top_score": ordered[spans.bounds[1:] - np.maximum(count // 10, 1)],
        "listed_share": spans.sums(columns["listed"]) / count,
        "repeated_share": spans.sums(columns["repeated_before"]) / count,
    }
    return {name: spans.spread(values) for name, values in figures.items()}
