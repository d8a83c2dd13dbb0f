"""The judge that reads a page: boosted trees over what blocks look like, where they stand, and what stands around them.

Three forests, each only for what the one before leaves open. The first looks at every block. The second looks again,
with the first one's judgement of the whole page in view, at blocks that are not certainly boilerplate. The third is
asked where the page as a whole is unsure, and then weighs a second opinion too. Small nets, taught alike from different
beginnings, read the same blocks in their order; each has as much of a say as the second or the third forest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from cleaners import net
from cleaners.features import Reading, column, read_page
from cleaners.features.context import context_rows, opinion_rows
from cleaners.features.letters import Flags, Matrix
from cleaners.features.places import Weights
from cleaners.judges.reasons import reasons
from cleaners.net import Choir, Net
from cleaners.page_kind import OTHER_KINDS, KindModel, names_other_kind, page_row
from cleaners.segment import Document
from cleaners.trees import Forest, arrays_of, forest_from, load_arrays, probabilities
from items import ArticleKind, Verdict

NAME = "learned"
KEEP, DROP = "article", "boilerplate"
MODEL = "page.npz"
NAMES = "page_names.json"
# Blocks whose first log odds are below this are not looked at again: on the development pages, out of fold, the second
# look kept none of their words worth naming.
HOPELESS = -4.5
LITTLE = 400.0  # characters
LEAST_TEXT = 40.0  # characters of an article that nobody announced: a headline and "Loading" are none
# A probability of being an article that outweighs what the address says. Chosen on the development pages, where this
# spares 19 of 93 non-articles, and costs 2 of 1,364 articles.
SURE_OF_ARTICLE = 0.9
NEVER = 2.0  # a probability that none reaches
ENDLESS = 4000.0  # characters without prose in one block; two of a thousand development pages have such a block
NETS = 3
TWIN = 0.4  # probability from which on the like of a kept block beside it is kept, see `with_twins`
TABLE_PARTS = frozenset(("thead", "tbody", "tfoot"))
LINKS, KIND = column("link_density"), column("kind")
FORESTS = ("first", "second", "third", "article", *OTHER_KINDS)


class Settings(msgspec.Struct, frozen=True):
    """What is chosen after training, out of fold.

    lowest, highest: between these lies the probability from which on a block is kept (see `cut`). unsure: page
    uncertainty from which on a second opinion is worth its time. article: probability from which on a page is taken for
    an article. announced: the same for a page that a feed or a news sitemap announces as one.
    """

    lowest: float = 0.25
    highest: float = 0.6
    unsure: float = 0.2
    article: float = 0.32
    announced: float = 0.05


class Judgement(NamedTuple):
    """What the judge thinks of a page.

    margins: log odds of each block to be in the article. unsure: which part of the kept text is in doubt, from 0.
    kind: what the page is. first: the first forest's log odds. reading: None for a page without text.
    """

    margins: Matrix
    unsure: float
    kind: ArticleKind
    first: Matrix
    reading: Reading | None


@dataclass(frozen=True, eq=False)
class Learned:
    """The judge with all it has learned. Callable like every judge."""

    weights: Weights
    first: Forest
    second: Forest
    third: Forest
    nets: tuple[Net, ...]
    kinds: KindModel
    settings: Settings

    @classmethod
    def load(cls, folder: Path | None = None) -> Learned:
        """The judge from its files. folder: None for the shipped ones."""
        return _shipped() if folder is None else _load(folder)

    def save(self, folder: Path) -> None:
        """Writes the judge's files."""
        forests = (self.first, self.second, self.third, self.kinds.article, *self.kinds.others)
        arrays: dict[str, Any] = {}
        for name, forest in zip(FORESTS, forests, strict=True):
            arrays |= {f"{name}.{part}": values for part, values in arrays_of(forest).items()}
        for number, taught in enumerate(self.nets):
            arrays |= {f"net{number}.{part}": values for part, values in net.arrays_of(taught).items()}
        np.savez_compressed(folder / MODEL, **arrays)
        learned = {"settings": self.settings, "weights": self.weights, "pages": self.kinds.words}
        (folder / NAMES).write_bytes(msgspec.json.format(msgspec.json.encode(learned), indent=1) + b"\n")

    def __call__(self, document: Document) -> list[Verdict]:
        """One verdict a block."""
        return self.verdicts(self.judge(document))

    def judge(self, document: Document, ruled: Sequence[Verdict | None] = (), *, announced: bool = False) -> Judgement:
        """The judge's own opinion of the page, no other extractor asked.

        ruled: what the rules said of it. announced: whether somebody who announces articles announced it.
        """
        if not document.blocks:
            nothing = np.zeros(0, np.float32)
            return Judgement(nothing, 0.0, "other", nothing, None)
        reading = read_page(document, self.weights, told_by(ruled))
        first = self.first.margins(reading.features).astype(np.float32)
        margins = first.copy()
        again = np.flatnonzero(first > HOPELESS)
        if len(again):
            rows = np.hstack([reading.features[again], context_rows(reading, first)[again]])
            margins[again] = self._together(self.second.margins(rows), rows)
        least = self.settings.announced if announced else self._least(reading, margins, document.url)
        kind = self._kind(document, reading, first, least)
        return Judgement(margins, doubt(reading.chars, margins), kind, first, reading)

    def _least(self, reading: Reading, margins: Matrix, url: str | None) -> float:
        """The probability from which on a page that nobody announced is taken for an article."""
        kept = probabilities(margins.astype(np.float64)) >= self.settings.lowest
        if reading.chars[kept].sum() < LEAST_TEXT:
            return NEVER
        return max(self.settings.article, SURE_OF_ARTICLE if names_other_kind(url) else 0.0)

    def _kind(self, document: Document, reading: Reading, first: Matrix, least: float) -> ArticleKind:
        """What the page is; where one endless block without prose drowns all else, what it is without that."""
        kind = self.kinds.kind(page_row(document, reading, first, self.kinds.words), least)
        endless = (reading.prose == 0) & (reading.chars > ENDLESS)
        if kind == "article" or not endless.any():
            return kind
        without = reading._replace(chars=np.where(endless, 0, reading.chars))
        again = self.kinds.kind(page_row(document, without, first, self.kinds.words), least)
        return again if again == "article" else kind

    def reconsider(self, judgement: Judgement, opinion: Sequence[Verdict | None]) -> Judgement:
        """The judgement with another judge's verdicts weighed in. Where that judge has none, it stays as it was."""
        reading = judgement.reading
        if reading is None or all(verdict is None for verdict in opinion):
            return judgement
        said = np.array([verdict is not None and verdict.keep for verdict in opinion])
        again = np.flatnonzero((judgement.first > HOPELESS) | said)
        margins = judgement.margins.copy()
        if len(again):
            rows = np.hstack([reading.features[again], context_rows(reading, judgement.first)[again]])
            told = np.hstack([rows, opinion_rows(reading, judgement.first, said)[again]])
            margins[again] = self._together(self.third.margins(told), rows)
        return judgement._replace(margins=margins, unsure=doubt(reading.chars, margins))

    def _together(self, margins: NDArray[np.float64], rows: Matrix) -> NDArray[np.float64]:
        """The mean log odds of a forest and all nets, each of them one voice. rows: what the nets look at."""
        said = self._choir.margins(rows) if self.nets else ()
        return sum(said, margins) / (1 + len(self.nets))

    @cached_property
    def _choir(self) -> Choir:
        return Choir(self.nets)

    def is_unsure(self, judgement: Judgement) -> bool:
        """Whether a second opinion on the page is worth its time."""
        return judgement.unsure > self.settings.unsure

    def verdicts(self, judgement: Judgement, document: Document | None = None) -> list[Verdict]:
        """One verdict a block. With the document each also names its strongest reasons; that takes longer."""
        odds = probabilities(judgement.margins.astype(np.float64))
        if judgement.reading is None:
            return []
        least = min(max(cut(judgement.reading.chars, odds), self.settings.lowest), self.settings.highest)
        kept = with_twins(judgement.reading, odds >= least, odds)
        keeps = kept.tolist()
        sure = np.round(np.maximum(np.where(kept, odds, 1 - odds), 0.5), 4).tolist()
        why = reasons(document.blocks, judgement.reading, keeps, self.weights) if document else [""] * len(keeps)
        return [
            Verdict(keep, NAME, KEEP if keep else DROP, confidence, reason)
            for keep, confidence, reason in zip(keeps, sure, why, strict=True)
        ]


