"""Blocks of a page → numbers, for the learned judge. The same code makes the training rows and runs on every page.

Four layers: what a block's own text looks like, what its containers hold and are called, where it stands in the flow of
the page, and what its neighbours look like. Nothing here knows a language.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cleaners.features import letters as kinds_of
from cleaners.features.claims import COLUMNS as CLAIM_COLUMNS
from cleaners.features.claims import Head, claim_rows, find_headline, read_head
from cleaners.features.letters import Flags, Integers, Letters, Matrix
from cleaners.features.places import LEVELS, PlaceTable, Weights, inner_scores
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
    """A page read: features (a row a block, columns as in COLUMNS), and what later steps need beside them."""

    features: Matrix
    table: PlaceTable
    ancestors: Integers
    groups: Integers
    sections: Integers
    chars: Matrix
    prose: Matrix
    headline: int
    head: Head


TEXT_COLUMNS = (
    "chars words kind level link_density ends_stop ends_colon starts_lower starts_quote stops commas digits capitals"
    " word_length marks quotes question lines unspaced money is_prose hidden repeats repeated_before"
).split()


def _text_rows(blocks: Sequence[Block], letters: Letters) -> tuple[Matrix, Matrix, Matrix]:
    """What each block's own text looks like; its length in Latin characters; the same for prose, 0 otherwise."""
    counts = letters.counts
    sizes = letters.sizes.astype(np.float32)
    chars = sizes + 1.5 * counts[:, kinds_of.UNSPACED]
    words = np.maximum(letters.words, 1)
    links = np.fromiter((block.link_chars for block in blocks), np.float32, len(blocks)) / sizes
    texts = [block.text for block in blocks]
    stop = letters.last == kinds_of.STOP
    ends = stop | (np.isin(letters.last, (kinds_of.QUOTE, kinds_of.CLOSING)) & (letters.before_last == kinds_of.STOP))
    prose = (chars >= PROSE) & (counts[:, kinds_of.STOP] > 0) & (links < 0.5)
    times = Counter(texts)
    seen: set[str] = set()
    before = []
    for text in texts:
        before.append(text in seen)
        seen.add(text)
    columns = (
        np.log1p(chars),
        np.log1p(words),
        [KINDS[block.kind] for block in blocks],
        [block.level or 0 for block in blocks],
        links,
        ends,
        letters.last == kinds_of.COLON,
        letters.first == kinds_of.LOWER,
        letters.first == kinds_of.QUOTE,
        counts[:, kinds_of.STOP] / words,
        counts[:, kinds_of.COMMA] / words,
        counts[:, kinds_of.DIGIT] / sizes,
        letters.capitals / words,
        chars / words,
        counts[:, kinds_of.MARK] / words,
        counts[:, kinds_of.QUOTE] / words,
        [text[-1] in "?？؟" for text in texts],
        counts[:, kinds_of.BREAK],
        counts[:, kinds_of.UNSPACED] / sizes,
        counts[:, kinds_of.MONEY] > 0,
        prose,
        [block.place.hidden if block.place else False for block in blocks],
        [times[text] for text in texts],
        before,
    )
    return np.array(columns, np.float32).T, chars.astype(np.float32), (chars * prose).astype(np.float32)


HELD_LEVELS = (0, 1, 2, 3, 4, 6)
HELD = ("prose_share", "chars_share", "links", "blocks", "mean_chars", "prose_blocks", "prose_inside", "alike", "name")
HELD_COLUMNS = [f"{name}_{level}" for level in HELD_LEVELS for name in HELD]


def _sums(values: Matrix, table: PlaceTable) -> Matrix:
    """For each place the sum over all blocks inside it: a page's blocks lie in it without a gap."""
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    sums: Matrix = (total[table.last + 1] - total[table.first]).astype(np.float32)
    return sums


def _held_rows(text: Matrix, chars: Matrix, prose: Matrix, table: PlaceTable, names: Matrix) -> Matrix:
    """What each place holds; columns as in HELD."""
    links = text[:, 4] * chars
    held_chars, held_prose = _sums(chars, table), _sums(prose, table)
    held_blocks = (table.last - table.first + 1).astype(np.float32)
    held_prose_blocks = _sums(text[:, 20], table)
    return np.column_stack(
        [
            held_prose / max(float(prose.sum()), 1.0),
            held_chars / max(float(chars.sum()), 1.0),
            _sums(links, table) / np.maximum(held_chars, 1),
            np.log1p(held_blocks),
            held_chars / held_blocks,
            held_prose_blocks,
            held_prose / np.maximum(held_chars, 1),
            np.log1p(table.alike),
            names,
        ]
    )


