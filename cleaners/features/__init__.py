"""Blocks of a page → numbers, for the learned judge. The same code makes the training rows and runs on every page.

Four layers: what a block's own text looks like, what its containers hold and are called, where it stands in the flow of
the page, and what its neighbours look like. Nothing here knows a language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cleaners.features import letters as kinds_of
from cleaners.features.claims import COLUMNS as CLAIM_COLUMNS
from cleaners.features.claims import Head, claim_rows, find_headline, read_head
from cleaners.features.letters import Columns, Flags, Integers, Letters, Matrix
from cleaners.features.places import LEVELS, PlaceTable, Scores, Weights, inner_scores
from cleaners.marks import Marks
from cleaners.segment import Document
from items import Block

KINDS = {
    kind: code for code, kind in enumerate("paragraph heading list_item quote code table caption standfirst".split())
}
TAGS = (
    "article", "main", "section", "aside", "nav", "footer", "header", "form", "figure", "table", "ul", "blockquote",
    "button", "details",
)  # fmt: skip
TAG_CODE = {tag: code + 1 for code, tag in enumerate(TAGS)} | {"ol": TAGS.index("ul") + 1}
PROSE = 80  # characters from which on a block with a full stop, not half links, counts as prose
FAR = 60  # blocks: further away than this is just far
OUTSIDE = LEVELS


class Reading(NamedTuple):
    """A page read: features (a row a block, columns as in COLUMNS), and what later steps need beside them.

    ancestors: blocks × levels, rows of `table`. Inside, columns are kept apart until the end, which is faster.
    """

    features: Matrix
    table: PlaceTable
    ancestors: Integers
    groups: Integers
    """A row a grouping, see GROUPINGS."""
    sections: Integers
    chars: Matrix
    prose: Matrix
    headline: int
    head: Head
    marks: Marks


TEXT_COLUMNS = (
    "chars words kind level link_density ends_stop ends_colon starts_lower starts_quote stops commas digits capitals"
    " word_length marks quotes question lines unspaced money is_prose hidden repeats repeated_before"
).split()


def _text_rows(blocks: Sequence[Block], letters: Letters, hidden: Flags) -> Matrix:
    """What each block's own text looks like; rows as in TEXT_COLUMNS."""
    counts = letters.counts.T
    sizes = letters.sizes.astype(np.float32)
    chars = sizes + 1.5 * counts[kinds_of.UNSPACED]
    words = np.maximum(letters.words, 1)
    links = np.array([block.link_chars for block in blocks], np.float32) / sizes
    last = letters.last
    stop = last == kinds_of.STOP
    closed = (last == kinds_of.QUOTE) | (last == kinds_of.CLOSING)
    repeats, before = _repeats([block.text for block in blocks])
    columns = [
        np.log1p(chars),
        np.log1p(words),
        np.array([KINDS[block.kind] for block in blocks]),
        np.array([block.level or 0 for block in blocks]),
        links,
        stop | (closed & (letters.before_last == kinds_of.STOP)),
        last == kinds_of.COLON,
        letters.first == kinds_of.LOWER,
        letters.first == kinds_of.QUOTE,
        counts[kinds_of.STOP] / words,
        counts[kinds_of.COMMA] / words,
        counts[kinds_of.DIGIT] / sizes,
        letters.capitals / words,
        chars / words,
        counts[kinds_of.MARK] / words,
        counts[kinds_of.QUOTE] / words,
        letters.asks,
        counts[kinds_of.BREAK],
        counts[kinds_of.UNSPACED] / sizes,
        counts[kinds_of.MONEY] > 0,
        (chars >= PROSE) & (counts[kinds_of.STOP] > 0) & (links < 0.5),
        hidden,
        repeats,
        before,
    ]
    return as_rows(columns)


def _repeats(texts: Sequence[str]) -> tuple[Integers, Flags]:
    """How often each text stands on the page, and whether it stood there before."""
    numbers: dict[str, int] = {}
    number = np.array([numbers.setdefault(text, len(numbers)) for text in texts])
    before = np.zeros(len(texts), np.bool_)  # a number is new where it is above all earlier ones
    before[1:] = number[1:] <= np.maximum.accumulate(number)[:-1]
    return np.bincount(number)[number], before


