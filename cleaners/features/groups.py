"""What blocks of the same make are like over the whole page, and which article of several one stands in."""

from __future__ import annotations

import numpy as np

from cleaners.features.columns import nearness, numbered, running_sums
from cleaners.features.letters import Columns, Flags, Integers, Matrix
from cleaners.features.places import PlaceTable
from cleaners.features.text import CHARS, IS_PROSE, KIND, KINDS, LEVEL, LINKS, STOP

GROUP = ("size", "chars", "links", "ends", "prose", "held", "from")
# Three ways to tell that blocks are of one make, from the strictest to the loosest (see `_groups`).
GROUPINGS = ("make", "place", "form")
GROUP_COLUMNS = [f"{grouping}_{name}" for grouping in GROUPINGS for name in GROUP]
ARTICLE_COLUMNS = ["article_number", "article_prose", "articles", "headlines_since", "chars_to_usual"]
USUAL = 4.6  # the log length that a paragraph is taken to have on a page without prose
TOLD_COLUMNS = ["told_on_page", "since_told", "until_told", "told_in_1", "told_in_2", "told_in_3", "told_of_place"]


def groups_of(table: PlaceTable, up: Integers, kinds: Matrix) -> Integers:
    """For each block the number of its group, a row a grouping: the kin of its element and its parent; tag, kind, and
    the kin of its parent; tag, kind, the parent's tag, and the kin of the grandparent."""
    tag, tags = table.tag, table.tags
    kin, most = table.kin[up[:3]], len(table.makes)
    form = tag[up[0]] * len(KINDS) + kinds.astype(np.int64)
    keys = (kin[0] * most + kin[1], form * most + kin[1], (form * len(tags) + tag[up[1]]) * most + kin[2])
    return np.array([numbered(key) for key in keys])


def group_rows(group: Integers, text: Matrix, prose: Matrix) -> Columns:
    """What blocks of the same group are like over the whole page."""
    size = np.bincount(group)
    means = [np.bincount(group, text[column]) / size for column in (CHARS, LINKS, STOP, IS_PROSE)]
    held = np.bincount(group, prose) / max(float(prose.sum()), 1.0)
    first = np.full(len(size), len(group))
    np.minimum.at(first, group, np.arange(len(group)))
    return [row[group] for row in (np.log1p(size), *means, held, first / len(group))]


def article_rows(table: PlaceTable, up: Integers, text: Matrix, share: Matrix, headline: int) -> Columns:
    """Which of the page's <article> elements a block stands in, and signs that another article has begun.

    share: of the page's prose in each place.
    """
    count = up.shape[1]
    is_article = np.array([tag == "article" for tag in table.tags])[table.tag]
    inside = is_article[up]
    nearest = up[inside.argmax(axis=0), np.arange(count)]
    stands = inside.any(axis=0)
    same = (text[KIND] == KINDS["heading"]) & (text[LEVEL] == text[LEVEL, headline]) & (np.arange(count) > headline)
    prose = text[IS_PROSE] > 0
    usual = float(np.median(text[CHARS, prose])) if prose.any() else USUAL
    return [
        np.where(stands, np.minimum(np.cumsum(is_article)[nearest], 20), 0),
        np.where(stands, share[nearest], -1),
        np.full(count, np.log1p(is_article.sum())),
        np.cumsum(same) if headline >= 0 else np.zeros(count),
        text[CHARS] - usual,
    ]


def told_rows(told: Flags, table: PlaceTable, up: Integers, group: Integers) -> Columns:
    """How near a block stands to what the rules took for residue."""
    since, until = nearness(told)
    sums = running_sums(told.astype(np.float64))
    within = (sums[table.last + 1] - sums[table.first]) / (table.last - table.first + 1)
    of_group = (np.bincount(group, told) / np.bincount(group))[group]
    return [np.full(len(told), told.mean()), since, until, within[up[1:4]], of_group]
