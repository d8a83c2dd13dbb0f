"""python -m training.text [BENCH] [--out FILE] [--folds FOLDER]: learns the text judge from the development sets.

Everything is judged out of fold by site: five judges, each of which never saw the sites it is asked about, choose the
thresholds; the judge that is shipped learns from all sites. The same input gives the same file; its hash is printed.
"""

from __future__ import annotations

import argparse
import hashlib
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from cleaners.judges.learned_text import STRICTNESS, LearnedText
from cleaners.text_features import Seen, features, see
from cleaners.text_guards import table_rows
from cleaners.text_lines import Lines, measure
from cleaners.text_net import TextNet, arrays_of
from cleaners.text_scores import Tables, score_lines
from cleaners.text_units import Units, plain, say_address
from cleaners.tokens import tokens
from training.text_figures import Figures, figures_of, pick_thresholds
from training.text_lessons import LABELLED, lessons_of
from training.text_linear import bags, fit, quantise, rarity, targets
from training.text_net import Lesson, teach
from training.text_pages import Text, page_texts, text_sets

BENCH = Path("../shared/bench")
SHIPPED = Path(__file__).parent.parent / "cleaners" / "model" / "text.npz"
FOLDS = 5
SEED = 1
# Read off the out-of-fold figures in docs/text.md; --choose searches for them again.
THRESHOLDS = {"careful": 0.94, "balanced": 0.5, "thorough": 0.5}


class Corpus(NamedTuple):
    """Everything to learn from, document by document."""

    texts: list[Text]
    lines: list[Lines]
    units: list[Units]
    words: list[NDArray[np.float32]]
    fold: NDArray[np.int64]


def gather(bench: Path) -> Corpus:
    """The text sets and the rendered pages, measured."""
    texts = [text for text in (*text_sets(bench), *page_texts(bench)) if len(text.lines) > 1]
    units = [units_of_lines(text.lines) for text in texts]
    lines = [measure(unit.texts) for unit in units]
    words = [np.array([len(tokens(line)) for line in text.lines], np.float32) for text in texts]
    return Corpus(texts, lines, units, words, np.array([fold_of(text.site) for text in texts]))


def units_of_lines(lines: Sequence[str]) -> Units:
    """Every line a unit of its own."""
    pairs = [plain(line.strip()) for line in lines]
    listed = np.array([mark for _, mark in pairs], np.float32)
    texts = [text for text, _ in pairs]
    return Units(texts, listed, table_rows(lines), say_address(texts), np.arange(len(pairs)))


def fold_of(site: str) -> int:
    """The fold a site is in, the same in every set."""
    return zlib.crc32(site.encode()) % FOLDS


class Bags(NamedTuple):
    """What the linear scores learn from: each different line of a site once."""

    words: csr_matrix
    grams: csr_matrix
    target: NDArray[np.float32]
    weight: NDArray[np.float32]
    fold: NDArray[np.int64]


def bag_up(corpus: Corpus) -> Bags:
    """The n-grams of all lines, without the copies that several renderings of one page hold."""
    words, grams = bags(corpus.lines)
    target = np.concatenate([targets(np.array(t.labels), w) for t, w in zip(corpus.texts, corpus.words, strict=True)])
    site = np.repeat([zlib.crc32(t.site.encode()) for t in corpus.texts], [m.size for m in corpus.lines])
    identity = np.concatenate([m.identity for m in corpus.lines]) ^ (site.astype(np.uint64) << np.uint64(7))
    label = target[:, 0].astype(np.int64).astype(np.uint64)
    _, once = np.unique(identity * np.uint64(3) + label, return_index=True)
    once.sort()
    weight = np.sqrt(np.minimum(np.concatenate(corpus.words), 60) + 1)[once].astype(np.float32)
    return Bags(words[once], grams[once], target[once], weight, site[once] % FOLDS)


