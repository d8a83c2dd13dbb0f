"""Where a block stands in the flow of the page: among prose, under which heading, beside which blocks."""

from __future__ import annotations

import numpy as np

from cleaners.features.columns import FAR, nearness, running_sums, windows
from cleaners.features.letters import Columns, Flags, Integers, Matrix
from cleaners.features.text import LEVEL, LINKS, PROSE

FLOW_COLUMNS = (
    "position page_blocks prose_before page_prose since_prose until_prose prose_near prose_wide links_near"
    " from_headline is_headline since_long until_long run_share"
).split()
SECTION_COLUMNS = ["since_heading", "section_blocks", "section_prose", "section_links", "section_level", "section_name"]
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
NEAR = ("chars", "kind", "link_density", "ends_stop", "is_prose", "name", "level_up")
NEIGHBOUR_COLUMNS = [f"{name}{offset:+d}" for offset in NEIGHBOURS for name in NEAR]


def flow_rows(text: Matrix, chars: Matrix, prose: Matrix, headline: int) -> Columns:
    """Where each block stands in the flow of the page: before, after and between what reads like prose."""
    count = len(chars)
    position = np.arange(count, dtype=np.float32)
    total = max(float(prose.sum()), 1.0)
    is_prose = prose > 0
    since, until = nearness(is_prose)
    since_long, until_long = nearness(prose >= 4 * PROSE)
    # A run of prose ends where the next prose block is more than five blocks away.
    starts = is_prose.copy()
    starts[1:] &= since[:-1] > 5
    runs = np.cumsum(starts)
    sums = running_sums(np.array([prose, chars, text[LINKS] * chars], np.float32))
    near_prose, near_chars, near_links = windows(sums, 3)
    wide_prose, wide_chars, _ = windows(sums, 10)
    return [
        position / count,
        np.full(count, np.log1p(count)),
        (np.cumsum(prose) - prose) / total,
        np.full(count, np.log1p(total)),
        since,
        until,
        near_prose / (near_chars + 1),
        wide_prose / (wide_chars + 1),
        near_links / (near_chars + 1),
        np.clip(position - headline, -FAR, 200) if headline >= 0 else np.full(count, -99),
        position == headline,
        since_long,
        until_long,
        np.bincount(runs, prose)[runs] / total,
    ]


def section_rows(section: Integers, text: Matrix, chars: Matrix, prose: Matrix, names: Matrix) -> Columns:
    """What stands under the same heading: from the heading before the block up to the next one."""
    changes = np.ones(len(section), np.bool_)
    changes[1:] = section[1:] != section[:-1]
    begin = np.flatnonzero(changes)
    held = np.bincount(section, chars) + 1
    shares = np.bincount(section, prose) / held, np.bincount(section, text[LINKS] * chars) / held
    return [
        np.arange(len(section)) - begin[section],
        *(row[section] for row in (np.bincount(section), *shares, text[LEVEL][begin], names[begin])),
    ]


def same_as_before(up: Integers) -> Flags:
    """Whether a block stands in the same element, and in the same parent, as the one before it."""
    same = np.zeros((2, up.shape[1]), np.bool_)
    same[:, 1:] = up[:2, 1:] == up[:2, :-1]
    return same
