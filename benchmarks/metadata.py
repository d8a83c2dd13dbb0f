"""Metadata on the development sets: exact matches beside trafilatura's, calibration, and time.

    python -m benchmarks.metadata [BENCH] [--no-peer]

BENCH holds the development sets (default ../shared/bench). Figures are in-sample: weights were learned on these pages
(training/metadata_weights.py prints the out-of-fold ones). Trafilatura is run with its defaults for metadata.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import Any

import trafilatura

from cleaners import clean_page
from cleaners.metadata import Metadata, read_metadata, read_testimony
from cleaners.metadata.images import picture_key
from cleaners.segment import Document, segment_html
from items import Article, Page
from training.metadata_weights import SETS, pages, reliability, score_of

FIELDS = ("title", "authors", "published")


def ours(document: Document, page: Page) -> tuple[Metadata, float]:
    """The page's metadata and the milliseconds of CPU it took, parsing and segmenting not counted."""
    text = "\n\n".join(block.text for block in document.blocks if block.kind == "paragraph")
    start = time.process_time()
    metadata = read_metadata(read_testimony(document.tree, page), document.blocks, text)
    return metadata, (time.process_time() - start) * 1000


def theirs(page: Page) -> dict[str, Any]:
    """What trafilatura finds."""
    found = trafilatura.extract_metadata(page.content, default_url=page.url)
    if found is None:
        return {}
    return {"title": found.title, "authors": (found.author or "").split("; "), "published": found.date}


def right(score: Any, truth: dict[str, Any], field: str, value: Any) -> bool | None:
    """Whether a value is right; None where the truth does not say."""
    if field == "title":
        return score.plain(truth["title"]) == score.plain(value) if truth.get("title") else None
    if field == "authors":
        return score.names(truth["authors"]) == score.names(value) if truth.get("authors") else None
    return bool(score.days(truth["date"]) & score.days(value)) if truth.get("date") else None


LABELS = Path(__file__).with_name("metadata_labels.tsv")
CHECKED = ("language", "modified", "canonical_url", "image")


def read_labels() -> dict[str, dict[str, set[str]]]:
    """By page ("wcxb/0001"): field → the answers that are right; "-" stands for none."""
    lines = [line for line in LABELS.read_text("utf-8").splitlines() if not line.startswith("#")]
    names = lines[0].split("\t")[1:]
    rows = (line.split("\t") for line in lines[1:])
    return {row[0]: {name: set(cell.split("|")) for name, cell in zip(names, row[1:], strict=True)} for row in rows}


def answer(article: Article, field: str) -> str:
    """What an article says, in the form of the labels."""
    value = getattr(article, field)
    if value is None:
        return "-"
    return picture_key(value) if field == "image" else value[:10] if field == "modified" else str(value)


def print_checked(bench: Path, score: Any) -> None:
    """How often the fields checked by eye are right, and where they are not. Runs the whole of clean()."""
    labels = read_labels()
    wrong: dict[str, list[str]] = {field: [] for field in CHECKED}
    for name, truth, page in pages(bench, score):
        right_ones = labels.get(f"{name}/{truth['id']}")
        article = clean_page(page) if right_ones else None
        for field in CHECKED:
            if article and right_ones and answer(article, field) not in right_ones[field]:
                wrong[field].append(truth["id"])
    for field, ids in wrong.items():
        print(f"{field:14} right {1 - len(ids) / len(labels):.3f} of {len(labels)} checked by eye; not {' '.join(ids)}")


def main() -> None:
    """Prints the tables."""
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    bench = Path(arguments[0] if arguments else "../shared/bench")
    score = score_of(bench)
    peer = "--no-peer" not in sys.argv
    hits: dict[tuple[str, str, str], list[bool]] = {}
    sure: dict[str, list[tuple[float, bool]]] = {field: [] for field in FIELDS}
    spent: list[float] = []
    for name, truth, page in pages(bench, score):
        metadata, milliseconds = ours(segment_html(page), page)
        spent.append(milliseconds)
        found = {"broadsheet": {field: getattr(metadata, field) for field in FIELDS}}
        if peer:
            found["trafilatura"] = theirs(page)
        for who, values in found.items():
            for field in FIELDS:
                verdict = right(score, truth, field, values.get(field))
                if verdict is None:
                    continue
                hits.setdefault((field, name, who), []).append(verdict)
                guess = metadata.fields.get(field)
                if who == "broadsheet" and guess:
                    sure[field].append((guess.confidence, bool(right(score, truth, field, guess.value))))
    for field in FIELDS:
        for who in ("broadsheet", "trafilatura") if peer else ("broadsheet",):
            shares = "  ".join(f"{name} {statistics.mean(hits[field, name, who]):.4f}" for name in SETS)
            print(f"{field:10} {who:12} {shares}")
        error, share, given = reliability(sure[field])
        print(f"{field:10} calibration  error {error:.4f}, at ≥ .9 right {share:.4f} ({given:.2f} of the guesses)")
    spent.sort()
    middle, mean, late = statistics.median(spent), statistics.mean(spent), spent[-len(spent) // 100]
    print_checked(bench, score)
    print(f"ms a page: median {middle:.2f}, mean {mean:.2f}, 99th {late:.2f}")


if __name__ == "__main__":
    main()