HELD_LEVELS = (0, 1, 2, 3, 4, 6)
HELD = ("prose_share", "chars_share", "links", "blocks", "mean_chars", "prose_blocks", "prose_inside", "alike", "name")
HELD_COLUMNS = [f"{name}_{level}" for level in HELD_LEVELS for name in HELD]


def running_sums(values: Matrix) -> Matrix:
    """Along the last axis the sums of all values before each position, and of all: one longer than the values."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, dtype=np.float64, out=sums[..., 1:])
    return sums


def _held(text: Matrix, chars: Matrix, prose: Matrix, table: PlaceTable, names: Matrix) -> Matrix:
    """What each place holds, a column a place; rows as in HELD."""
    sums = running_sums(np.array([chars, prose, text[4] * chars, text[20]], np.float32))
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


ROOT_COLUMNS = ["headline_level", "root_level", "root_prose_share", "alike_most", "alike_level", "depth", "child"]


def first_level(holds: Flags, otherwise: int) -> Integers:
    """For each block the first level at which something holds; holds: levels × blocks."""
    level: Integers = np.where(holds.any(axis=0), holds.argmax(axis=0), otherwise)
    return level


def _root_rows(table: PlaceTable, up: Integers, share: Matrix, headline: int) -> Columns:
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


TAG_COLUMNS = [f"near_{tag}" for tag in TAGS] + ["tag", "parent_tag"]


def _tag_rows(table: PlaceTable, up: Integers) -> Matrix:
    """For each telling tag how many levels up the nearest such container is; and the two innermost tags."""
    codes = np.array([TAG_CODE.get(place.tag, 0) for place in table.makes])[table.make][up]
    near = np.full((len(TAGS) + 3, up.shape[1]), OUTSIDE, np.float32)
    block = np.arange(up.shape[1])
    for level in range(LEVELS - 1, -1, -1):
        near[codes[level], block] = level  # row 0: no telling tag
    innermost = np.array([INNERMOST.get(place.tag, 0) for place in table.makes])[table.make]
    near[-2] = innermost[up[0]]
    near[-1] = innermost[up[1]]
    return near[1:]


INNERMOST = {
    tag: code + 1
    for code, tag in enumerate(
        "p div li h1 h2 h3 h4 h5 h6 td tr ul ol section article span blockquote figcaption".split()
    )
}


GROUP = ("size", "chars", "links", "ends", "prose", "held", "from")
# Three ways to tell that blocks are of one make, from the strictest to the loosest (see `_groups`).
GROUPINGS = ("make", "place", "form")
GROUP_COLUMNS = [f"{grouping}_{name}" for grouping in GROUPINGS for name in GROUP]


def _groups(table: PlaceTable, up: Integers, kinds: Matrix) -> Integers:
    """For each block the number of its group, a row a grouping: the kin of its element and its parent; tag, kind, and
    the kin of its parent; tag, kind, the parent's tag, and the kin of the grandparent."""
    tags: dict[str, int] = {}
    tag = np.array([tags.setdefault(place.tag, len(tags)) for place in table.makes])[table.make]
    kin, most = table.kin[up[:3]], len(table.makes)
    form = tag[up[0]] * len(KINDS) + kinds.astype(np.int64)
    keys = (kin[0] * most + kin[1], form * most + kin[1], (form * len(tags) + tag[up[1]]) * most + kin[2])
    return np.array([np.unique(key, return_inverse=True)[1].ravel() for key in keys])


def _group_rows(group: Integers, text: Matrix, prose: Matrix) -> Columns:
    """What blocks of the same group are like over the whole page."""
    size = np.bincount(group)
    means = [np.bincount(group, text[column]) / size for column in (0, 4, 5, 20)]
    held = np.bincount(group, prose) / max(float(prose.sum()), 1.0)
    first = np.full(len(size), len(group))
    np.minimum.at(first, group, np.arange(len(group)))
    return [row[group] for row in (np.log1p(size), *means, held, first / len(group))]


ARTICLE_COLUMNS = ["article_number", "article_prose", "articles", "headlines_since", "chars_to_usual"]
USUAL = 4.6  # the log length that a paragraph is taken to have on a page without prose