ROOT_COLUMNS = ["headline_level", "root_level", "root_prose_share", "alike_most", "alike_level", "depth", "child"]


def _root_rows(table: PlaceTable, up: Integers, prose: Matrix, headline: int) -> Matrix:
    """How far up a block meets the headline, and the smallest container of 60 % of the page's prose."""
    count = len(prose)
    first, last = table.first[up], table.last[up]
    meets = (first <= headline) & (headline <= last)
    headline_level = np.where(meets.any(axis=1), meets.argmax(axis=1), OUTSIDE) if headline >= 0 else np.full(count, -1)
    share = _sums(prose, table) / max(float(prose.sum()), 1.0)
    holds = share[up] >= 0.6
    root_level = np.where(holds.any(axis=1), holds.argmax(axis=1), OUTSIDE)
    below = up[np.arange(count), np.clip(root_level - 1, 0, LEVELS - 1)]  # the root's child in which the block stands
    alike = table.alike[up[:, :8]]
    depth = [min(place.depth, 40) for place in table.places]
    return np.column_stack(
        [
            headline_level,
            root_level,
            share[below],
            np.log1p(alike.max(axis=1)),
            alike.argmax(axis=1),
            np.array(depth)[up[:, 0]],
            np.log1p(table.last[below] - table.first[below]),
        ]
    ).astype(np.float32)


TAG_COLUMNS = [f"near_{tag}" for tag in TAGS] + ["tag", "parent_tag"]


def _tag_rows(table: PlaceTable, up: Integers) -> Matrix:
    """For each telling tag how many levels up the nearest such container is; and the two innermost tags."""
    codes = np.fromiter((TAG_CODE.get(place.tag, 0) for place in table.places), np.int64, len(table.places))[up]
    near = np.full((len(up), len(TAGS) + 2), OUTSIDE, np.float32)
    for level in range(LEVELS - 1, -1, -1):
        rows = np.flatnonzero(codes[:, level])
        near[rows, codes[rows, level] - 1] = level
    innermost = np.fromiter((INNERMOST.get(place.tag, 0) for place in table.places), np.float32, len(table.places))
    near[:, -2] = innermost[up[:, 0]]
    near[:, -1] = innermost[up[:, 1]]
    return near


INNERMOST = {
    tag: code + 1
    for code, tag in enumerate(
        "p div li h1 h2 h3 h4 h5 h6 td tr ul ol section article span blockquote figcaption".split()
    )
}


GROUP_COLUMNS = ["group_size", "group_chars", "group_links", "group_ends", "group_prose", "group_held", "group_from"]


def _groups(blocks: Sequence[Block]) -> Integers:
    """For each block the number of its make: tag and names of the element and its parent."""
    makes: dict[tuple[object, ...], int] = {}
    numbers = []
    for block in blocks:
        place = block.place
        up = place.parent if place else None
        make = (place.tag, place.names, up.tag, up.names) if place and up else (block.kind,)
        numbers.append(makes.setdefault(make, len(makes)))
    return np.array(numbers)


def _group_rows(group: Integers, text: Matrix, prose: Matrix) -> Matrix:
    """What blocks of the same make are like over the whole page."""
    size = np.bincount(group)
    means = [np.bincount(group, text[:, column]) / size for column in (0, 4, 5, 20)]
    held = np.bincount(group, prose) / max(float(prose.sum()), 1.0)
    first = np.unique(group, return_index=True)[1] / len(group)
    return np.column_stack([np.log1p(size), *means, held, first])[group].astype(np.float32)


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


def _window(values: Matrix, radius: int) -> Matrix:
    """Sums over the blocks up to `radius` before and after."""
    total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    position = np.arange(len(values))
    sums: Matrix = total[np.minimum(position + radius + 1, len(values))] - total[np.maximum(position - radius, 0)]
    return sums


def _flow_rows(text: Matrix, chars: Matrix, prose: Matrix, headline: int) -> Matrix:
    """Where each block stands in the flow of the page: before, after and between what reads like prose."""
    count = len(text)
    position = np.arange(count, dtype=np.float32)
    total = max(float(prose.sum()), 1.0)
    is_prose = prose > 0
    since, until = _nearness(is_prose)
    since_long, until_long = _nearness(prose >= 4 * PROSE)
    # A run of prose ends where the next prose block is more than five blocks away.
    starts = is_prose & (np.concatenate(([FAR], since[:-1])) > 5)
    run = np.bincount(np.cumsum(starts), prose)[np.cumsum(starts)] / total
    near = _window(chars, 3) + 1
    return np.column_stack(
        [
            position / count,
            np.full(count, np.log1p(count)),
            (np.cumsum(prose) - prose) / total,
            np.full(count, np.log1p(total)),
            since,
            until,
            _window(prose, 3) / near,
            _window(prose, 10) / (_window(chars, 10) + 1),
            _window(text[:, 4] * chars, 3) / near,
            np.clip(position - headline, -FAR, 200) if headline >= 0 else np.full(count, -99),
            position == headline,
            since_long,
            until_long,
            run,
        ]
    ).astype(np.float32)


