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

from cleaners.metadata import Metadata, read_metadata, read_testimony
from cleaners.segment import Document, segment_html
from items import Page
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
    print(f"ms a page: median {middle:.2f}, mean {mean:.2f}, 99th {late:.2f}")


if __name__ == "__main__":
    main()
