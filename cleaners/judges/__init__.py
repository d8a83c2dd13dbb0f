"""Judges look at a document's blocks and give verdicts; this is how several of them come to one.

A judge is a callable `(document) -> list[Verdict | None]`, one entry a block, None for no opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cleaners.segment import Document
from items import Verdict

Judge = Callable[[Document], Sequence[Verdict | None]]

NOBODY = Verdict(False, "none", "no_opinion", 0.5, "no judge found it to be part of the article")


def first_opinion(opinions: Iterable[Sequence[Verdict | None]], otherwise: Verdict) -> list[Verdict]:
    """For every block the first verdict that anybody gave, in the judges' order."""
    first, *others = opinions
    decided = list(first)
    for said in others:
        decided = [verdict or other for verdict, other in zip(decided, said, strict=True)]
    return [verdict or otherwise for verdict in decided]
