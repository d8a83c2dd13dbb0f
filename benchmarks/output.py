"""What saving costs: `python -m benchmarks.output [PAGES] [shares] [memory] [export] [search]` (`make bench-output`).

Each sink's share of the cleaning it saves (CPU time, the same pages, one process), export from JSON lines to Parquet,
memory over many records, and how soon a phrase is found. Records are made of a fixed vocabulary with fixed chance.
"""

from __future__ import annotations

import gzip
import os
import random
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

import output
from cleaners import clean
from items import Article, Block
from output import Record, record_of
from output.jsonl import json_line

TARGETS = (
    "x.jsonl",
    "x.jsonl.gz",
    "x.jsonl.zst",
    "x.json",
    "x.csv",
    "x.md",
    "x.txt",
    "x.warc.gz",
    "x.parquet",
    "x.sqlite",
    "folder/",
)
SAMPLE = 60  # pages cleaned
COPIES = 10
WORDS = 400  # of a made-up article: about the development pages' median
EXPORTED = 100_000
SEARCHED = 100_000
MANY = int(os.environ.get("RECORDS", "1000000"))


def made_up(number: int, words: list[str], chance: random.Random) -> Record:
    """An article of words drawn by chance, in paragraphs."""
    paragraphs = [" ".join(chance.choices(words, k=WORDS // 8)) for _ in range(8)]
    return record_of(
        Article(
            id=f"{number:016x}",
            url=f"https://example.org/{number}",
            title=" ".join(chance.choices(words, k=8)),
            published="2026-01-01T00:00:00Z",
            language="en",
            text="\n\n".join(paragraphs),
            blocks=tuple(Block("paragraph", text) for text in paragraphs),
            word_count=WORDS,
        )
    )


def many(count: int) -> Iterator[Record]:
    """Made-up articles, the same in every run."""
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(20_000)]
    return (made_up(number, words, chance) for number in range(count))


def shares(pages: Path) -> None:
    """Each sink's CPU time as a share of the cleaning's."""
    files = sorted(pages.rglob("*.html*"))
    sample = random.Random(1).sample(files, min(SAMPLE, len(files)))
    contents = [gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes() for file in sample]
    for content in contents[:3]:
        clean(content)
    begun = time.process_time()
    records = [record_of(clean(content, f"https://example.org/{n}")) for n, content in enumerate(contents)]
    cleaning = (time.process_time() - begun) / len(contents)
    print(f"cleaning {1000 * cleaning:.1f} ms of CPU a page; saving, of that:")
    lines = [
        json_line(msgspec.structs.replace(record, id=f"{record.id}{copy}", title=f"{record.title} {copy}"))
        for copy in range(COPIES)
        for record in records
    ]
    for target in TARGETS:
        print(f"  {target:<12} {saving(target, lines) / cleaning:6.2%}")


def saving(target: str, lines: list[bytes]) -> float:
    """Seconds of CPU that a record takes, with a commit every hundred."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        with output.append_to(f"{folder}/{target}") as appender:
            for number, line in enumerate(lines):
                appender.write(line)
                if number % 100 == 99:
                    appender.commit()
            appender.commit()
        return (time.process_time() - begun) / len(lines)


def exporting(folder: Path) -> None:
    """Records a second from JSON lines to Parquet."""
    from broadsheet.choosing import Choice  # noqa: PLC0415
    from broadsheet.exporting import export  # noqa: PLC0415

    source = folder / "in.jsonl"
    with output.open(source) as sink:
        for record in many(EXPORTED):
            sink.write(record)
    os.environ["XDG_STATE_HOME"] = str(folder)
    begun, cpu, reader = time.perf_counter(), time.process_time(), time.thread_time()
    export(str(source), str(folder / "out.parquet"), None, Choice())
    wall, spent, reader = time.perf_counter() - begun, time.process_time() - cpu, time.thread_time() - reader
    size = source.stat().st_size / EXPORTED
    print(
        f"export JSON lines → Parquet: {EXPORTED / wall:,.0f} records/s; CPU a record: {1e6 * reader / EXPORTED:.0f} µs"
        f" reading and building, {1e6 * (spent - reader) / EXPORTED:.0f} µs compressing beside it (so at most"
        f" {EXPORTED / max(reader, spent - reader):,.0f} records/s on two free cores); {size:,.0f} bytes of JSON each"
    )


def searching(folder: Path) -> None:
    """How long it takes to find a phrase."""
    with output.open(folder / "out.sqlite") as sink:
        phrase = ""
        for number, record in enumerate(many(SEARCHED)):
            sink.write(record)
            if number == SEARCHED // 2:
                phrase = " ".join(record.text.split()[20:23])
    with sqlite3.connect(folder / "out.sqlite") as db:
        begun, cpu = time.perf_counter(), time.process_time()
        found = db.execute(
            "SELECT title FROM articles WHERE number IN (SELECT rowid FROM articles_fts(?))", (f'"{phrase}"',)
        ).fetchall()
        taken = f"{1000 * (time.perf_counter() - begun):.1f} ms ({1000 * (time.process_time() - cpu):.1f} of CPU)"
        print(f"a phrase in {SEARCHED:,} articles: {taken}, {len(found)} found")


def memory(folder: Path) -> None:
    """Each sink's resident memory while records come: at a tenth, half and all of them, and after the close."""
    record = next(many(1))
    print(
        f"resident memory in MB after {MANY // 10:,}, {MANY // 2:,} and {MANY:,} records, at the close, and the most:"
    )
    for target in TARGETS:
        child = os.fork()
        if child == 0:
            _fill(f"{folder}/{target}", record)
            os._exit(0)
        os.waitpid(child, 0)
        shutil.rmtree(f"{folder}/{target}") if target.endswith("/") else os.unlink(f"{folder}/{target}")


def _fill(target: str, record: Record) -> None:
    small = msgspec.structs.replace(record, text=record.text[:300], blocks=record.blocks[:1])
    sizes = []
    with output.append_to(target) as appender:
        for number in range(1, MANY + 1):
            appender.write(msgspec.structs.replace(small, id=f"{number:016x}", url=f"https://example.org/{number}"))
            if number % 1000 == 0:
                appender.commit()
            if number in (MANY // 10, MANY // 2, MANY):
                sizes.append(_resident())
    sizes += [_resident(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]
    print(
        f"  {os.path.basename(target) or target.split('/')[-2]:<12} {' '.join(f'{size:5}' for size in sizes)}",
        flush=True,
    )


def _resident() -> int:
    """Megabytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def main(arguments: list[str]) -> None:
    """Prints the figures asked for, by default all."""
    wanted = [name for name in arguments if name in PARTS] or list(PARTS)
    pages = [name for name in arguments if name not in PARTS]
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            if name != "shares":
                PARTS[name](Path(folder))
            elif pages:
                shares(Path(pages[0]))


PARTS = {"shares": shares, "memory": memory, "export": exporting, "search": searching}

if __name__ == "__main__":
    main(sys.argv[1:])
