"""What the text judge's net learns from: which lines, seen in which ways, and how much each counts."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from cleaners.segment_text import find_title, segment_text
from cleaners.text_features import Mask, Seen, features, matrix
from items import Page
from training.text_net import Lesson
from training.text_pages import BOILERPLATE, UNSCORED, Text

LABELLED = ("full", "sloppy", "extracted")
EXTRACTED_HERE = "trafilatura"
# What lines count that were seen half cleaned, lines of pages that were extracted and labelled here, and lines of
# languages of which there are few texts.
HALF_CLEANED_COUNTS = 0.5
EXTRACTED_HERE_COUNTS = 0.5
FOREIGN_COUNTS = 3.0
LONGEST_COUNTED = 60  # words: a paragraph counts more than a button, but not without end


def lessons_of(text: Text, seen: Seen, words: NDArray[np.float32]) -> list[Lesson]:
    """A text's lines, seen and counted, as the net learns from them: as they are, and half cleaned.

    None of a page that was rendered here without an extractor: those teach the linear scores only.
    """
    lessons: list[Lesson] = []
    labels = np.array(text.labels)
    for stay, worth in views(text) if text.kind in (*LABELLED, EXTRACTED_HERE) else ():
        rows = matrix(features(seen.only(stay))).T
        rare = 1.0 if text.language == "en" else FOREIGN_COUNTS
        weight = (np.minimum(words[stay], LONGEST_COUNTED) ** 0.7 + 0.3) * worth * rare
        weight *= labels[stay] != UNSCORED
        lessons.append(Lesson(rows, (labels[stay] == BOILERPLATE).astype(np.float32), weight.astype(np.float32)))
    return lessons


def views(text: Text) -> list[tuple[Mask, float]]:
    """The ways in which a text is seen, each with what it counts: without its title, which judges never see."""
    labels = np.array(text.labels)
    body = np.ones(len(labels), bool)
    blocks = segment_text(Page(content="\n".join(text.lines), form="text")).blocks
    if len(blocks) == len(labels) and find_title(blocks) is not None:
        body[0] = False
    if text.kind not in LABELLED:
        return [(body, EXTRACTED_HERE_COUNTS)]
    half = body & half_cleaned(text.id, labels)
    return [(body, 1.0)] + ([(half, HALF_CLEANED_COUNTS)] if 2 <= half.sum() < body.sum() else [])


def half_cleaned(name: str, labels: NDArray[np.int64]) -> Mask:
    """Which lines stay when stretches of residue were taken out: what the judge sees on its second look."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    share = rng.uniform(0.3, 0.95)
    stretch = np.cumsum(np.diff(labels, prepend=labels[:1]) != 0) * 8 + np.arange(len(labels)) % 8 // 4
    gone = rng.random(int(stretch.max()) + 1)[stretch] < share
    stays: Mask = ~(gone & (labels == BOILERPLATE))
    return stays
