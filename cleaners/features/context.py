"""What a first judgement of all blocks says of each one: its surroundings, seen through the first judgement's eyes."""

from __future__ import annotations

import numpy as np

from cleaners.features import Reading, shifted
from cleaners.features.letters import Matrix

LEVELS = (0, 1, 2, 3, 4, 6)
NEAR = (-4, -3, -2, -1, 1, 2, 3, 4)
FAR = 40
TOP = 1000.0
COLUMNS = [
    "margin", "page_kept", "page_kept_share", "page_unsure", "kept_before", "group_kept", "section_kept",
    "since_kept", "until_kept", "since_sure", "until_sure", "window_3", "window_10", "between", "home_level",
    "home_child_share", "home_child_kept", "first_kept", "dropped_since", "top", "below_top", "group_below_top",
    *(f"{name}_{level}" for level in LEVELS for name in ("kept_in", "kept_of")),
    *(f"margin{offset:+d}" for offset in NEAR),
]  # fmt: skip
OPINION_COLUMNS = [
    "opinion", "opinion_group", "opinion_window", "opinion_overlap", "opinion_chars", "opinion_parent",
    "opinion_grandparent", "opinion-1", "opinion+1",
]  # fmt: skip


def _range_sums(values: Matrix, first: np.ndarray, last: np.ndarray) -> Matrix:
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    sums: Matrix = total[last + 1] - total[first]
    return sums


def _window(values: Matrix, radius: int) -> Matrix:
    position = np.arange(len(values))
    return _range_sums(values, np.maximum(position - radius, 0), np.minimum(position + radius, len(values) - 1))


def _share_by(numbers: np.ndarray, part: Matrix, whole: Matrix) -> Matrix:
    shares: Matrix = (np.bincount(numbers, part) / np.maximum(np.bincount(numbers, whole), 1e-6))[numbers]
    return shares


def _since(marked: np.ndarray) -> Matrix:
    position = np.arange(len(marked))
    return np.minimum(position - np.maximum.accumulate(np.where(marked, position, -FAR)), FAR)


def _top(margins: Matrix, chars: Matrix) -> float:
    """How sure the judgement is of what it is surest of: the margin that TOP characters reach, or half of a page's."""
    order = np.argsort(-margins, kind="stable")
    reached = np.cumsum(chars[order])
    return float(margins[order[np.searchsorted(reached, min(TOP, float(reached[-1]) / 2))]])


def context_rows(reading: Reading, margins: Matrix) -> Matrix:
    """One row a block, columns as in COLUMNS. margins: the first judgement's log odds."""
    count = len(margins)
    margins = np.clip(margins, -8, 8).astype(np.float32)
    odds = 1 / (1 + np.exp(-margins))
    chars = reading.chars
    kept = odds * chars
    total = max(float(kept.sum()), 1.0)
    table, up = reading.table, reading.ancestors
    held, held_chars = _range_sums(kept, table.first, table.last), _range_sums(chars, table.first, table.last)
    inside, of_page = held / np.maximum(held_chars, 1e-6), held / total
    before = np.cumsum(kept) - kept
    yes, sure = odds > 0.5, odds > 0.9
    top = _top(margins, chars)
    home = of_page[up] >= 0.8
    home_level = np.where(home.any(axis=1), home.argmax(axis=1), up.shape[1])
    child = up[np.arange(count), np.clip(home_level - 1, 0, up.shape[1] - 1)]
    dropped = np.cumsum(chars * ~yes)
    last_kept = np.maximum.accumulate(np.where(yes, dropped, 0))
    first = np.maximum.accumulate(yes)
    columns = [
        margins,
        np.full(count, np.log1p(total)),
        np.full(count, total / max(float(chars.sum()), 1.0)),
        np.full(count, (np.minimum(odds, 1 - odds) * chars).sum() / total),
        before / total,
        _share_by(reading.groups, kept, chars),
        _share_by(reading.sections, kept, chars),
        _since(yes),
        _since(yes[::-1])[::-1],
        _since(sure),
        _since(sure[::-1])[::-1],
        _window(kept, 3) / _window(chars, 3),
        _window(kept, 10) / _window(chars, 10),
        np.minimum(before, total - before - kept) / total,
        home_level,
        of_page[child],
        inside[child],
        first,
        np.log1p(dropped - last_kept),
        np.full(count, top),
        margins - top,
        _share_by(reading.groups, margins * chars, chars) - top,
    ]
    for level in LEVELS:
        columns += [inside[up[:, level]], of_page[up[:, level]]]
    return np.hstack([np.column_stack(columns), shifted(margins[:, None], NEAR)]).astype(np.float32)


def opinion_rows(reading: Reading, margins: Matrix, opinion: np.ndarray) -> Matrix:
    """What another judge's opinion (a flag a block) adds; columns as in OPINION_COLUMNS."""
    odds = 1 / (1 + np.exp(-np.clip(margins, -8, 8)))
    chars = reading.chars
    said = opinion.astype(np.float32)
    table, up = reading.table, reading.ancestors
    inside = _range_sums(said * chars, table.first, table.last) / _range_sums(chars, table.first, table.last)
    both = float((np.minimum(odds, said) * chars).sum()) / max(float((np.maximum(odds, said) * chars).sum()), 1.0)
    columns = [
        said,
        _share_by(reading.groups, said * chars, chars),
        _window(said * chars, 4) / _window(chars, 4),
        np.full(len(said), both),
        np.full(len(said), np.log1p(float((said * chars).sum()))),
        inside[up[:, 1]],
        inside[up[:, 2]],
    ]
    return np.hstack([np.column_stack(columns), shifted(said[:, None], (-1, 1))]).astype(np.float32)