def _article_rows(table: PlaceTable, up: Integers, text: Matrix, share: Matrix, headline: int) -> Columns:
    """Which of the page's <article> elements a block stands in, and signs that another article has begun.

    share: of the page's prose in each place.
    """
    count = up.shape[1]
    is_article = np.array([place.tag == "article" for place in table.makes])[table.make]
    inside = is_article[up]
    nearest = up[inside.argmax(axis=0), np.arange(count)]
    stands = inside.any(axis=0)
    same = (text[2] == KINDS["heading"]) & (text[3] == text[3, headline]) & (np.arange(count) > headline)
    prose = text[20] > 0
    usual = float(np.median(text[0, prose])) if prose.any() else USUAL
    return [
        np.where(stands, np.minimum(np.cumsum(is_article)[nearest], 20), 0),
        np.where(stands, share[nearest], -1),
        np.full(count, np.log1p(is_article.sum())),
        np.cumsum(same) if headline >= 0 else np.zeros(count),
        text[0] - usual,
    ]


TOLD_COLUMNS = ["told_on_page", "since_told", "until_told", "told_in_1", "told_in_2", "told_in_3", "told_of_place"]


def _told_rows(told: Flags, table: PlaceTable, up: Integers, group: Integers) -> Columns:
    """How near a block stands to what the rules took for residue."""
    since, until = _nearness(told)
    sums = running_sums(told.astype(np.float64))
    within = (sums[table.last + 1] - sums[table.first]) / (table.last - table.first + 1)
    of_group = (np.bincount(group, told) / np.bincount(group))[group]
    return [np.full(len(told), told.mean()), since, until, *within[up[1:4]], of_group]


FLOW_COLUMNS = (
    "position page_blocks prose_before page_prose since_prose until_prose prose_near prose_wide links_near"
    " from_headline is_headline since_long until_long run_share"
).split()


def _nearness(marked: Flags, far: int = FAR) -> tuple[Matrix, Matrix]:
    """How many blocks ago a marked one stood, and in how many the next one comes."""
    position = np.arange(len(marked))
    since = position - np.maximum.accumulate(np.where(marked, position, -far))
    until = np.minimum.accumulate(np.where(marked, position, len(marked) + far)[::-1])[::-1] - position
    return np.minimum(since, far).astype(np.float32), np.minimum(until, far).astype(np.float32)


def windows(sums: Matrix, radius: int) -> Matrix:
    """Sums over the blocks up to `radius` before and after. sums: as `running_sums` gives them."""
    position = np.arange(sums.shape[-1] - 1)
    after = sums[..., np.minimum(position + radius + 1, len(position))]
    around: Matrix = after - sums[..., np.maximum(position - radius, 0)]
    return around


def _flow_rows(text: Matrix, chars: Matrix, prose: Matrix, headline: int) -> Columns:
    """Where each block stands in the flow of the page: before, after and between what reads like prose."""
    count = len(chars)
    position = np.arange(count, dtype=np.float32)
    total = max(float(prose.sum()), 1.0)
    is_prose = prose > 0
    since, until = _nearness(is_prose)
    since_long, until_long = _nearness(prose >= 4 * PROSE)
    # A run of prose ends where the next prose block is more than five blocks away.
    starts = is_prose.copy()
    starts[1:] &= since[:-1] > 5
    runs = np.cumsum(starts)
    sums = running_sums(np.array([prose, chars, text[4] * chars], np.float32))
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


SECTION_COLUMNS = ["since_heading", "section_blocks", "section_prose", "section_links", "section_level", "section_name"]


def _section_rows(section: Integers, text: Matrix, chars: Matrix, prose: Matrix, names: Matrix) -> Columns:
    """What stands under the same heading: from the heading before the block up to the next one."""
    changes = np.ones(len(section), np.bool_)
    changes[1:] = section[1:] != section[:-1]
    begin = np.flatnonzero(changes)
    held = np.bincount(section, chars) + 1
    shares = np.bincount(section, prose) / held, np.bincount(section, text[4] * chars) / held
    return [
        np.arange(len(section)) - begin[section],
        *(row[section] for row in (np.bincount(section), *shares, text[3][begin], names[begin])),
    ]


NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
NEAR = ("chars", "kind", "link_density", "ends_stop", "is_prose", "name", "level_up")
NEIGHBOUR_COLUMNS = [f"{name}{offset:+d}" for offset in NEIGHBOURS for name in NEAR]


