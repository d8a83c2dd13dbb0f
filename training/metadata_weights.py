"""Learns how far to trust each witness of a page's metadata, and writes cleaners/metadata/weights.toml.

    python -m training.metadata_weights [BENCH] > weights.toml && mv weights.toml cleaners/metadata/

BENCH holds the development sets (default ../shared/bench). For each of title, authors and published a conditional
logit is fitted over a page's candidates ("none of these" has score 0); a page whose right answer is no candidate is
left out of the fit, and counts as wrong in the calibration. A page for which the answers name no author (or day), and
which names none to machines either, teaches that "none of these" is right. Scores become confidences by a slope and an
offset on their log-odds, fitted to out-of-fold scores; folds are by site. Figures go to standard error. Needs numpy
and scipy.
"""

from __future__ import annotations

import importlib.util
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from cleaners.metadata.claims import WEIGHTS, Candidate, Weights, calibrated, decide, log_odds, raw_confidence
from cleaners.metadata.metadata import contested
from cleaners.metadata.published import stamp_of
from cleaners.metadata.testimony import Testimony, read_testimony
from cleaners.metadata.titles import spelling
from cleaners.segment import segment_html
from items import Block, Page

SETS = ("wcxb", "fundus", "snippets")
FOLDS = 5
RIDGE = 2.0
FEWEST_PAGES = 4  # a feature seen on fewer pages says nothing
PRUDENCE = 0.1  # on the log-odds: a confidence says rather too little than too much
# Below these confidences a field is null. Chosen so that of what is withheld at most about a third is right.
LEAST = {"title": 0.25, "authors": 0.3, "published": 0.35}


# Weights that are given and not learned: no development page was announced, and hardly one has htmldate alone. An
# announcement counts like the page's own word of the same kind.
GIVEN = {
    "title": {"announced": 1.2},
    "authors": {"announced": 1.1},
    "published": {"announced": 1.2, "htmldate": 0.0, "mod_announced": 0.0},
}


class Example(NamedTuple):
    """One page's candidates for one field. right: which of them the truth agrees with."""

    name: str
    site: str
    candidates: list[Candidate]
    right: list[bool]
    none: bool = False
    """Nothing is right: the answers name none, and no candidate is more than something that stands on the page."""


