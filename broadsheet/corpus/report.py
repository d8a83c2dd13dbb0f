"""What a run took out of a corpus: gathered document by document, told as JSON and in a few lines on the terminal."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from rich.console import Console
from rich.text import Text

from broadsheet.corpus.ledger import DocumentLoss, Gathered, Ledger, Progress
from broadsheet.show import printable, say
from cleaners.assemble import CLEANER_VERSION
from items import Article, Failure, Tally
from output.whole_file import WholeFile

VERSION = 1
STEPS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Upper ends of the shares by which documents are counted; the first stands for those that lost nothing."""
NO_SITE = ""
MOST_SITES = 1000
SHOWN = 8


def site_of(url: str | None) -> str:
    """The host a document came from, without "www."; "" where that is not known."""
    try:
        return (urlsplit(url or "").hostname or NO_SITE).removeprefix("www.")
    except ValueError:
        return NO_SITE


def gather(gathered: Gathered, progress: Progress, name: str, article: Article) -> None:
    """Adds one saved article to the figures."""
    tally = article.tally or Tally()
    words = article.word_count + tally.removed_words
    share = tally.removed_words / words if words else 0.0
    progress.words += words
    progress.removed += tally.removed_words
    step = bisect_left(STEPS, share)
    gathered.shares[step] = gathered.shares.get(step, 0) + 1
    _add(gathered.sites, site_of(article.url), (1, words, tally.removed_words))
    for kind, (blocks, removed) in tally.kinds.items():
        _add(gathered.kinds, kind, (blocks, removed, 1))
    if tally.removed_words:
        progress.losing += 1
        samples: list[dict[str, Any]] = [msgspec.structs.asdict(sample) for sample in tally.samples]
        gathered.documents.append(
            DocumentLoss(
                progress.rows, name, article.id, article.url, words, tally.removed_words, round(share, 4), samples
            )
        )


def gather_failure(gathered: Gathered, progress: Progress, failure: Failure) -> None:
    """Adds one input that gave nothing."""
    gathered.failures.append((progress.rows, failure))


def _add(table: dict[str, list[int]], key: str, counts: Iterable[int]) -> None:
    known = table.setdefault(key, [0, 0, 0])
    for index, count in enumerate(counts):
        known[index] += count


def write_report(path: Path, ledger: Ledger, progress: Progress, *, complete: bool) -> None:
    """Writes the report, whole or not at all. Raises OutputError."""
    file = WholeFile(path)
    try:
        for piece in report_pieces(ledger, progress, complete=complete):
            file.stream.write(piece)
    except BaseException:
        file.discard()
        raise
    file.commit()


def report_pieces(ledger: Ledger, progress: Progress, *, complete: bool) -> Iterator[bytes]:
    """The report as JSON, a list entry at a time: it may be larger than memory."""
    head = {
        "report_version": VERSION,
        "complete": complete,
        "cleaner_version": CLEANER_VERSION,
        "inputs": progress.rows,
        "saved": progress.saved,
        "skipped": progress.skipped,
        "failed": progress.failed,
        "words": progress.words,
        "removed_words": progress.removed,
        "removed_share": _share(progress.removed, progress.words),
        "documents_with_removals": progress.losing,
        "documents_by_share": _scale(ledger.shares()),
    }
    yield msgspec.json.format(msgspec.json.encode(head), indent=1).removesuffix(b"\n}")
    yield from _list("by_kind", _kinds(ledger, progress))
    yield from _list("by_site", islice(_sites(ledger), MOST_SITES))
    yield from _list("by_document", map(_document, ledger.documents()))
    yield from _list("failures", ({"source": source, "reason": reason} for source, reason in ledger.failures()))
    yield b"\n}\n"


def _list(name: str, entries: Iterable[Any]) -> Iterator[bytes]:
    yield b',\n "' + name.encode() + b'": ['
    between = b"\n  "
    for entry in entries:
        yield between + msgspec.json.encode(entry)
        between = b",\n  "
    yield b"\n ]"


def _kinds(ledger: Ledger, progress: Progress) -> Iterator[dict[str, Any]]:
    for kind, blocks, words, documents in ledger.kinds():
        yield {
            "kind": kind,
            "blocks": blocks,
            "removed_words": words,
            "share": _share(words, progress.words),
            "documents": documents,
        }


def _sites(ledger: Ledger) -> Iterator[dict[str, Any]]:
    for site, documents, words, removed in ledger.sites():
        yield {
            "site": site or None,
            "documents": documents,
            "words": words,
            "removed_words": removed,
            "share": _share(removed, words),
        }


def _document(loss: DocumentLoss) -> dict[str, Any]:
    return {name: value for name, value in msgspec.structs.asdict(loss).items() if name != "row"}


def _scale(shares: dict[int, int]) -> list[dict[str, Any]]:
    return [{"up_to": end, "documents": shares.get(step, 0)} for step, end in enumerate(STEPS)]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def show_report(ledger: Ledger, progress: Progress, console: Console) -> None:
    """The report for a person: the whole, then kinds, sites and the documents that lost most."""
    share = _share(progress.removed, progress.words)
    say(
        console,
        Text(
            f"Removed {progress.removed:,} of {progress.words:,} words ({share:.1%})"
            f" from {progress.losing:,} of {progress.saved:,} documents."
        ),
    )
    kinds = [(f"{entry['share']:.1%}", f"{entry['kind']}, {_times(entry)}") for entry in _kinds(ledger, progress)]
    _show(console, "by kind", kinds)
    sites = [
        (f"{entry['share']:.1%}", f"{entry['site']}, {_times(entry)}") for entry in _sites(ledger) if entry["site"]
    ]
    _show(console, "by site, most words first", sites)
    documents = [
        (f"{loss.share:.1%}", f"{loss.id}, {loss.removed_words:,} of {loss.words:,} words")
        for loss in islice(ledger.documents(), SHOWN)
    ]
    _show(console, "by document, largest share first", documents)


def _times(entry: dict[str, Any]) -> str:
    noun = "document" if entry["documents"] == 1 else "documents"
    return f"{entry['removed_words']:,} words in {entry['documents']:,} {noun}"


def _show(console: Console, heading: str, lines: list[tuple[str, str]]) -> None:
    if lines:
        say(console, Text(f"  {heading}"))
    for share, told in lines[:SHOWN]:
        say(console, Text(f"  {share:>7}  {printable(told)}"))