def shifted(rows: Columns, offsets: Sequence[int]) -> Columns:
    """The same columns of the blocks before (negative) and after; 0 beyond the page's ends."""
    reach = max(map(abs, offsets))
    count = len(rows[0])
    padded = np.zeros((len(rows), count + 2 * reach), np.float32)
    padded[:, reach : reach + count] = as_rows(rows)
    return [row for offset in offsets for row in padded[:, reach + offset : reach + offset + count]]


def as_rows(columns: Columns) -> Matrix:
    """Each column as a row."""
    rows = np.empty((len(columns), len(columns[0])), np.float32)
    for row, column in zip(rows, columns, strict=True):
        row[:] = column
    return rows


def as_matrix(columns: Columns) -> Matrix:
    """The columns side by side: a row a block."""
    return np.ascontiguousarray(as_rows(columns).T)


NAME_COLUMNS = ["own_name", "parent_name", "above_name", "inner_name", "all_names"]
NAME_COLUMNS += ["worst_name", "best_name", "worst_name_2", "best_name_2"]
COLUMNS = [
    *TEXT_COLUMNS, *NAME_COLUMNS, *TAG_COLUMNS, *HELD_COLUMNS, *ROOT_COLUMNS, *GROUP_COLUMNS, *FLOW_COLUMNS,
    *SECTION_COLUMNS, *ARTICLE_COLUMNS, *TOLD_COLUMNS, "same_place_before", "same_parent_before", *CLAIM_COLUMNS,
    *NEIGHBOUR_COLUMNS,
]  # fmt: skip

NUMBERS = {name: number for number, name in enumerate(COLUMNS)}


def column(name: str) -> int:
    """The number of a feature's column."""
    return NUMBERS[name]


def read_page(document: Document, weights: Weights, told: Flags | None = None) -> Reading:
    """Reads a page that has at least one block.

    weights: what words in class names speak for. told: which blocks the rules take for residue; None: none of them.
    """
    blocks = document.blocks
    marks = Marks(document.utf8)
    head = read_head(document, marks)
    headline = find_headline(blocks, head)
    letters = Letters([block.text for block in blocks])
    table = PlaceTable(blocks)
    up = table.ancestors()
    text = _text_rows(blocks, letters, table.hidden[up[0]])
    chars = (letters.sizes.astype(np.float32) + 1.5 * letters.counts[:, kinds_of.UNSPACED]).astype(np.float32)
    prose: Matrix = (chars * text[20]).astype(np.float32)
    scores = table.scores(weights)
    names = _name_rows(scores, up, inner_scores(blocks, weights))
    heading = text[2] == KINDS["heading"]
    sections = np.cumsum(heading) - int(heading[0])
    groups = _groups(table, up, text[2])
    told = np.zeros(len(blocks), np.bool_) if told is None else told
    held = _held(text, chars, prose, table, scores.own)
    columns = [
        *text,
        *names,
        *_tag_rows(table, up),
        *(row for level in HELD_LEVELS for row in held[:, up[level]]),
        *_root_rows(table, up, held[0], headline),
        *(row for group in groups for row in _group_rows(group, text, prose)),
        *_flow_rows(text, chars, prose, headline),
        *_section_rows(sections, text, chars, prose, names[4]),
        *_article_rows(table, up, text, held[0], headline),
        *_told_rows(told, table, up, groups[1]),
        *_same_as_before(up),
        *claim_rows(blocks, head),
        *shifted([*(text[number] for number in (0, 2, 4, 5, 20)), names[4], table.depth[up[0]]], NEIGHBOURS),
    ]
    return Reading(as_matrix(columns), table, up.T, groups, sections, chars, prose, headline, head, marks)


def _name_rows(scores: Scores, up: Integers, inner: Matrix) -> Columns:
    """What names speak for, near and far; columns as in NAME_COLUMNS."""
    at = up[0]
    own, parent, above = scores.own[at], scores.parent[at], scores.above[at]
    extremes = [extreme[level] for level in (at, up[2]) for extreme in (scores.worst, scores.best)]
    return [own, parent, above, inner, own + (parent + above) + inner, *extremes]


def _same_as_before(up: Integers) -> Columns:
    """Whether a block stands in the same element, and in the same parent, as the one before it."""
    same = np.zeros((2, up.shape[1]), np.bool_)
    same[:, 1:] = up[:2, 1:] == up[:2, :-1]
    return [*same]