def score_of(bench: Path) -> ModuleType:
    """The development sets' own script, for its readers and its notion of equal."""
    spec = importlib.util.spec_from_file_location("score", bench / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pages(bench: Path, score: ModuleType) -> Iterator[tuple[str, dict[str, Any], Page]]:
    """(set, truth, page) of every page of the sets."""
    for name in SETS:
        for truth in score.rows(bench / "truth" / f"{name}.jsonl"):
            raw = score.gzip.open(bench / "pages" / name / f"{truth['id']}.html.gz").read()
            yield name, truth, Page(content=raw.decode(truth["enc"], "replace"), url=truth["url"])


def title_example(name: str, truth: dict[str, Any], testimony: Testimony, score: ModuleType) -> Example | None:
    """The title's candidates; None where the truth has no title."""
    if not truth.get("title"):
        return None
    wanted = score.plain(truth["title"])
    right = [score.plain(spelling(candidate)) == wanted for candidate in testimony.candidates]
    return Example(name, truth["site"], testimony.candidates, right)


def other_examples(
    name: str, truth: dict[str, Any], testimony: Testimony, blocks: list[Block], score: ModuleType
) -> dict[str, Example]:
    """The candidates for authors and date, where the truth has them."""
    people, days, _ = contested(testimony, blocks, None)
    found = {}
    if truth.get("authors"):
        wanted = score.names(truth["authors"])
        right = [score.names(list(one.claims[0].value)) == wanted for one in people]
        found["authors"] = Example(name, truth["site"], people, right)
    elif people and not any("any_stated" in one.features for one in people):
        found["authors"] = Example(name, truth["site"], people, [False] * len(people), none=True)
    if truth.get("date"):
        wanted = score.days(truth["date"])
        right = [bool(wanted & score.days(stamp_of(one))) for one in days]
        found["published"] = Example(name, truth["site"], days, right)
    elif days and not any(one.features["stamped"] for one in days):
        found["published"] = Example(name, truth["site"], days, [False] * len(days), none=True)
    return found


def fit(examples: list[Example]) -> dict[str, float]:
    """The weights under which the right candidates get the most probability, with a ridge penalty."""
    learnable = [example for example in examples if example.none or any(example.right)]
    nothing = np.array([float(example.none) for example in learnable])
    seen: Counter[str] = Counter()
    for example in learnable:
        seen.update({name for one in example.candidates for name, by in one.features.items() if by})
    names = sorted(name for name, count in seen.items() if count >= FEWEST_PAGES)
    matrix, owner, right = _matrix(learnable, names)
    count = len(learnable)

    def loss(weights: Any) -> tuple[float, Any]:
        scores = matrix @ weights
        top = np.zeros(count)
        np.maximum.at(top, owner, scores)
        risen = np.exp(scores - top[owner])
        whole = np.bincount(owner, risen, count) + np.exp(-top)
        hit = np.bincount(owner, risen * right, count) + nothing * np.exp(-top)
        gradient = matrix.T @ (risen / whole[owner] - risen * right / hit[owner]) + RIDGE * weights
        return float(-np.log(hit / whole).sum() + RIDGE * (weights @ weights) / 2), gradient

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return {name: round(float(weight), 2) for name, weight in zip(names, found.x, strict=True) if abs(weight) >= 0.005}


def _matrix(examples: list[Example], names: list[str]) -> tuple[Any, Any, Any]:
    column = {name: number for number, name in enumerate(names)}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    owner: list[int] = []
    right: list[float] = []
    for number, example in enumerate(examples):
        for candidate, is_right in zip(example.candidates, example.right, strict=True):
            for name, by in candidate.features.items():
                if by and name in column:
                    rows.append(len(owner))
                    columns.append(column[name])
                    values.append(by)
            owner.append(number)
            right.append(float(is_right))
    return csr_matrix((values, (rows, columns)), shape=(len(owner), len(names))), np.array(owner), np.array(right)


class Guess(NamedTuple):
    """What was decided on one page, and whether it was right. none: the answers name nothing there."""

    name: str
    fold: int
    raw: float
    right: bool
    none: bool = False


def guess(example: Example, weights: dict[str, float]) -> Guess:
    """Decides one page with the weights, uncalibrated."""
    fold = zlib.crc32(example.site.encode()) % FOLDS
    found = decide("", example.candidates, Weights(weights, 1.0, 0.0, 0.0))
    if not found:
        return Guess(example.name, fold, 0.0, False, example.none)
    best = found[0]
    right = example.right[example.candidates.index(best)]
    return Guess(example.name, fold, raw_confidence(best, example.candidates), right, example.none)


def out_of_fold(examples: list[Example]) -> list[Guess]:
    """Every page decided with weights learned without its site."""
    fold_of = [zlib.crc32(example.site.encode()) % FOLDS for example in examples]
    guesses: list[Guess] = []
    for fold in range(FOLDS):
        weights = fit([example for example, own in zip(examples, fold_of, strict=True) if own != fold])
        guesses += [guess(example, weights) for example, own in zip(examples, fold_of, strict=True) if own == fold]
    return guesses


def calibrate(guesses: list[Guess]) -> tuple[float, float]:
    """(slope, offset) on the log-odds of the raw confidence under which the guesses' outcomes are likeliest."""
    given = [one for one in guesses if one.raw > 0]
    odds = np.array([log_odds(one.raw) for one in given])
    right = np.array([one.right for one in given], float)

    def loss(numbers: Any) -> float:
        score = numbers[0] * odds + numbers[1]
        return float(np.logaddexp(0, score).sum() - (score * right).sum())

    slope, offset = minimize(loss, np.array([1.0, 0.0])).x
    return round(float(slope), 3), round(float(offset) - PRUDENCE, 3)


def calibration(guesses: list[Guess]) -> tuple[float, float, float]:
    """What `reliability` says, with each fold's confidences calibrated on the others."""
    pairs = []
    for fold in range(FOLDS):
        slope, offset = calibrate([one for one in guesses if one.fold != fold])
        pairs += [
            (calibrated(one.raw, slope, offset), one.right) for one in guesses if one.fold == fold and one.raw > 0
        ]
    return reliability(pairs)


def reliability(pairs: list[tuple[float, bool]]) -> tuple[float, float, float]:
    """(expected calibration error over ten bins, share right at confidence ≥ .9, share given with it)."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in pairs:
        bins.setdefault(min(9, int(confidence * 10)), []).append((confidence, right))
    error = sum(abs(sum(c for c, _ in part) - sum(r for _, r in part)) for part in bins.values()) / max(1, len(pairs))
    sure = [right for confidence, right in pairs if confidence >= 0.9]
    return error, sum(sure) / max(1, len(sure)), len(sure) / max(1, len(pairs))


def report(field: str, examples: list[Example], guesses: list[Guess]) -> None:
    """Out-of-fold figures to standard error."""
    print(field, f"({sum(one.none for one in examples)} pages with none)", file=sys.stderr)
    for name in SETS:
        own = [one for one in guesses if one.name == name and not one.none]
        best = [any(example.right) for example in examples if example.name == name and not example.none]
        kept = f"{sum(one.right for one in own) / len(own):.4f} out of fold"
        print(f"  {name}: {len(own)} pages, {kept}, {sum(best) / len(best):.4f} attainable", file=sys.stderr)
    error, right, share = calibration(guesses)
    print(
        f"  calibration error {error:.4f}; at confidence ≥ .9 right {right:.4f} ({share:.2f} of all)", file=sys.stderr
    )


def learn(field: str, examples: list[Example]) -> Weights:
    """One field's weights and calibration."""
    guesses = out_of_fold(examples)
    report(field, examples, guesses)
    return Weights(fit(examples) | GIVEN[field], *calibrate(guesses), LEAST[field])


def write(field: str, learned: Weights) -> None:
    """One table of weights.toml to standard output."""
    print(f"\n[{field}]\nleast = {learned.least}")
    print(f"slope = {learned.slope}\noffset = {learned.offset}")
    print(f"\n[{field}.weights]")
    for name, weight in sorted(learned.weights.items(), key=lambda pair: (-pair[1], pair[0])):
        print(f"{name} = {weight}")


def main() -> None:
    """Learns the three fields, the title first: where it stands decides what is near it."""
    bench = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/bench")
    score = score_of(bench)
    documents = [(name, truth, page, segment_html(page)) for name, truth, page in pages(bench, score)]
    first = [(name, truth, read_testimony(document.tree, page)) for name, truth, page, document in documents]
    titles = [title_example(name, truth, testimony, score) for name, truth, testimony in first]
    WEIGHTS["title"] = learn("title", [example for example in titles if example])
    found: dict[str, list[Example]] = {"authors": [], "published": []}
    for name, truth, page, document in documents:
        testimony = read_testimony(document.tree, page)
        for field, example in other_examples(name, truth, testimony, document.blocks, score).items():
            found[field].append(example)
    print("# Written by training/metadata_weights.py: what each witness's word weighs.")
    write("title", WEIGHTS["title"])
    for field, examples in found.items():
        write(field, learn(field, examples))


if __name__ == "__main__":
    main()
