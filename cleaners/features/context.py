"""What a first judgement of all blocks says of each one: its surroundings, seen through the first judgement's eyes."""

from __future__ import annotations

import numpy as np

from cleaners.features import Reading
from cleaners.features.columns import as_matrix, first_level, running_sums, shifted, windows
from cleaners.features.groups import GROUPINGS
from cleaners.features.letters import Columns, Flags, Integers, Matrix

LEVELS = (0, 1, 2, 3, 4, 6)
NEAR = (-4, -3, -2, -1, 1, 2, 3, 4)
FAR = 40
TOP = 1000.0
COLUMNS = [
    "margin", "page_kept", "page_kept_share", "page_unsure", "kept_before", "section_kept",
    "since_kept", "until_kept", "since_sure", "until_sure", "window_3", "window_10", "between", "home_level",
    "home_child_share", "home_child_kept", "first_kept", "dropped_since", "top", "below_top",
    *(f"{grouping}_{name}" for grouping in GROUPINGS for name in ("kept", "below_top", "surest", "members")),
    *(f"{name}_{level}" for level in LEVELS for name in ("kept_in", "kept_of")),
    *(f"margin{offset:+d}" for offset in NEAR),
]  # fmt: skip
OPINION_COLUMNS = [
    "opinion", "opinion_group", "opinion_window", "opinion_overlap", "opinion_chars", "opinion_parent",
    "opinion_grandparent", "opinion-1", "opinion+1",
]  # fmt: skip


def _since(marked: Flags) -> Matrix:
    position = np.arange(len(marked))
    return np.minimum(position - np.maximum.accumulate(np.where(marked, position, -FAR)), FAR)


def _share_by(numbers: Integers, part: Matrix, whole: Matrix) -> Matrix:
    shares: Matrix = (np.bincount(numbers, part) / np.maximum(np.bincount(numbers, whole), 1e-6))[numbers]
    return shares


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
    table, up = reading.table, reading.ancestors.T
    sums = running_sums(np.array([kept, chars], np.float32))
    held, held_chars = sums[:, table.last + 1] - sums[:, table.first]
    shares = np.array((held / np.maximum(held_chars, 1e-6), held / total))
    inside, of_page = shares
    (near, near_chars), (wide, wide_chars) = windows(sums, 3), windows(sums, 10)
    before = np.cumsum(kept) - kept
    yes, sure = odds > 0.5, odds > 0.9
    top = _top(margins, chars)
    home_level = first_level((of_page >= 0.8)[up], len(up))
    child = up[np.clip(home_level - 1, 0, len(up) - 1), np.arange(count)]
    dropped = np.cumsum(chars * ~yes)
    last_kept = np.maximum.accumulate(np.where(yes, dropped, 0))
    columns = [
        margins,
        np.full(count, np.log1p(total)),
        np.full(count, total / max(float(chars.sum()), 1.0)),
        np.full(count, (np.minimum(odds, 1 - odds) * chars).sum() / total),
        before / total,
        _share_by(reading.sections, kept, chars),
        _since(yes),
        _since(yes[::-1])[::-1],
        _since(sure),
        _since(sure[::-1])[::-1],
        near / near_chars,
        wide / wide_chars,
        np.minimum(before, total - before - kept) / total,
        home_level,
        of_page[child],
        inside[child],
        np.maximum.accumulate(yes),
        np.log1p(dropped - last_kept),
        np.full(count, top),
        margins - top,
    ]
    for group in reading.groups:
        columns += _group_columns(group, margins, kept, chars, top)
    columns += [shares.take(up[level], axis=1) for level in LEVELS]
    return as_matrix([*columns, *shifted([margins], NEAR)])


def _group_columns(group: Integers, margins: Matrix, kept: Matrix, chars: Matrix, top: float) -> Columns:
    """What the judgement says of the blocks of a group: share kept, mean and highest margin, and how many they are."""
    members = np.bincount(group)
    surest = np.full(len(members), -9.0)
    np.maximum.at(surest, group, margins)
    return [
        _share_by(group, kept, chars),
        _share_by(group, margins * chars, chars) - top,
        surest[group],
        np.minimum(members, 50)[group],
    ]


def opinion_rows(reading: Reading, margins: Matrix, opinion: Flags) -> Matrix:
    """What another judge's opinion (a flag a block) adds; columns as in OPINION_COLUMNS."""
    odds = 1 / (1 + np.exp(-np.clip(margins, -8, 8)))
    chars = reading.chars
    said = opinion.astype(np.float32)
    table, up = reading.table, reading.ancestors.T
    sums = running_sums(np.array([said * chars, chars], np.float32))
    held, held_chars = sums[:, table.last + 1] - sums[:, table.first]
    inside = held / held_chars
    near, near_chars = windows(sums, 4)
    both = float((np.minimum(odds, said) * chars).sum()) / max(float((np.maximum(odds, said) * chars).sum()), 1.0)
    columns = [
        said,
        _share_by(reading.groups[0], said * chars, chars),
        near / near_chars,
        np.full(len(said), both),
        np.full(len(said), np.log1p(float((said * chars).sum()))),
        inside[up[1]],
        inside[up[2]],
    ]
    return as_matrix([*columns, *shifted([said], (-1, 1))])
