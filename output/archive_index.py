"""What finds a page in a folder of WARC files: SQLite for us, CDXJ for replay tools."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from output.whole_file import WholeFile

FILE_NAME = "broadsheet-{:05}.warc.gz"
FILE_NAMES = "broadsheet-[0-9]*.warc.gz"
INDEX, REPLAY_INDEX = "index.db", "index.cdxj"
CHUNK = 1 << 16  # bytes
TABLES = """
CREATE TABLE IF NOT EXISTS records (
    file INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL,
    url TEXT NOT NULL, moment TEXT NOT NULL, status INTEGER, mime TEXT, digest TEXT, note BLOB,
    PRIMARY KEY (file, offset)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_digest ON records (digest) WHERE type = 'response';
CREATE INDEX IF NOT EXISTS records_page ON records (url, moment) WHERE type = 'metadata';
"""
CAPTURES = "SELECT * FROM records WHERE type IN ('response', 'revisit') ORDER BY file, offset"
HEAD_END = b"\r\n\r\n"
CONTENT_TYPE = re.compile(rb"(?im)^content-type:[ \t]*([^;\s]+)")
WWW = re.compile(r"^www\d*\.")


class Entry(NamedTuple):
    """What the index knows of a record."""

    file: int
    offset: int
    length: int
    """Bytes it takes, compressed."""
    type: str
    """response, revisit, metadata, …"""
    id: str
    url: str
    moment: str
    status: int | None = None
    mime: str | None = None
    digest: str | None = None
    """Of the payload."""
    note: bytes | None = None
    """Of a metadata record: its block."""


def open_index(folder: Path) -> sqlite3.Connection:
    """The folder's index, made where it is missing. Raises sqlite3.Error."""
    index = sqlite3.connect(folder / INDEX, isolation_level=None, check_same_thread=False)
    index.executescript(TABLES)
    return index


def add(index: sqlite3.Connection, entry: Entry) -> None:
    """Remembers a record, in a transaction that somebody else commits. Raises sqlite3.Error."""
    if not index.in_transaction:
        index.execute("BEGIN")
    index.execute(f"INSERT OR REPLACE INTO records VALUES ({', '.join('?' * len(entry))})", entry)


def members(path: Path, start: int = 0) -> Iterator[tuple[int, int, bytes]]:
    """Offset, compressed length and content of each whole gzip member from an offset on. A torn last one is left out.

    Raises OSError.
    """
    with path.open("rb") as stream:
        stream.seek(start)
        rest = b""
        while member := _member(stream.read, rest):
            content, length, rest = member
            yield start, length, content
            start += length


def _member(read: object, rest: bytes) -> tuple[bytes, int, bytes] | None:
    """The next member's content, its length, and what was read of those behind it; None where it is torn, or none."""
    assert callable(read)
    unpacker = zlib.decompressobj(wbits=31)
    parts, length = [], 0
    while not unpacker.eof:
        chunk = rest or read(CHUNK)
        rest = b""
        if not chunk:
            return None
        length += len(chunk)
        try:
            parts.append(unpacker.decompress(chunk))
        except zlib.error:
            return None
    return b"".join(parts), length - len(unpacker.unused_data), unpacker.unused_data


def entry_of(record: bytes, file: int, offset: int, length: int) -> Entry:
    """What the index knows of a record of ours, from the record itself."""
    head, _, block = record.partition(HEAD_END)
    headers = dict(line.split(": ", 1) for line in head.decode("utf-8", "replace").split("\r\n")[1:])
    kind = headers["WARC-Type"]
    known = (file, offset, length, kind, headers["WARC-Record-ID"], headers.get("WARC-Target-URI", ""))
    entry = Entry(*known, headers["WARC-Date"], digest=headers.get("WARC-Payload-Digest"))
    if kind == "metadata":
        return entry._replace(note=block[: int(headers["Content-Length"])])
    if kind in ("response", "revisit"):
        mime = CONTENT_TYPE.search(block.partition(HEAD_END)[0])
        status = int(block[len(b"HTTP/1.1 ") :][:3])
        return entry._replace(status=status, mime=mime[1].decode("latin-1").lower() if mime else None)
    return entry


def write_cdxj(folder: Path, index: sqlite3.Connection) -> None:
    """Writes `index.cdxj`, sorted as replay tools want it. Raises OutputError, sqlite3.Error."""
    lines = sorted(map(cdxj_line, map(Entry._make, index.execute(CAPTURES))))
    file = WholeFile(folder / REPLAY_INDEX)
    file.stream.write("".join(lines).encode("utf-8"))
    file.commit()


def cdxj_line(entry: Entry) -> str:
    """One line: the address turned around, the moment in digits, and the rest as JSON."""
    rest = {
        "url": entry.url,
        "mime": "warc/revisit" if entry.type == "revisit" else entry.mime or "unk",
        "status": str(entry.status),
        "digest": (entry.digest or "").removeprefix("sha1:"),
        "length": str(entry.length),
        "offset": str(entry.offset),
        "filename": FILE_NAME.format(entry.file),
    }
    digits = "".join(sign for sign in entry.moment[:19] if sign.isdigit())
    return f"{surt(entry.url)} {digits} {json.dumps(rest)}\n"


def surt(url: str) -> str:
    """The address with its host turned around, so that a site's pages sort together: `org,example)/a?b=1`."""
    parts = urlsplit(url.lower())
    host = WWW.sub("", parts.hostname or "")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{port}){parts.path or '/'}{query}"
