"""The judge that reads plain text somebody else scraped: learned from labelled lines, one line of many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cleaners.options import Strictness
from cleaners.segment import Document
from cleaners.text_features import Columns, Mask, Seen, features, matrix, prose_lines, see
from cleaners.text_guards import guarded
from cleaners.text_lines import Floats, Ints, measure
from cleaners.text_scores import Tables, score_lines
from cleaners.text_units import Units, units_of, wrapped_at
from cleaners.trees import Forest, forest_from, load_arrays, probabilities
from items import Block, Verdict

NAME = "learned_text"
# Log odds under which the first trees settle a line: it is content (the rest of them moves it by far less).
CLEAR = -3.5
RULE = "residue"
KEPT = "content"
ASKED_FOR_REASONS = (
    *("score", "repeats", "words", "run_length", "shared_words"),
    *("prose_before", "prose_after", "prose_words_before", "prose_words_after"),
)
STRICTNESS: tuple[Strictness, ...] = ("careful", "balanced", "thorough")


class Sight(NamedTuple):
    """The lines that are present, as the judge sees them."""

    blocks: Sequence[Block]
    units: Units
    seen: Seen

    def only(self, stay: Mask, blocks: Sequence[Block]) -> Sight | None:
        """The same for the blocks that stay; None where lines are or would be joined into paragraphs."""
        if len(self.units.texts) < len(self.blocks) or wrapped_at(blocks):
            return None
        texts = [text for text, stays in zip(self.units.texts, stay.tolist(), strict=True) if stays]
        units = Units(texts, self.units.listed[stay], np.arange(len(blocks)))
        return Sight(blocks, units, self.seen.only(stay))


class Opinion(NamedTuple):
    """Per line: the probability of residue, whether it has to go, and the figures behind it (per unit)."""

    probability: Floats
    remove: Mask
    columns: Columns
    of_line: Ints


class LearnedText:
    """Gives every line the probability that it is residue, and removes those above the strictness's threshold."""

    def __init__(self, tables: Tables, forest: Forest, thresholds: Mapping[str, float]) -> None:
        self.tables = tables
        self.forest = forest
        self.thresholds = dict(thresholds)

    @classmethod
    def load(cls, path: Path | None = None) -> LearnedText:
        """The judge with the weights that are shipped, or those in another file. Raises OSError, ValueError."""
        if path is None:
            with as_file(files("cleaners") / "model" / "text.npz") as shipped:
                return cls.load(shipped)
        arrays = load_arrays(path)
        words, grams = arrays["words"], arrays["grams"]
        tables = Tables(words, grams, float(arrays["word_step"]), float(arrays["gram_step"]))  # type: ignore[arg-type]
        thresholds = dict(zip(STRICTNESS, arrays["thresholds"].tolist(), strict=True))
        return cls(tables, forest_from(arrays), thresholds)

    def __call__(self, document: Document, strictness: Strictness) -> list[Verdict]:
        """One verdict a line: remove above the threshold, keep otherwise."""
        if not document.blocks:
            return []
        return self.verdicts(self.opinion(self.look(document.blocks), strictness))

    def look(self, blocks: Sequence[Block]) -> Sight:
        """What does not change when other lines go. At least one block."""
        units = units_of(blocks)
        lines = measure(units.texts)
        return Sight(blocks, units, see(lines, score_lines(lines, self.tables), units.listed))

    def opinion(self, sight: Sight, strictness: Strictness) -> Opinion:
        """What the judge thinks of each line among the lines present."""
        columns = features(sight.seen)
        chance = probabilities(self.forest.margins(matrix(columns), CLEAR)).astype(np.float32)
        remove = (chance > self.thresholds[strictness]) & ~guarded(sight.blocks, sight.units, sight.seen)
        if remove[prose_lines(sight.seen)].all():  # a text without any article in it is beyond this judge
            remove[:] = False
        return Opinion(chance[sight.units.of_line], remove[sight.units.of_line], columns, sight.units.of_line)

    def verdicts(self, opinion: Opinion) -> list[Verdict]:
        """The opinion in words."""
        return [self.verdict(opinion, line) for line in range(len(opinion.remove))]

    def verdict(self, opinion: Opinion, line: int) -> Verdict:
        """What is said of one line."""
        chance = float(opinion.probability[line])
        if not opinion.remove[line]:
            return Verdict(True, NAME, KEPT, 1 - chance)
        return Verdict(False, NAME, RULE, chance, reason(opinion.columns, int(opinion.of_line[line])))


def reason(columns: Columns, unit: int) -> str:
    """Why a unit looks like residue, in words: what is true of it among what the model looks at."""
    at = {name: float(columns[name][unit]) for name in ASKED_FOR_REASONS}
    said = [
        "reads like what stands around articles" if at["score"] > 1 else "",
        f"said {at['repeats']:.0f} times" if at["repeats"] > 1 else "",
        "short line among short lines" if at["words"] <= 8 and at["run_length"] >= 3 else "",
        "after the last prose" if at["prose_after"] == 0 and at["prose_words_before"] > 0 else "",
        "before the first prose" if at["prose_before"] == 0 and at["prose_words_after"] > 0 else "",
        "shares no words with the article" if at["shared_words"] == 0 else "",
    ]
    return ", ".join(filter(None, said)) or "its wording and its neighbours speak against it"
