"""python -m benchmarks.text FOLDS [BENCH]: the text judge beside simpler ones, out of fold, and its speed.

FOLDS holds the five judges that `python -m training.text --folds FOLDS` writes; each is asked only about sites it never
saw. Speed is measured with the judge that is shipped, on one core, from text to verdicts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cleaners.fixpoint import clean_lines
from cleaners.judges.learned_text import STRICTNESS, LearnedText
from cleaners.judges.rules import Rules
from cleaners.segment import Document
from cleaners.segment_text import segment_text
from items import Page, Verdict
from training.text import BENCH, FOLDS, describe, fold_of
from training.text_figures import SETS, TEXTS_AT_ONCE, Figures, figures_of
from training.text_pages import Text, text_sets

Judge = Callable[[Document], Sequence[Verdict | None]]
# Above every probability: a judge that removes nothing, to see what rules do alone.
SILENT = 1.0


def c4_lines(document: Document) -> list[Verdict | None]:
    """C4's rule (Raffel et al. 2020): a line stays if it ends in terminal punctuation and has five words or more."""
    gone = Verdict(False, "c4", "line", 1.0)
    return [
        None if block.text.rstrip().endswith((".", "!", "?", '"', "”")) and len(block.text.split()) >= 5 else gone
        for block in document.blocks
    ]


def silent(judge: LearnedText) -> LearnedText:
    """A judge that says nothing."""
    return LearnedText(judge.tables, judge.rarity, judge.net, dict.fromkeys(STRICTNESS, SILENT))


def megabytes_a_second(judge: LearnedText, texts: Sequence[Text], rules: Sequence[Judge]) -> float:
    """Processor time from text to verdicts, at the default strictness."""
    contents = ["\n".join(text.lines) for text in texts]
    given = [Page(content=content, form="text") for content in contents]
    started = time.process_time()
    for start in range(0, len(given), TEXTS_AT_ONCE):
        clean_lines(list(map(segment_text, given[start : start + TEXTS_AT_ONCE])), judge, "careful", rules)
    return sum(len(content.encode()) for content in contents) / 1e6 / (time.process_time() - started)


def by_language(text: Text) -> Text:
    """The text in a set of its language."""
    return text._replace(kind="English" if text.language == "en" else "not English")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folds", type=Path)
    parser.add_argument("bench", nargs="?", type=Path, default=BENCH)
    args = parser.parse_args()
    texts = list(text_sets(args.bench))
    judges = [LearnedText.load(args.folds / f"text-{number}.npz") for number in range(FOLDS)]
    phrases = Rules.load()

    def row(name: str, found: dict[str, Figures]) -> None:
        for kind in (*SETS, "English", "not English"):
            if kind in found:
                print(f"{name:22} {kind:12} {describe(found[kind])}", flush=True)

    nobody = [silent(judge) for judge in judges]
    row("C4 line rule", figures_of(nobody, texts, fold_of, "careful", [c4_lines]))
    row("rules", figures_of(nobody, texts, fold_of, "careful", [phrases]))
    for strictness in STRICTNESS:
        row(f"learned, {strictness}", figures_of(judges, texts, fold_of, strictness))
        row(f"rules + {strictness}", figures_of(judges, texts, fold_of, strictness, [phrases]))
    spoken = [by_language(text) for text in texts if text.kind == "sloppy"]
    for strictness in STRICTNESS:
        row(f"learned, {strictness}", figures_of(judges, spoken, fold_of, strictness))
        row(f"rules + {strictness}", figures_of(judges, spoken, fold_of, strictness, [phrases]))
    shipped = LearnedText.load()
    for kind in SETS:
        chosen = [text for text in texts if text.kind == kind][:120]
        alone = megabytes_a_second(shipped, chosen, [])
        print(f"{kind:12} {alone:.1f} MB/s learned, {megabytes_a_second(shipped, chosen, [phrases]):.1f} with rules")


if __name__ == "__main__":
    main()