def cut(chars: Matrix, odds: NDArray[np.float64]) -> float:
    """The probability from which on blocks are to be kept, so that the expected F1 of the kept characters is highest.

    It is lower where the judge is unsure of the whole page. After Lewis, "Evaluating and optimizing autonomous text
    classification systems" (SIGIR 1995).
    """
    order = np.argsort(-odds, kind="stable")
    right = (odds * chars)[order]
    expected = right.cumsum() / (chars[order].cumsum(dtype=np.float64) + right.sum())
    return float(odds[order[expected.argmax()]])


def with_twins(reading: Reading, kept: Flags, odds: NDArray[np.float64]) -> Flags:
    """The blocks kept, and those right beside one that are its like and hardly less likely: a poem's last stanza, the
    row with a table's headings.

    Its like: the same kind, tag and names in the same container or table, and no links. On the development pages, out
    of fold, that is some 110 blocks of 1,397 pages, and costs nothing.
    """
    open_rows = np.flatnonzero(~kept & (odds >= TWIN) & (reading.features[:, LINKS] == 0))
    if not len(open_rows):
        return kept
    place, around = reading.ancestors[:, 0], reading.ancestors[:, 1]
    of_table = np.array([tag in TABLE_PARTS for tag in reading.table.tags])[reading.table.tag]
    around = np.where(of_table[around], reading.ancestors[:, 2], around)
    looks = np.stack((around, reading.table.make[place], reading.features[:, KIND].astype(np.int64)))
    like = (looks[:, 1:] == looks[:, :-1]).all(axis=0)  # a block and the next one
    found = kept.copy()
    for row in open_rows.tolist():
        before = row > 0 and found[row - 1] and like[row - 1]
        after = row + 1 < len(found) and found[row + 1] and like[row]
        found[row] = before or after
    return found


