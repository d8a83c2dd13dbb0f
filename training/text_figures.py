"""How well judges of text do, out of fold: the figures of the bench, and the thresholds chosen by them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.fixpoint import Rules, clean_lines
from cleaners.judges.learned_text import LearnedText
from cleaners.options import Strictness
from cleaners.segment_text import segment_text
from cleaners.tokens import tokens
from items import Page, Verdict
from training.text_pages import BOILERPLATE, CONTENT, Text

TEXTS_AT_ONCE = 16
SETS = ("full", "sloppy", "extracted")
# What each strictness may cost: share of the content words lost on development data, over all sets and on the worst.
CAREFUL_LOSS = 0.0025
CAREFUL_DOCUMENTS = 0.03  # share of documents that may lose over 2 %
THOROUGH_LOSS = 0.04
# Thresholds that are tried, from strict to loose.
STEPS = (0.985, 0.98, 0.975, 0.97, 0.965, 0.96, 0.955, 0.95, 0.94, 0.93, 0.92, 0.9, 0.87, 0.84, 0.8)
LOOSE_STEPS = (0.6, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15)


class Count(NamedTuple):
    """Words of one document: residue removed, residue there was, content lost, content there was."""

    removed: float
    residue: float
    lost: float
    content: float


class Figures(NamedTuple):
    """Word-weighted figures of one set."""

    f1: float
    recall: float
    lost: float
    documents_losing: float
    """Share of documents that lose over 2 % of their content words."""


def count(
    texts: Sequence[Text], judge: LearnedText, strictness: Strictness, rules: Sequence[Rules] = ()
) -> list[Count]:
    """Cleans texts and counts. Lines stay in line with their labels, because no line of the sets is blank."""
    documents = [
        segment_text(Page(content="\n".join(text.lines), form="text", language=text.language or None)) for text in texts
    ]
    cleaned = clean_lines(documents, judge, strictness, rules)
    return [_count(text, found.verdicts) for text, found in zip(texts, cleaned, strict=True)]


def _count(text: Text, verdicts: Sequence[Verdict]) -> Count:
    gone = np.array([not verdict.keep for verdict in verdicts])
    given = [(label, line) for line, label in zip(text.lines, text.labels, strict=True) if line.strip()]
    if len(given) != len(gone):  # a line holds a line break of its own: nothing can be said
        return Count(0, 0, 0, 0)
    words = np.array([len(tokens(line)) for _, line in given], np.float64)
    labels = np.array([label for label, _ in given])
    residue, content = words * (labels == BOILERPLATE), words * (labels == CONTENT)
    return Count(float(residue[gone].sum()), float(residue.sum()), float(content[gone].sum()), float(content.sum()))


def summed(counts: Sequence[Count]) -> Figures:
    """The figures of many documents."""
    table: NDArray[np.float64] = np.array(counts, np.float64).reshape(-1, 4)
    removed, residue, lost, content = table.sum(axis=0)
    precision = removed / (removed + lost) if removed + lost else 0.0
    recall = removed / residue if residue else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    losing = float((table[:, 2] > 0.02 * table[:, 3]).mean())
    return Figures(f1, recall, lost / content if content else 0.0, losing)


def figures_of(
    judges: Sequence[LearnedText],
    texts: Sequence[Text],
    fold_of: Callable[[str], int],
    strictness: Strictness,
    rules: Sequence[Rules] = (),
) -> dict[str, Figures]:
    """Per set the figures, every text judged by the judge that never saw its site."""
    found: dict[str, list[Count]] = {}
    for fold, judge in enumerate(judges):
        asked = [text for text in texts if fold_of(text.site) == fold]
        for start in range(0, len(asked), TEXTS_AT_ONCE):
            some = asked[start : start + TEXTS_AT_ONCE]
            for text, counted in zip(some, count(some, judge, strictness, rules), strict=True):
                found.setdefault(text.kind, []).append(counted)
    return {kind: summed(counts) for kind, counts in found.items()}


def pick_thresholds(
    judges: Sequence[LearnedText], texts: Sequence[Text], fold_of: Callable[[str], int]
) -> dict[str, float]:
    """careful: the lowest threshold within its loss on every set. balanced: best mean F1. thorough: within its loss."""

    def tried(threshold: float, strictness: Strictness) -> dict[str, Figures]:
        for judge in judges:
            judge.thresholds[strictness] = threshold
        return figures_of(judges, texts, fold_of, strictness)

    careful = _lowest(STEPS, lambda at: all(map(careful_enough, tried(at, "careful").values())))
    loose = {step: tried(step, "thorough") for step in LOOSE_STEPS}
    balanced = max(LOOSE_STEPS, key=lambda step: sum(f.f1 for f in tried(step, "balanced").values()))
    within = [step for step in loose if max(f.lost for f in loose[step].values()) <= THOROUGH_LOSS]
    return {"careful": careful, "balanced": balanced, "thorough": min([*within, balanced])}


def careful_enough(found: Figures) -> bool:
    """Whether a set loses no more than careful may cost."""
    return found.lost <= CAREFUL_LOSS and found.documents_losing <= CAREFUL_DOCUMENTS


def _lowest(steps: Sequence[float], good: Callable[[float], bool]) -> float:
    """The last of the falling steps up to which all are good, by halving; the first where none is."""
    low, high = 0, len(steps)
    while high - low > 1:
        middle = (low + high) // 2
        if good(steps[middle]):
            low = middle
        else:
            high = middle
    return steps[low]
