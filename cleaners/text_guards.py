"""Lines that no wording and no place condemns: what the learned judge must never take for being short.

A guard looks at the lines that are present and says which of them stay whatever the model thinks. Certain rules (a
comment form, a share bar) are asked before and are not bound by it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaners.segment_text import find_title
from cleaners.text_features import Mask, Seen, prose_lines
from cleaners.text_lines import BANG, CLASSES, DASH, ELLIPSIS, QUESTION, QUOTE, STOP
from cleaners.text_units import Units
from items import Block

HEADING_WORDS = 3
OPENS_SPEECH = np.isin(np.arange(CLASSES), (QUOTE, DASH))
ENDS_SPEECH = np.isin(np.arange(CLASSES), (QUOTE, STOP, BANG, QUESTION, ELLIPSIS))


def guarded(blocks: Sequence[Block], units: Units, seen: Seen) -> Mask:
    """Per unit: whether the learned judge may not remove it."""
    prose = prose_lines(seen)
    if not prose.any():  # a poem, a table, a list of results, a menu: nothing to tell residue from
        return np.ones(len(prose), bool)
    guards = heading_inside_prose(seen, prose) | spoken_inside_prose(seen, prose) | table_rows(blocks, units)
    title = find_title(blocks)
    if title is not None:
        guards[units.of_line[title]] = True
    return guards


def heading_inside_prose(seen: Seen, prose: Mask) -> Mask:
    """One to three words between two lines of prose, said only once."""
    short = (seen.own["words"] <= HEADING_WORDS) & (seen.own["letters"] > 0.5)
    _, inverse, counts = np.unique(seen.identity, return_inverse=True, return_counts=True)
    guards: Mask = short & _between(prose) & (counts[inverse] == 1)
    return guards


def spoken_inside_prose(seen: Seen, prose: Mask) -> Mask:
    """A line of dialogue next to prose or to another line of dialogue: it opens with a dash or a quotation mark."""
    spoken = OPENS_SPEECH[seen.first] & ENDS_SPEECH[seen.last]
    return spoken & _between(prose | spoken)


def table_rows(blocks: Sequence[Block], units: Units) -> Mask:
    """Rows of a Markdown table."""
    rows = np.zeros(int(units.of_line[-1]) + 1, bool)
    found = [i for i, block in enumerate(blocks) if block.text.startswith("|") and block.text.rstrip().endswith("|")]
    rows[units.of_line[found]] = True
    return rows


def _between(marked: Mask) -> Mask:
    before = np.concatenate(([False], marked[:-1]))
    after = np.concatenate((marked[1:], [False]))
    return before & after
