"""python -m benchmarks.lean FOLDS [BENCH]: briefs and bare pages, judged out of fold.

The development pages hold few short articles, so these are made of them (`training.lean`): a piece of the body, some of
what stood around it, and for half of them no class names. FOLDS holds the judges that `python -m training.train --folds
FOLDS` writes; each is asked only about sites it never saw. Blocks are scored, weighted by their characters; trafilatura
is not asked, and pages are not put together, because there is no HTML of them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import numpy as np

from cleaners.judges.learned import Learned
from training.lean import lean
from training.pages import FOLDS, Sample, read_samples

SETS = ("wcxb", "fundus", "not-articles")
ALL = 10_000


class Outcome(NamedTuple):
    """What became of one page. body, blocks: how many blocks the body has, and the page. lost, residue: shares of the
    characters of the body, and of what was kept."""

    article: bool
    body: int
    blocks: int
    f1: float
    lost: float
    residue: float
    exact: bool
    empty: bool
    taken: bool


def outcome(page: Sample, judge: Learned) -> Outcome:
    """The judge's verdicts on a page, beside the answer."""
    judgement = judge.judge(page.document, page.ruled)
    keep = np.array([verdict.keep for verdict in judge.verdicts(judgement)])
    keep &= np.array([verdict is None for verdict in page.ruled])
    reading = judgement.reading
    chars = reading.chars if reading is not None else np.zeros(len(keep), np.float32)
    right, kept, wanted = (float(chars[which].sum()) for which in (keep & page.content, keep, page.content))
    return Outcome(
        page.set != "not-articles",
        int(page.content.sum()),
        len(keep),
        2 * right / max(kept + wanted, 1.0),
        1 - right / max(wanted, 1.0),
        1 - right / kept if kept else 0.0,
        bool((keep == page.content)[page.weight > 0].all()),
        not keep.any(),
        judgement.kind == "article",
    )


def line(name: str, outcomes: Sequence[Outcome]) -> str:
    """One row of figures."""
    parts = (
        f"F1 {mean(each.f1 for each in outcomes):.3f}",
        f"exact {mean(each.exact for each in outcomes):.1%}",
        f"lost {mean(each.lost for each in outcomes):.1%}",
        f"residue {mean(each.residue for each in outcomes):.1%}",
        f"empty {mean(each.empty for each in outcomes):.1%}",
        f"no article {mean(not each.taken for each in outcomes):.1%}",
    )
    return f"{name:24} {len(outcomes):4} pages  " + "  ".join(parts)


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folds", type=Path)
    parser.add_argument("bench", nargs="?", type=Path, default=Path("../shared/bench"))
    options = parser.parse_args()
    judges = [Learned.load(options.folds / str(fold)) for fold in range(FOLDS)]
    made = (lean(sample) for sample in read_samples(options.bench, SETS))
    found = [outcome(page, judges[page.fold]) for page in made if page is not None]
    articles = [each for each in found if each.article]
    tables: dict[str, Callable[[Outcome], int]] = {"body": lambda each: each.body, "page": lambda each: each.blocks}
    for name, size in tables.items():
        for least, most in ((1, 1), (2, 2), (3, 4), (5, 12), (13, ALL)):
            if chosen := [each for each in articles if least <= size(each) <= most]:
                print(line(f"{name} of {least} to {most} blocks" if most < ALL else f"{name} of more", chosen))
    print(line("all articles", articles))
    others = [each for each in found if not each.article]
    print(f"{'no articles':24} {len(others):4} pages  taken for one {mean(each.taken for each in others):.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
