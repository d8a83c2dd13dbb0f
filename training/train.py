"""Learns the page judge from the development pages, and writes cleaners/model/page.npz and page_names.json.

    python -m training.train [BENCH] [--to FOLDER]     the shipped weights, and their SHA-256
    python -m training.train [BENCH] --folds FOLDER    also judges that have not seen one fold, for scoring

BENCH holds the development sets (default ../shared/bench). One thread, fixed seeds: the same pages give the same bytes.
Whatever a later step learns from was said by models that had not seen the page's site: folds are by site. The judge of
a fold never sees an answer of that fold itself; what its later forests learn from (name scores and first judgements of
the other folds' pages) comes from those folds' own first models, so that one set of first models serves all judges.
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
from cleaners.features.page_words import Weights as PageWeights
from cleaners.features.page_words import page_words
from cleaners.features.places import Weights
from cleaners.judges.learned import HOPELESS, MODEL, NAMES, NETS, Learned, Settings, told_by
from cleaners.judges.second_opinion import second_opinion
from cleaners.net import Net
from cleaners.page_kind import OTHER_KINDS, PAGE_COLUMNS, KindModel, page_row
from cleaners.trees import Forest
from training.boosting import forest_of
from training.lean import LEAN, lean_pages
from training.lexicon import NameCounts, Vocabulary
from training.net import Lesson, teach
from training.page_lexicon import PageVocabulary
from training.pages import FOLDS, Sample, read_samples

ARTICLES = ("wcxb", "fundus", "snippets")
TAUGHT = frozenset(("wcxb", "fundus"))
NEWS = 2.5  # how many other pages a page of the (small) news set counts for
FIRST: dict[str, Any] = {"rounds": 120, "learning_rate": 0.12}
SECOND: dict[str, Any] = {"rounds": 240, "learning_rate": 0.035, "feature_fraction": 0.25}
# The first forest learns from every third block outside the body, counted three times: twice as fast, as good.
THINNED = 3
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
        pages = list(read_samples(bench, (*ARTICLES, "not-articles")))
        self.pages = len(pages)
        """How many samples are pages as they are; the others are made from them."""
        self.samples = [*pages, *lean_pages(pages)]
        self.folds = np.array([sample.fold for sample in self.samples])
        self.taught = [number for number, sample in enumerate(self.samples) if sample.set in TAUGHT]
        self.named = [number for number in self.taught if number < self.pages]
        self.vocabulary = Vocabulary([NameCounts(self.samples[number]) for number in self.named])
        self.weights: dict[frozenset[int], Weights] = {}
        self.forests: dict[frozenset[int], Forest] = {}
        self.opinions: dict[int, Flags] = {}
        self.readings: dict[int, Reading] = {}
        self.page_vocabulary: PageVocabulary | None = None
        self.page_weights: dict[frozenset[int], PageWeights] = {}
        self.margins: dict[int, Matrix] = {}

    def names(self, without: frozenset[int]) -> Weights:
        if without not in self.weights:
            seen = [place for place, number in enumerate(self.named) if self.folds[number] not in without]
            self.weights[without] = self.vocabulary.fit(seen)
        return self.weights[without]

    def read(self, number: int, without: frozenset[int]) -> Reading:
        sample = self.samples[number]
        return read_page(sample.document, self.names(without), told_by(sample.ruled))

    def lesson(self, without: frozenset[int]) -> list[int]:
        """The numbers of the pages with answers that may be seen."""
        return [number for number in self.taught if self.folds[number] not in without]

    def own(self, number: int) -> frozenset[int]:
        """What must stay unseen by whoever judges this page for somebody who learns from it."""
        return frozenset((int(self.folds[number]),))

    def unseen(self, number: int) -> Reading:
        """The page, read with name scores that come from other folds than its own, as they will at run time."""
        if number not in self.readings:
            self.readings[number] = self.read(number, self.own(number))
        return self.readings[number]

    def first_look(self, number: int) -> Matrix:
        """What a first forest that had not seen the page's site says of it."""
        if number not in self.margins:
            rows = self.unseen(number).features
            self.margins[number] = self.first(self.own(number)).margins(rows).astype(np.float32)
        return self.margins[number]

    def importance(self, number: int) -> Matrix:
        sample = self.samples[number]
        weight: Matrix = sample.weight * (NEWS if sample.set == "fundus" else 1.0)
        return weight

    def first(self, without: frozenset[int]) -> Forest:
        """The first forest."""
        if without not in self.forests:
            lesson = self.lesson(without)
            rows, answers, weights = [], [], []
            for number in lesson:
                content = self.samples[number].content
                taken = content | (np.arange(len(content)) % THINNED == 0)
                rows.append(self.unseen(number).features[taken])
                answers.append(content[taken])
                weights.append((self.importance(number) * np.where(content, 1, THINNED))[taken])
            table = np.vstack(rows)
            self.forests[without] = boost(table, np.concatenate(answers), np.concatenate(weights), COLUMNS, FIRST)
        return self.forests[without]

    def second(self, without: frozenset[int], ask: Callable[[int], Flags] | None = None) -> Forest:
        """The second forest; with `ask`, who says which blocks another judge keeps, the third."""
        rows, answers, weights = [], [], []
        for number in self.lesson(without):
            reading, margins = self.unseen(number), self.first_look(number)
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

    def nets(self, without: frozenset[int]) -> tuple[Net, ...]:
        """The nets, which see the blocks that the second forest sees, each from another beginning."""
        lessons = []
        for number in self.lesson(without):
            reading, margins = self.unseen(number), self.first_look(number)
            again = margins > HOPELESS
            rows = np.hstack([reading.features, context_rows(reading, margins)])[again]
            lessons.append(Lesson(rows, self.samples[number].content[again], self.importance(number)[again]))
        return tuple(teach(lessons, seed) for seed in range(1, NETS + 1))

    def ask(self, number: int) -> Flags:
        """Which blocks of a page trafilatura keeps."""
        if number not in self.opinions:
            said = second_opinion(self.samples[number].document)
            self.opinions[number] = np.array([verdict is not None and verdict.keep for verdict in said])
        return self.opinions[number]

    def page(self, number: int) -> Matrix:
        """The features of the page as a whole."""
        words = self.page_names(self.own(number))
        return page_row(self.samples[number].document, self.unseen(number), self.first_look(number), words)

    def page_names(self, without: frozenset[int]) -> PageWeights:
        """What words speak for which kind of page."""
        if self.page_vocabulary is None:
            samples = self.samples[: self.pages]
            pages = [page_words(self.unseen(number), sample.document.url) for number, sample in enumerate(samples)]
            kinds = [kind_of(sample) for sample in samples]
            self.page_vocabulary = PageVocabulary(pages, [sample.site for sample in samples], kinds)
        if without not in self.page_weights:
            seen = [number for number in range(self.pages) if self.folds[number] not in without]
            self.page_weights[without] = self.page_vocabulary.fit(seen)
        return self.page_weights[without]

    def kinds(self, without: frozenset[int]) -> KindModel:
        """The page kind model, taught by how first forests that had not seen the pages judged them."""
        lesson = [number for number in range(len(self.samples)) if self.folds[number] not in without]
        table = np.vstack([self.page(number) for number in lesson])
        kinds = np.array([kind_of(self.samples[number]) for number in lesson])
        weights = np.array([1.0 if number < self.pages else LEAN for number in lesson])
        article = boost(table, kinds == "article", weights, PAGE_COLUMNS, KIND)
        rest = kinds != "article"
        others = [
            boost(table[rest], kinds[rest] == kind, weights[rest], PAGE_COLUMNS, KIND | {"rounds": 40})
            for kind in OTHER_KINDS
        ]
        return KindModel(article, tuple(others), self.page_names(without))

    def graduate(self, without: frozenset[int] = frozenset(), settings: Settings | None = None) -> Learned:
        """The judge that has seen everything but these folds."""
        return Learned(
            self.names(without),
            self.first(without),
            self.second(without),
            self.second(without, self.ask),
            self.nets(without),
            self.kinds(without),
            settings or Settings(),
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
