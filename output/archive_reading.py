"""An archive read back: every page that was kept, with its payload and what was noted of it."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from output.archive_index import CAPTURES, FILE_NAME, FILE_NAMES, HEAD_END, INDEX, Entry
from output.errors import OutputError, naming, one_line

NOTE = "SELECT note FROM records WHERE type = 'metadata' AND url = ? AND moment = ? LIMIT 1"
ORIGINAL = "SELECT * FROM records WHERE type = 'response' AND digest = ? LIMIT 1"


class Capture(NamedTuple):
    """One kept response."""

    url: str
    moment: str
    status: int | None
    headers: dict[str, str]
    """By lower-case name; of several with one name the last."""
    body: bytes
    """As it came, with its Content-Encoding."""
    note: bytes | None
    """What was noted of the page; None: nothing, it was not given to the cleaner."""


def is_archive(folder: Path) -> bool:
    """Whether a folder is an archive of ours."""
    return (folder / INDEX).is_file() and any(folder.glob(FILE_NAMES))


def captures(folder: Path) -> Iterator[Capture]:
    """Every response in the order they were kept, payloads of pointers included. Raises OutputError."""
    if not is_archive(folder):
        raise OutputError(f"{one_line(folder)}: no archive: there is no {INDEX} with {FILE_NAMES} beside it")
    try:
        with naming(folder), closing(_opened(folder)) as index:
            for row in index.execute(CAPTURES):
                entry = Entry._make(row)
                note = index.execute(NOTE, (entry.url, entry.moment)).fetchone()
                yield _capture(folder, entry, _original(index, entry), note[0] if note else None)
    except (sqlite3.Error, zlib.error, ValueError, IndexError) as error:
        raise OutputError(f"{one_line(folder)}: cannot be read: {error}") from error


def _opened(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{(folder / INDEX).absolute().as_uri()}?mode=ro", uri=True)


def _original(index: sqlite3.Connection, entry: Entry) -> Entry:
    """The record that has the payload."""
    if entry.type == "response":
        return entry
    row = index.execute(ORIGINAL, (entry.digest,)).fetchone()
    return Entry._make(row) if row else entry


def _capture(folder: Path, entry: Entry, original: Entry, note: bytes | None) -> Capture:
    head, body = _http(folder, entry)
    if original != entry:
        body = _http(folder, original)[1]
    lines = [line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:]]
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    return Capture(entry.url, entry.moment, entry.status, headers, body, note)


def _http(folder: Path, entry: Entry) -> tuple[bytes, bytes]:
    """Head and payload of a record's HTTP message."""
    with (folder / FILE_NAME.format(entry.file)).open("rb") as stream:
        stream.seek(entry.offset)
        record = zlib.decompress(stream.read(entry.length), wbits=31)
    block = record.partition(HEAD_END)[2].removesuffix(HEAD_END)
    head, _, body = block.partition(HEAD_END)
    return head, body
