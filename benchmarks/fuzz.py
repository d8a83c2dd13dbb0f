"""Mutated pages through `clean()`: no crash, valid records, bounded time and memory.

python -m benchmarks.fuzz [PAGES] [FOLDER]    20,000 mutations of our own demo pages, and of the pages in FOLDER
"""

from __future__ import annotations

import gzip
import random
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from broadsheet.demo.newspaper import bote, lantern
from broadsheet.demo.press import print_newspaper
from cleaners import clean
from output.making import record_of
from output.record import Record

PAGES = 20_000
EVERY = 1000
TOKENS = (
    b"<div>", b"</div>", b"<p>", b"<!--", b"-->", b"<script>", b"</script>", b"<textarea>", b"<svg>", b"<title>",
    b"<h1>", b"<table><tr><td>", b'"', b"'", b"<a href=", b"&#0;", b"&lt;", b"\xff\xfe", b"\x00", b"\xed\xa0\x80",
    b"<![CDATA[", b"<template>", b'<script type="application/ld+json">{"@type":"NewsArticle","author":',
    b'<meta name="author" content="',
)  # fmt: skip


def seeds(folder: Path | None = None) -> list[bytes]:
    """The demo newspapers' pages, and every page (.html, .html.gz) of the folder."""
    papers = [print_newspaper(paper, "http://paper.example").pages for paper in (lantern(), bote())]
    found = [page.body for pages in papers for page in pages.values() if page.body.lstrip().startswith(b"<")]
    for path in sorted(folder.rglob("*.html*")) if folder else ():
        found.append(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    return found


def mutated(page: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """The page with one to five mutations: bytes changed, parts dropped, doubled, moved or taken from another page."""
    body = bytearray(page)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(body) + 1)
        end = min(len(body), at + int(chance.expovariate(1 / 200)))
        kind = chance.randrange(6)
        if kind == 0:
            body[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 50, 3000))
        elif kind == 1:
            del body[at:end]
        elif kind == 2:
            body[at:at] = body[at:end] * chance.choice((1, 2, 40))
        elif kind == 3:
            body[at:end] = chance.randbytes(end - at)
        elif kind == 4:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            body[at:end] = other[start : start + end - at]
        else:
            del body[at:]
        body = body or bytearray(b"<")
    return bytes(body)


def check(page: bytes) -> None:
    """Cleans the page. Raises whatever is wrong with what comes of it."""
    line = msgspec.json.encode(record_of(clean(page, url="https://paper.example/story")))
    msgspec.json.decode(line.decode("utf-8"), type=Record)


def resident() -> float:
    """Megabytes this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def run(pages: int, folder: Path | None, seed: int = 0) -> Iterator[str]:
    """Cleans mutations and yields a line now and then; the last has the figures."""
    chance, sources = random.Random(seed), seeds(folder)
    spent: list[float] = []
    settled, start = min(EVERY, pages // 2), 0.0
    check(sources[0])  # what judges know is read before the first page is timed
    for number in range(pages):
        page = mutated(chance.choice(sources), sources, chance)
        begun = time.process_time()
        try:
            check(page)
        except Exception:
            Path(f"crash-{seed}-{number}.html").write_bytes(page)
            raise
        spent.append(time.process_time() - begun)
        if number == settled:
            start = resident()
        if number % EVERY == EVERY - 1:
            yield f"{number + 1:,} pages, {resident():.0f} MB, {slowest(spent)}"
    growth = (resident() - start) * 10_000 / max(pages - settled, 1)
    yield f"{pages:,} pages: 0 crashes, {slowest(spent)}, {growth:+.0f} MB a 10,000"


def slowest(spent: list[float]) -> str:
    """What the slowest pages took of CPU time. spent: seconds."""
    ordered = sorted(spent)
    return f"p99 {ordered[int(len(ordered) * 0.99)]:.3f} s, most {ordered[-1]:.2f} s"


if __name__ == "__main__":
    given = sys.argv[1:]
    for line in run(int(given[0]) if given else PAGES, Path(given[1]) if len(given) > 1 else None):
        print(line, flush=True)
