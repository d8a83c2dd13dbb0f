"""Learns the page judge from the development pages, and writes cleaners/model/page.npz and page_names.json.

    python -m training.train [BENCH] [--to FOLDER]     the shipped weights, and their SHA-256
    python -m training.train [BENCH] --folds FOLDER    also judges that have not seen one fold, for scoring

BENCH holds the development sets (default ../shared/bench). One thread, fixed seeds: the same pages give the same bytes.
Whatever a later step learns from was said by models that had not seen the page's site: folds are by site.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np

from cleaners.features import COLUMNS, Reading, read_page
from cleaners.features.context import COLUMNS as CONTEXT_COLUMNS
from cleaners.features.context import OPINION_COLUMNS, context_rows, opinion_rows
from cleaners.features.letters import Flags, Matrix
from cleaners.features.places import Weights
from cleaners.judges.learned import HOPELESS, MODEL, NAMES, Learned, Settings
from cleaners.judges.second_opinion import second_opinion
from cleaners.page_kind import OTHER_KINDS, PAGE_COLUMNS, KindModel, page_row
from cleaners.trees import Forest
from training.boosting import forest_of
from training.lexicon import NameCounts, Vocabulary
from training.pages import FOLDS, Sample, read_samples

ARTICLES = ("wcxb", "fundus", "snippets")
TAUGHT = frozenset(("wcxb", "fundus"))
NEWS = 2.5  # how many other pages a page of the (small) news set counts for
FIRST: dict[str, Any] = {"rounds": 120, "learning_rate": 0.12}
SECOND: dict[str, Any] = {"rounds": 120, "learning_rate": 0.07}
KIND: dict[str, Any] = {
    "rounds": 120,
    "learning_rate": 0.06,
    "num_leaves": 8,
    "min_data_in_leaf": 12,
    "feature_fraction": 0.3,
}
# The page kinds of the benchmark, as ours.
KINDS = {"listing": "index", "collection": "index", "product": "product", "forum": "forum", "service": "other"}
LIGHTGBM: dict[str, Any] = {
    "objective": "binary", "num_leaves": 31, "max_depth": 8, "min_data_in_leaf": 40, "feature_fraction": 0.4,
    "bagging_fraction": 0.6, "bagging_freq": 1, "lambda_l2": 5.0, "max_bin": 63, "num_threads": 1, "verbose": -1,
    "seed": 1, "deterministic": True, "force_row_wise": True,
}  # fmt: skip


def boost(rows: Matrix, answers: Flags, weights: Matrix, names: Sequence[str], options: dict[str, Any]) -> Forest:
    """A forest that tells the rows whose answer is true."""
    options = LIGHTGBM | options
    rounds = options.pop("rounds")
    learned = lightgbm.Dataset(rows, answers, weight=weights / weights.mean(), params={"max_bin": options["max_bin"]})
    return forest_of(lightgbm.train(options, learned, rounds), names)


class School:
    """The pages, and everything that is learned from some of the folds. `without`: folds that stay unseen."""

    def __init__(self, bench: Path) -> None:
        self.samples = list(read_samples(bench, (*ARTICLES, "not-articles")))
        self.folds = np.array([sample.fold for sample in self.samples])
        self.taught = [number for number, sample in enumerate(self.samples) if sample.set in TAUGHT]
        self.vocabulary = Vocabulary([NameCounts(self.samples[number]) for number in self.taught])
        self.weights: dict[frozenset[int], Weights] = {}
        self.forests: dict[frozenset[int], Forest] = {}
        self.opinions: dict[int, Flags] = {}

    def names(self, without: frozenset[int]) -> Weights:
        if without not in self.weights:
            seen = [place for place, number in enumerate(self.taught) if self.folds[number] not in without]
            self.weights[without] = self.vocabulary.fit(seen)
        return self.weights[without]

    def read(self, number: int, without: frozenset[int]) -> Reading:
        return read_page(self.samples[number].document, self.names(without))

    def lesson(self, without: frozenset[int]) -> list[int]:
        """The numbers of the pages with answers that may be seen."""
        return [number for number in self.taught if self.folds[number] not in without]

    def own(self, number: int, without: frozenset[int]) -> frozenset[int]:
        """What must stay unseen by whoever judges this page for somebody who learns from it."""
        return without | {int(self.folds[number])}

    def importance(self, number: int) -> Matrix:
        sample = self.samples[number]
        weight: Matrix = sample.weight * (NEWS if sample.set == "fundus" else 1.0)
        return weight

    def first(self, without: frozenset[int]) -> Forest:
        """The first forest. Its name scores come from other folds than the page's own, as they will at run time."""
        if without not in self.forests:
            lesson = self.lesson(without)
            rows = np.vstack([self.read(number, self.own(number, without)).features for number in lesson])
            self.forests[without] = self._boost(lesson, rows, COLUMNS, FIRST)
        return self.forests[without]

    def _boost(self, lesson: list[int], rows: Matrix, names: Sequence[str], options: dict[str, Any]) -> Forest:
        answers = np.concatenate([self.samples[number].content for number in lesson])
        weights = np.concatenate([self.importance(number) for number in lesson])
        return boost(rows, answers, weights, names, options)

    def second(self, without: frozenset[int], ask: Callable[[int], Flags] | None = None) -> Forest:
        """The second forest; with `ask`, who says which blocks another judge keeps, the third."""
        rows, answers, weights = [], [], []
        for number in self.lesson(without):
            unseen = self.own(number, without)
            reading = self.read(number, unseen)
            margins = self.first(unseen).margins(reading.features).astype(np.float32)
            said = ask(number) if ask else np.zeros(len(margins), np.bool_)
            again = (margins > HOPELESS) | said
            parts = [reading.features, context_rows(reading, margins)]
            if ask:
                parts.append(opinion_rows(reading, margins, said))
            rows.append(np.hstack(parts)[again])
            answers.append(self.samples[number].content[again])
            weights.append(self.importance(number)[again])
        names = [*COLUMNS, *CONTEXT_COLUMNS, *(OPINION_COLUMNS if ask else ())]
        return boost(np.vstack(rows), np.concatenate(answers), np.concatenate(weights), names, SECOND)

    def ask(self, number: int) -> Flags:
        """Which blocks of a page trafilatura keeps."""
        if number not in self.opinions:
            said = second_opinion(self.samples[number].document)
            self.opinions[number] = np.array([verdict is not None and verdict.keep for verdict in said])
        return self.opinions[number]

    def kinds(self, without: frozenset[int], least: float) -> KindModel:
        """The page kind model, taught by how first forests that had not seen the pages judged them."""
        lesson = [number for number in range(len(self.samples)) if self.folds[number] not in without]
        rows = []
        for number in lesson:
            unseen = self.own(number, without)
            reading = self.read(number, unseen)
            margins = self.first(unseen).margins(reading.features).astype(np.float32)
            rows.append(page_row(self.samples[number].document, reading, margins))
        table = np.vstack(rows)
        kinds = np.array([kind_of(self.samples[number]) for number in lesson])
        article = boost(table, kinds == "article", np.ones(len(lesson)), PAGE_COLUMNS, KIND)
        rest = kinds != "article"
        others = [
            boost(table[rest], kinds[rest] == kind, np.ones(rest.sum()), PAGE_COLUMNS, KIND | {"rounds": 40})
            for kind in OTHER_KINDS
        ]
        return KindModel(article, tuple(others), least)

    def graduate(self, without: frozenset[int] = frozenset(), settings: Settings | None = None) -> Learned:
        """The judge that has seen everything but these folds."""
        chosen = settings or Settings()
        return Learned(
            self.names(without),
            self.first(without),
            self.second(without),
            self.second(without, self.ask),
            self.kinds(without, chosen.article),
            chosen,
        )


