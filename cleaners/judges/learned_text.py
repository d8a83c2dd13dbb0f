"""The judge that reads plain text somebody else scraped: learned from labelled lines.

Many documents are judged at once, because numpy costs as much for one line as for a hundred; each gets the verdicts it
would get alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaners.bundles import bundles
from cleaners.options import Strictness
from cleaners.text_features import Columns, Mask, Seen, Spans, features, joined, matrix, prose_lines, see
from cleaners.text_guards import balanced_threshold, careful_threshold, guarded, without_anchor
from cleaners.text_lines import Floats, Ints, measure
from cleaners.text_net import TextNet, net_from
from cleaners.text_scores import Tables, score_lines
from cleaners.text_units import Units
from cleaners.trees import load_arrays, probabilities
from items import Verdict

NAME = "learned_text"
RULE = "residue"
KEPT = "content"
STAYS = Verdict(True, NAME, KEPT, 1.0)
ASKED_FOR_REASONS = (
    *("score", "repeats", "words", "run_length", "shared_words"),
    *("prose_before", "prose_after", "prose_words_before", "prose_words_after"),
)
# Characters that are measured at once: what is counted on the way stays in a processor's own cache.
MEASURED_AT_ONCE = 1 << 17
STRICTNESS: tuple[Strictness, ...] = ("careful", "balanced", "thorough")


class Sight(NamedTuple):
    """The units of documents, as the judge sees them."""

    seen: Seen
    rows: Mask
    """Which are rows of a Markdown table."""
    links: Mask
    """Which say a web address."""

    def only(self, stay: Mask) -> Sight:
        """The same without the units that do not stay, and without documents of which nothing stays."""
        return Sight(self.seen.only(stay), self.rows[stay], self.links[stay])


def together(sights: Sequence[Sight]) -> Sight:
    """Several as one, in this order."""
    if len(sights) == 1:
        return sights[0]
    rows, links = (np.concatenate([sight[part] for sight in sights]) for part in (1, 2))
    return Sight(joined([sight.seen for sight in sights]), rows, links)


def _size(units: Units) -> int:
    return sum(map(len, units.texts))


class Opinion(NamedTuple):
    """Per unit: the probability of residue, whether it has to go, and the figures behind it."""

    probability: Floats
    remove: Mask
    columns: Columns
    bounds: Ints
    """Document d has the units from bounds[d] up to bounds[d + 1]."""


class LearnedText:
    """Gives every line the probability that it is residue, and removes those above the strictness's threshold."""

    def __init__(
        self, tables: Tables, rarity: NDArray[np.uint8], net: TextNet, thresholds: Mapping[str, float]
    ) -> None:
        """rarity: per bucket of words, how rare they are. thresholds: by strictness."""
        self.tables = tables
        self.rarity = rarity
        self.net = net
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
        return cls(tables, arrays["rarity"].astype(np.uint8), net_from(arrays), thresholds)

    def look(self, documents: Sequence[Units]) -> Sight:
        """What does not change when other lines go. At least one document, each of at least one unit."""
        return together([self._look(some) for some in bundles(documents, _size, MEASURED_AT_ONCE)])

    def _look(self, documents: Sequence[Units]) -> Sight:
        lines = measure([text for units in documents for text in units.texts])
        listed = np.concatenate([units.listed for units in documents])
        rows, links = (np.concatenate([units[part] for units in documents]) for part in (2, 3))
        bounds = np.cumsum([0, *(len(units.texts) for units in documents)])
        rarity = self.rarity[lines.word_bucket]
        return Sight(see(lines, score_lines(lines, self.tables), rarity, listed, bounds), rows, links)

    def opinion(self, sight: Sight, strictness: Strictness) -> Opinion:
        """What the judge thinks of each unit among those present."""
        seen, spans = sight.seen, Spans.of(sight.seen.bounds)
        columns = features(seen)
        chance = self.chances(columns, seen.bounds)
        prose = prose_lines(seen)
        stays = guarded(seen, columns, sight.rows, spans) | without_anchor(chance, prose, spans)
        needed: float | Floats = self.thresholds[strictness]
        if strictness == "careful":
            needed = careful_threshold(self.thresholds[strictness], chance, columns, sight.links, spans)
        elif strictness == "balanced":
            needed = balanced_threshold(self.thresholds[strictness], chance, columns, spans)
        remove = (chance > needed) & ~stays
        # A text without any article in it is beyond this judge.
        told = spans.sums(prose & ~remove)
        remove &= told[spans.document] > 0
        return Opinion(chance, remove, columns, seen.bounds)

    def chances(self, columns: Columns, bounds: Ints) -> Floats:
        """The probability of residue, line by line."""
        return probabilities(self.net.margins(matrix(columns, self.net.names), bounds)).astype(np.float32)

    def short_verdicts(self, opinion: Opinion, units: Ints) -> list[Verdict]:
        """The same as `verdicts`, without what only people want to know."""
        if not opinion.remove[units].any():
            return [STAYS] * len(units)
        pairs = zip(opinion.remove[units].tolist(), opinion.probability[units].tolist(), strict=True)
        return [Verdict(False, NAME, RULE, chance) if gone else STAYS for gone, chance in pairs]

    def verdicts(self, opinion: Opinion, units: Ints) -> list[Verdict]:
        """What is said of each of the units."""
        chances = opinion.probability[units].tolist()
        return [self._verdict(opinion, unit, chance) for unit, chance in zip(units.tolist(), chances, strict=True)]

    def _verdict(self, opinion: Opinion, unit: int, chance: float) -> Verdict:
        if not opinion.remove[unit]:
            return Verdict(True, NAME, KEPT, 1 - chance)
        return Verdict(False, NAME, RULE, chance, reason(opinion.columns, unit))


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
