"""Blocks of a page → numbers, for the learned judge. The same code makes the training rows and runs on every page.

Four layers: what a block's own text looks like (`text`), what its containers hold and are called (`containers`,
`places`) and what is of one make with it (`groups`), where it stands in the flow of the page and what its neighbours
look like (`flow`). Nothing here knows a language.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaners.features import letters as kinds_of
from cleaners.features.claims import COLUMNS as CLAIM_COLUMNS
from cleaners.features.claims import Head, claim_rows, find_headline, read_head
from cleaners.features.columns import as_matrix, shifted
from cleaners.features.containers import (
    HELD_COLUMNS,
    HELD_LEVELS,
    NAME_COLUMNS,
    ROOT_COLUMNS,
    SIZE_COLUMNS,
    TAG_COLUMNS,
    held,
    name_rows,
    root_rows,
    size_rows,
    tag_rows,
)
from cleaners.features.flow import (
    FLOW_COLUMNS,
    NEIGHBOUR_COLUMNS,
    NEIGHBOURS,
    SECTION_COLUMNS,
    flow_rows,
    same_as_before,
    section_rows,
)
from cleaners.features.groups import (
    ARTICLE_COLUMNS,
    GROUP_COLUMNS,
    TOLD_COLUMNS,
    article_rows,
    group_rows,
    groups_of,
    told_rows,
)
from cleaners.features.letters import Flags, Integers, Letters, Matrix
from cleaners.features.places import PlaceTable, Weights, inner_scores
from cleaners.features.text import CHARS, IS_PROSE, KIND, KINDS, LINKS, STOP, TEXT_COLUMNS, text_rows
from cleaners.marks import Marks
from cleaners.segment import Document


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


COLUMNS = [
    *TEXT_COLUMNS, *NAME_COLUMNS, *TAG_COLUMNS, *HELD_COLUMNS, *ROOT_COLUMNS, *SIZE_COLUMNS, *GROUP_COLUMNS,
    *FLOW_COLUMNS, *SECTION_COLUMNS, *ARTICLE_COLUMNS, *TOLD_COLUMNS, "same_place_before", "same_parent_before",
    *CLAIM_COLUMNS, *NEIGHBOUR_COLUMNS,
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
    text = text_rows(blocks, letters, table.hidden[up[0]])
    chars = (letters.sizes.astype(np.float32) + 1.5 * letters.counts[:, kinds_of.UNSPACED]).astype(np.float32)
    prose: Matrix = (chars * text[IS_PROSE]).astype(np.float32)
    scores = table.scores(weights)
    names = name_rows(scores, up, inner_scores(blocks, weights))
    heading = text[KIND] == KINDS["heading"]
    sections = np.cumsum(heading) - int(heading[0])
    groups = groups_of(table, up, text[KIND])
    told = np.zeros(len(blocks), np.bool_) if told is None else told
    inside = held(text, chars, prose, table, scores.own)
    columns = [
        text,
        *names,
        tag_rows(table, up),
        *(inside.take(up[level], axis=1) for level in HELD_LEVELS),
        *root_rows(table, up, inside[0], headline),
        size_rows(table),
        *(row for group in groups for row in group_rows(group, text, prose)),
        *flow_rows(text, chars, prose, headline),
        *section_rows(sections, text, chars, prose, names[4]),
        *article_rows(table, up, text, inside[0], headline),
        *told_rows(told, table, up, groups[1]),
        same_as_before(up),
        *claim_rows(blocks, head),
        *shifted(
            [*(text[number] for number in (CHARS, KIND, LINKS, STOP, IS_PROSE)), names[4], table.depth[up[0]]],
            NEIGHBOURS,
        ),
    ]
    return Reading(as_matrix(columns), table, up.T, groups, sections, chars, prose, headline, head, marks)
