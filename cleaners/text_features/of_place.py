"""What is told by where the line stands: among prose, in a run of lines like it, in this document."""

from __future__ import annotations

import numpy as np

from cleaners.text_features.spans import Columns, Mask, Spans
from cleaners.text_lines import Floats, Ints

FAR = 60.0
SEEN_IN_REST = ("score", "advert", "shared_rare")


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