SECTION_COLUMNS = ["since_heading", "section_blocks", "section_prose", "section_links", "section_level", "section_name"]


def _section_rows(section: Integers, text: Matrix, chars: Matrix, prose: Matrix, names: Matrix) -> Matrix:
    """What stands under the same heading: from the heading before the block up to the next one."""
    begin = np.flatnonzero(np.concatenate(([True], section[1:] != section[:-1])))
    size = np.bincount(section)
    held = np.bincount(section, chars) + 1
    per_section = np.column_stack(
        [
            size,
            np.bincount(section, prose) / held,
            np.bincount(section, text[:, 4] * chars) / held,
            text[begin, 3],
            names[begin],
        ]
    )
    since = np.arange(len(text)) - begin[section]
    return np.column_stack([since, per_section[section]]).astype(np.float32)


NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
NEAR = ("chars", "kind", "link_density", "ends_stop", "is_prose", "name", "level_up")
NEIGHBOUR_COLUMNS = [f"{name}{offset:+d}" for offset in NEIGHBOURS for name in NEAR]


def shifted(columns: Matrix, offsets: Sequence[int]) -> Matrix:
    """The same columns of the blocks before (negative) and after; 0 beyond the page's ends."""
    reach = max(map(abs, offsets))
    padded = np.zeros((len(columns) + 2 * reach, columns.shape[1]), np.float32)
    padded[reach : reach + len(columns)] = columns
    return np.hstack([padded[reach + offset : reach + offset + len(columns)] for offset in offsets])


NAME_COLUMNS = ["own_name", "parent_name", "above_name", "inner_name", "all_names"]
COLUMNS = [
    *TEXT_COLUMNS, *NAME_COLUMNS, *TAG_COLUMNS, *HELD_COLUMNS, *ROOT_COLUMNS, *GROUP_COLUMNS, *FLOW_COLUMNS,
    *SECTION_COLUMNS, "same_place_before", "same_parent_before", *CLAIM_COLUMNS, *NEIGHBOUR_COLUMNS,
]  # fmt: skip

NUMBERS = {name: number for number, name in enumerate(COLUMNS)}


def column(name: str) -> int:
    """The number of a feature's column."""
    return NUMBERS[name]


def read_page(document: Document, weights: Weights) -> Reading:
    """Reads a page that has at least one block.

    weights: what words in class names speak for.
    """
    blocks = document.blocks
    head = read_head(document)
    headline = find_headline(blocks, head)
    text, chars, prose = _text_rows(blocks, Letters([block.text for block in blocks]))
    table = PlaceTable(blocks)
    up = table.ancestors()
    scores = table.scores(weights)
    at = table.of_block
    inner = inner_scores(blocks, weights)
    own = scores.own[at]
    around = scores.parent[at] + scores.above[at]
    names = np.column_stack([own, scores.parent[at], scores.above[at], inner, own + around + inner])
    place = np.concatenate(([False], at[1:] == at[:-1]))
    parent = np.concatenate(([False], up[1:, 1] == up[:-1, 1]))
    near = np.column_stack([text[:, [0, 2, 4, 5, 20]], names[:, 4], table.parent[at]])
    near[:, 6] = [min(table.places[row].depth, 40) for row in at.tolist()]
    groups = _groups(blocks)
    heading = text[:, 2] == KINDS["heading"]
    sections = np.cumsum(heading) - int(heading[0])
    held = _held_rows(text, chars, prose, table, scores.own)
    features = np.hstack(
        [
            text,
            names,
            _tag_rows(table, up),
            *(held[up[:, level]] for level in HELD_LEVELS),
            _root_rows(table, up, prose, headline),
            _group_rows(groups, text, prose),
            _flow_rows(text, chars, prose, headline),
            _section_rows(sections, text, chars, prose, names[:, 4]),
            np.column_stack([place, parent]),
            claim_rows(blocks, head),
            shifted(near, NEIGHBOURS),
        ]
    ).astype(np.float32)
    return Reading(features, table, up, groups, sections, chars, prose, headline, head)