def linear(given: Bags, without: int | None) -> Tables:
    """The tables learned from all folds but one (None: from all)."""
    use = given.fold != (-1 if without is None else without)
    words = fit(given.words[use], given.target[use], given.weight[use])
    grams = fit(given.grams[use], given.target[use][:, :-1], given.weight[use])
    return quantise(words, grams)


def out_of_fold(corpus: Corpus, tables: Sequence[Tables], rare: NDArray[np.uint8]) -> list[Seen]:
    """Every document with the scores of tables that never saw its site."""
    return [
        see(lines, score_lines(lines, tables[fold]), rare[lines.word_bucket], units.listed, np.array([0, lines.size]))
        for lines, units, fold in zip(corpus.lines, corpus.units, corpus.fold, strict=True)
    ]


def nets(corpus: Corpus, seen: Sequence[Seen]) -> tuple[TextNet, list[TextNet]]:
    """The net learned from all texts, and those learned from all folds but one."""
    lessons: list[Lesson] = []
    fold: list[int] = []
    for text, lines, words, number in zip(corpus.texts, seen, corpus.words, corpus.fold.tolist(), strict=True):
        told = lessons_of(text, lines, words)
        lessons += told
        fold += [number] * len(told)
    names = tuple(features(seen[0]))

    def without(left_out: int | None) -> TextNet:
        return teach([each for each, its in zip(lessons, fold, strict=True) if its != left_out], names, SEED)

    folds = [without(left_out) for left_out in range(FOLDS)]
    return without(None), folds


def save(judge: LearnedText, path: Path) -> str:
    """Writes the judge and returns the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tables = judge.tables
    np.savez_compressed(
        path,
        allow_pickle=False,
        words=tables.words,
        grams=tables.grams,
        word_step=np.array(tables.word_step),
        gram_step=np.array(tables.gram_step),
        rarity=judge.rarity,
        thresholds=np.array([judge.thresholds[strictness] for strictness in STRICTNESS]),
        **arrays_of(judge.net),
    )
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Learns, chooses thresholds, saves and reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", nargs="?", type=Path, default=BENCH)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--folds", type=Path, help="also write the five out-of-fold judges here, for benchmarks.text")
    parser.add_argument("--choose", action="store_true", help="search for the thresholds again")
    args = parser.parse_args()
    started = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - started:6.0f} s  {what}", flush=True)

    corpus = gather(args.bench)
    tell(f"{len(corpus.texts)} texts of {len({text.site for text in corpus.texts})} sites")
    given = bag_up(corpus)
    tell(f"{given.words.shape[0]} different lines")
    tables = [linear(given, without) for without in (*range(FOLDS), None)]
    tell("linear scores learned")
    rare = rarity(corpus.lines, [text.site for text in corpus.texts])
    whole, folds = nets(corpus, out_of_fold(corpus, tables, rare))
    tell("nets learned")
    judges = [LearnedText(table, rare, net, THRESHOLDS) for table, net in zip(tables, folds, strict=False)]
    asked = [text for text in corpus.texts if text.kind in LABELLED]
    thresholds: dict[str, float] = pick_thresholds(judges, asked, fold_of) if args.choose else THRESHOLDS
    tell(f"thresholds {thresholds}")
    for number, judge in enumerate(judges):
        judge.thresholds.update(thresholds)
        if args.folds:
            save(judge, args.folds / f"text-{number}.npz")
    tell(f"{save(LearnedText(tables[-1], rare, whole, thresholds), args.out)} {args.out.name}")
    for strictness in STRICTNESS:
        for kind, found in figures_of(judges, asked, fold_of, strictness).items():
            tell(f"{strictness:9} {kind:10} {describe(found)}")


def describe(found: Figures) -> str:
    """Figures in one line."""
    return (
        f"F1 {found.f1:.3f}  recall {found.recall:.3f}  content lost {found.lost:.2%}"
        f"  documents losing over 2 % {found.documents_losing:.1%}"
    )


if __name__ == "__main__":
    main()
