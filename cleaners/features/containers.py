"""What the containers around a block hold, how far up they meet, and which tags they are."""

from __future__ import annotations

import numpy as np

from cleaners.features.columns import first_level, running_sums
from cleaners.features.letters import Columns, Integers, Matrix
from cleaners.features.places import LEVELS, PlaceTable, Scores
from cleaners.features.text import IS_PROSE, LINKS

TAGS = (
    "article", "main", "section", "aside", "nav", "footer", "header", "form", "figure", "table", "ul", "blockquote",
    "button", "details",
)  # fmt: skip
TAG_CODE = {tag: code + 1 for code, tag in enumerate(TAGS)} | {"ol": TAGS.index("ul") + 1}
INNERMOST = {
    tag: code + 1
    for code, tag in enumerate(
        "p div li h1 h2 h3 h4 h5 h6 td tr ul ol section article span blockquote figcaption".split()
    )
}
OUTSIDE = LEVELS
HELD_LEVELS = (0, 1, 2, 3, 4, 6)
HELD = ("prose_share", "chars_share", "links", "blocks", "mean_chars", "prose_blocks", "prose_inside", "alike", "name")
HELD_COLUMNS = [f"{name}_{level}" for level in HELD_LEVELS for name in HELD]
ROOT_COLUMNS = ["headline_level", "root_level", "root_prose_share", "alike_most", "alike_level", "depth", "child"]
SIZE_COLUMNS = ["blocks_on_page", "named_on_page"]
TAG_COLUMNS = [f"near_{tag}" for tag in TAGS] + ["tag", "parent_tag"]
NAME_COLUMNS = ["own_name", "parent_name", "above_name", "inner_name", "all_names"]
NAME_COLUMNS += ["worst_name", "best_name", "worst_name_2", "best_name_2"]


def held(text: Matrix, chars: Matrix, prose: Matrix, table: PlaceTable, names: Matrix) -> Matrix:
    """What each place holds, a column a place; rows as in HELD."""
    sums = running_sums(np.array([chars, prose, text[LINKS] * chars, text[IS_PROSE]], np.float32))
    within = sums[:, table.last + 1] - sums[:, table.first]  # a page's blocks lie in a place without a gap
    held_chars, held_prose, links, prose_blocks = within.astype(np.float32)
    blocks = (table.last - table.first + 1).astype(np.float32)
    rows = np.empty((len(HELD), len(blocks)), np.float32)
    rows[0] = held_prose / max(float(prose.sum()), 1.0)
    rows[1] = held_chars / max(float(chars.sum()), 1.0)
    rows[2] = links / np.maximum(held_chars, 1)
    rows[3] = np.log1p(blocks)
    rows[4] = held_chars / blocks
    rows[5] = prose_blocks
    rows[6] = held_prose / np.maximum(held_chars, 1)
    rows[7] = np.log1p(table.alike)
    rows[8] = names
    return rows


def root_rows(table: PlaceTable, up: Integers, share: Matrix, headline: int) -> Columns:
    """How far up a block meets the headline, and the smallest container of 60 % of the page's prose.

    up: levels × blocks. share: of the page's prose in each place.
    """
    count = up.shape[1]
    meets = (table.first <= headline) & (headline <= table.last)
    headline_level = first_level(meets[up], OUTSIDE) if headline >= 0 else np.full(count, -1)
    root_level = first_level((share >= 0.6)[up], OUTSIDE)
    below = up[np.clip(root_level - 1, 0, LEVELS - 1), np.arange(count)]  # the root's child in which the block stands
    alike = table.alike[up[:8]]
    return [
        headline_level,
        root_level,
        share[below],
        np.log1p(alike.max(axis=0)),
        alike.argmax(axis=0),
        table.depth[up[0]],
        np.log1p(table.last[below] - table.first[below]),
    ]


def size_rows(table: PlaceTable) -> Matrix:
    """How many blocks the page has, and which share of its containers has names: a brief on a bare page is judged by
    other signs than an article among menus."""
    count = len(table.of_block)
    named = np.array([place.names != "" for place in table.makes])[table.make].mean()
    return np.repeat(np.array([[np.log1p(count)], [named]], np.float32), count, axis=1)


def tag_rows(table: PlaceTable, up: Integers) -> Matrix:
    """For each telling tag how many levels up the nearest such container is; and the two innermost tags."""
    codes = np.array([TAG_CODE.get(tag, 0) for tag in table.tags])[table.tag][up]
    near = np.full((len(TAGS) + 3, up.shape[1]), OUTSIDE, np.float32)
    block = np.arange(up.shape[1])
    for level in range(LEVELS - 1, -1, -1):
        near[codes[level], block] = level  # row 0: no telling tag
    innermost = np.array([INNERMOST.get(tag, 0) for tag in table.tags])[table.tag]
    near[-2] = innermost[up[0]]
    near[-1] = innermost[up[1]]
    return near[1:]


def name_rows(scores: Scores, up: Integers, inner: Matrix) -> Columns:
    """What names speak for, near and far; columns as in NAME_COLUMNS."""
    at = up[0]
    own, parent, above = scores.own[at], scores.parent[at], scores.above[at]
    extremes = [extreme[level] for level in (at, up[2]) for extreme in (scores.worst, scores.best)]
    return [own, parent, above, inner, own + (parent + above) + inner, *extremes]