def told_by(ruled: Sequence[Verdict | None]) -> Flags | None:
    """Which blocks these verdicts take for residue; None where nobody was asked."""
    return np.array([verdict is not None for verdict in ruled]) if ruled else None


def doubt(chars: Matrix, margins: Matrix) -> float:
    """Which part of the kept text is in doubt: characters expected to be judged wrongly, over characters kept.

    A page that keeps little counts as one that keeps 400 characters.
    """
    odds = probabilities(margins.astype(np.float64))
    wrong = float((np.minimum(odds, 1 - odds) * chars).sum())
    return wrong / max(float((odds * chars).sum()), LITTLE)


@cache
def _shipped() -> Learned:
    return _load(files("cleaners") / "model")


def _load(folder: Path | Traversable) -> Learned:
    arrays = load_arrays(folder / MODEL)
    forests = [
        forest_from({key.partition(".")[2]: values for key, values in arrays.items() if key.startswith(name + ".")})
        for name in FORESTS
    ]
    learned = msgspec.json.decode((folder / NAMES).read_bytes(), type=_Names)
    kinds = KindModel(forests[3], tuple(forests[4:]), learned.pages)
    nets = tuple(
        net.net_from({part: arrays[f"net{number}.{part}"] for part in net.Net._fields}) for number in range(NETS)
    )
    return Learned(learned.weights, forests[0], forests[1], forests[2], nets, kinds, learned.settings)


class _Names(msgspec.Struct):
    settings: Settings
    weights: dict[str, tuple[float, float, float, float]]
    pages: dict[str, tuple[float, ...]]
