"""What the text judge knows of a line: itself, what else the document says, and where in it the line stands.

What stands right before and after a line is left to the net, which reads the lines in their order.
Everything is computed for all lines of many documents at once, from the lines that are present and nothing else; so a
text that was cleaned already looks the same to the judge as the last look it took while cleaning. Whatever is summed
lies on a grid on which sums are exact: a document's figures are the same whichever documents are judged with it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cleaners.text_features.of_place import document_figures, place_figures, rest_figures, run_figures
from cleaners.text_features.of_words import repeat_figures, topic_figures
from cleaners.text_features.seen import Seen, joined, prose_lines, see
from cleaners.text_features.spans import Columns, Mask, Spans, on_grid
from cleaners.text_lines import Floats

__all__ = ["Columns", "Mask", "Seen", "Spans", "features", "joined", "matrix", "on_grid", "prose_lines", "see"]


def features(seen: Seen) -> Columns:
    """All figures of all lines, by name: of each line itself, and of its surroundings."""
    spans = Spans.of(seen.bounds)
    prose = prose_lines(seen)
    columns = dict(seen.own)
    columns |= repeat_figures(seen, spans)
    columns |= topic_figures(seen, prose, spans)
    columns |= place_figures(columns, prose, spans)
    columns |= rest_figures(columns, spans)
    columns |= run_figures(columns, prose, spans)
    columns |= document_figures(columns, prose, spans)
    return columns


def matrix(columns: Columns, names: Sequence[str] = ()) -> Floats:
    """Features × lines, in the order of the names (all there are, where none are given)."""
    return np.stack([columns[name] for name in names or columns], dtype=np.float32)
