"""What the document's other lines say of a line's words: the same, or some of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cleaners.text_features.seen import Counted, Seen
from cleaners.text_features.spans import Columns, Mask, Spans, on_grid
from cleaners.text_lines import Floats, Ints

TOPIC_BITS = 13


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
    words = Counted.of(line, count)
    every, long, weight = seen.weighed
    both, both_long = words.sums(shared), words.sums(seen.words.long & shared)
    rare = seen.rarity * shared
    found = words.sums(rare)
    return {
        "shared_words": _share(both, every),
        "shared_topic": _share(both_long, long),
        "shared_grammar": _share(both - both_long, every - long),
        "shared_rare": _share(found, weight),
        "rarity": on_grid(weight / np.maximum(every, 1)),
        "rarest_shared": _largest(line, rare, count),
    }


def _share(part: Ints, whole: Ints) -> Floats:
    """The share, -1 where there is no whole."""
    return on_grid(np.where(whole > 0, part / np.maximum(whole, 1), -1))


def _largest(line: Ints, values: NDArray[np.uint8], count: int) -> Floats:
    largest = np.zeros(count, np.float32)
    if len(line):
        begins = np.flatnonzero(np.diff(line, prepend=-1))
        largest[line[begins]] = np.maximum.reduceat(values, begins)
    return largest