def kind_of(sample: Sample) -> str:
    """What kind of page the answers say it is."""
    return "article" if sample.set in ARTICLES else KINDS[sample.truth["kind"]]


def fingerprint(folder: Path) -> str:
    """SHA-256 over what was learned: the arrays and the names, not the archive's time stamps."""
    digest = hashlib.sha256((folder / NAMES).read_bytes())
    with np.load(folder / MODEL) as archive:
        for name in sorted(archive.files):
            digest.update(name.encode() + archive[name].tobytes())
    return digest.hexdigest()


def main(arguments: Iterable[str] | None = None) -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", nargs="?", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--to", type=Path, default=Path("cleaners/model"))
    parser.add_argument("--folds", type=Path, help="also write the judges of the folds, to FOLDS/0 …, for scoring")
    options = parser.parse_args(list(arguments) if arguments is not None else None)
    school = School(options.bench)
    folders = {options.to: frozenset[int]()}
    if options.folds:
        folders |= {options.folds / str(fold): frozenset((fold,)) for fold in range(FOLDS)}
    for folder, without in folders.items():
        folder.mkdir(parents=True, exist_ok=True)
        school.graduate(without).save(folder)
        print(f"{folder}: {fingerprint(folder)}", flush=True)


if __name__ == "__main__":
    main()
