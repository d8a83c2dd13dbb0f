"""Lines that no wording and no place condemns: what the learned judge must never take for being short.

A guard looks at the lines that are present and says which of them stay whatever the model thinks. Certain rules (a
comment form, a share bar) are asked before and are not bound by it. The title needs no guard: judges never see it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaners.text_alphabet import BANG, CLASSES, DASH, ELLIPSIS, QUESTION, QUOTE, STOP
from cleaners.text_features import Columns, Mask, Seen, Spans, on_grid, prose_lines
from cleaners.text_lines import Floats

HEADING_WORDS = 3
ANCHOR = 0.95  # probability of residue
# Chosen on the development texts, out of fold (docs/text.md).
SURE = 0.997  # probability of residue that careful asks for in texts that are not clear,
SURE_OF_LINKS = 0.999  # of a line with a web address in any text,
LITTLE_NEEDS = 0.7  # and where hardly any residue is left:
LITTLE = 0.05  # up to which share of the words that is so
CLEAR = 0.06  # words' worth of doubt for each word of the article, up to which a text counts as clear,
MUDDLED = 0.16  # and up to which balanced trusts its threshold
UNDOUBTED = 0.975  # probability of residue from which a line is no sign of doubt
OPENS_SPEECH = np.isin(np.arange(CLASSES), (QUOTE, DASH))
ENDS_SPEECH = np.isin(np.arange(CLASSES), (QUOTE, STOP, BANG, QUESTION, ELLIPSIS))


def guarded(seen: Seen, columns: Columns, rows: Mask, spans: Spans) -> Mask:
    """Which lines the learned judge may not remove. `rows`: those that are rows of a Markdown table."""
    prose = prose_lines(seen)
    guards = heading_inside_prose(columns, prose, spans) | spoken_inside_prose(seen, prose, spans) | rows
    # A poem, a table, a list of results, a menu: without prose there is nothing to tell residue from.
    without = spans.sums(prose) == 0
    guards |= without[spans.document]
    return guards


def without_anchor(chance: Floats, prose: Mask, spans: Spans) -> Mask:
    """Lines of a run without prose in which nothing is surely residue: a list, the steps of a recipe, a refrain."""
    turns = np.concatenate(([True], prose[1:] != prose[:-1]))
    turns[spans.bounds[:-1]] = True
    surest = np.maximum.reduceat(chance, np.flatnonzero(turns))
    lost: Mask = ~prose & (surest < ANCHOR)[np.cumsum(turns) - 1]
    return lost


def careful_threshold(threshold: float, chance: Floats, columns: Columns, links: Mask, spans: Spans) -> Floats:
    """Line by line the probability of residue above which careful removes it. `links`: lines with a web address.

    Where the judge is often wrong, it is wrong about many lines of the same text, and doubts many others: so the
    threshold holds in clear texts only. In the others a line must be residue beyond doubt, and in any text so must a
    line with an address, which may be one of the article's sources. Where there is hardly any residue, there is hardly
    anything to be wrong about. What is residue beyond doubt is no sign of a clear text, so it may go without a change
    of mind.
    """
    needed = np.where(is_clear(chance, columns, spans, CLEAR), threshold, max(threshold, SURE))
    needed = np.where(has_little(chance, columns, spans), np.minimum(needed, LITTLE_NEEDS), needed)
    return np.where(links, SURE_OF_LINKS, needed[spans.document]).astype(np.float32)


def balanced_threshold(threshold: float, chance: Floats, columns: Columns, spans: Spans) -> Floats:
    """Line by line the probability of residue above which balanced removes it: the threshold, but in texts in which the
    judge does not know its way about at all, residue must be beyond doubt."""
    needed = np.where(is_clear(chance, columns, spans, MUDDLED), threshold, max(threshold, SURE))
    return needed[spans.document].astype(np.float32)


def is_clear(chance: Floats, columns: Columns, spans: Spans, most: float) -> Mask:
    """Per document whether the judge knows its way about: the variance of its opinions is small beside the words.

    most: words' worth of doubt for each word of the article.
    """
    doubt = np.where(chance <= UNDOUBTED, chance * (1 - chance), 0)
    words = columns["words"]
    clear: Mask = spans.sums(on_grid(words * doubt)) <= most * spans.sums(on_grid(words * (1 - chance)))
    return clear


def has_little(chance: Floats, columns: Columns, spans: Spans) -> Mask:
    """Per document whether the judge expects hardly any residue, counted in words."""
    words = columns["words"]
    little: Mask = spans.sums(on_grid(words * chance)) < LITTLE * spans.sums(on_grid(words))
    return little


def heading_inside_prose(columns: Columns, prose: Mask, spans: Spans) -> Mask:
    """One to three words between two lines of prose, said only once."""
    short = (columns["words"] <= HEADING_WORDS) & (columns["letters"] > 0.5)
    guards: Mask = short & _between(prose, spans) & (columns["repeats"] == 1)
    return guards


def spoken_inside_prose(seen: Seen, prose: Mask, spans: Spans) -> Mask:
    """A line of dialogue next to prose or to another line of dialogue: it opens with a dash or a quotation mark."""
    spoken = OPENS_SPEECH[seen.first] & ENDS_SPEECH[seen.last]
    return spoken & _between(prose | spoken, spans)


def is_table_row(line: str) -> bool:
    """Whether a line is a row of a Markdown table."""
    return line.startswith("|") and line.rstrip().endswith("|")


def table_rows(lines: Sequence[str]) -> Mask:
    """Which lines are rows of a Markdown table."""
    return np.array([is_table_row(line) for line in lines], bool)


def _between(marked: Mask, spans: Spans) -> Mask:
    share = marked.astype(np.float32)
    between: Mask = (spans.shifted(share, -1, 0) > 0) & (spans.shifted(share, 1, 0) > 0)
    return between
