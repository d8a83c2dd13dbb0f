"""Records with the JSON lines they are, and what choosing and counting them asks of each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from output.compression import inner_ending, reading
from output.errors import one_line
from output.jsonl import SHAPE as LINES
from output.jsonl import json_line, record_in
from output.reading import is_plain_lines, read
from output.record import Record


def host_of(record: Record) -> str:
    """The host of its address, without `www.`; empty where it has none."""
    address = record.canonical_url or record.url or ""
    place = address.partition("://")[2].partition("/")[0]  # urlsplit takes twenty times as long
    return place.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")


def day_of(record: Record) -> str | None:
    """The day it was published, or else fetched."""
    moment = record.published or record.fetched_at
    return moment[:10] if moment else None


def read_lines(target: str | os.PathLike[str]) -> Iterator[tuple[Record, bytes]]:
    """Each record, and its JSON line, of whatever `read` can read, in its order.

    Raises what `read` raises.
    """
    path = Path(target)
    if path.is_file() and inner_ending(path) == LINES.ending and is_plain_lines(path):
        yield from _plain(path)
    else:
        for record in read(target):
            yield record, json_line(record)


def _plain(path: Path) -> Iterator[tuple[Record, bytes]]:
    name = one_line(path)
    with reading(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.isspace():
                yield record_in(line, f"{name} line {number}"), line.rstrip(b"\r\n")
