"""Raw pages kept: a folder of WARC 1.1 files and what finds a page in them again.

    folder/broadsheet-00001.warc.gz   every response as it came, one gzip member a record
    folder/index.cdxj                 where each page is, for replay tools; made anew at the close
    folder/index.db                   the same for us, and which payloads there are: SQLite

A payload that is there already is kept as a `revisit` record, which points to it. What the cleaner was told of a page
beside its bytes stands in a `metadata` record behind it. A kill loses nothing: what the index does not know yet is
found in the files when the folder is opened again, and only a torn record is cut off.
"""

from __future__ import annotations

import fcntl
import io
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from output.archive_index import FILE_NAME, FILE_NAMES, add, entry_of, members, open_index, write_cdxj
from output.errors import OutputError, naming, one_line
from output.warc import JSON, digest, record_id, uri_of, warc_record
from output.whole_file import make_folder

SOFTWARE = "Broadsheet"
LARGEST_FILE = 1_000_000_000  # bytes; what Common Crawl and the Internet Archive use
GZIP_LEVEL = 3  # half the time of 6 for a few percent more bytes
AT_ONCE = 100  # records between two commits of the index
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
HTTP = "application/http; msgtype=response"
ABOUT_THE_WIRE = (b"transfer-encoding", b"content-length")
KNOWN = "SELECT id, url, moment FROM records WHERE type = 'response' AND digest = ? LIMIT 1"
END = "SELECT coalesce(max(offset + length), 0) FROM records WHERE file = ?"


class ArchivedResponse(NamedTuple):
    """An answer as it came over the wire."""

    url: str
    moment: str
    """When: ISO 8601, UTC."""
    status: int
    reason: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    """Its payload, with whatever Content-Encoding it has."""
    truncated: bool = False
    """Whether there was more of it than is kept."""


class Archive:
    """A folder of WARC files to add to. Safe to use from several threads; one program at a time."""

    def __init__(self, folder: str | os.PathLike[str], largest_file: int = LARGEST_FILE) -> None:
        """Raises OutputError where the folder cannot be made, or another program has it."""
        self.folder = Path(folder)
        self.largest_file = largest_file
        self.uncommitted = 0
        self.turn = threading.Lock()
        with self._saying():
            make_folder(self.folder)
            self.lock = _locked(self.folder)
            self.index = open_index(self.folder)
            self.number = self._recover()
            self.stream = self._opened()

    def keep(self, response: ArchivedResponse) -> None:
        """Adds a response, or a pointer to the payload where that is there already. Raises OutputError."""
        payload = digest(response.body)
        with self.turn, self._saying():
            known = self.index.execute(KNOWN, (payload,)).fetchone() if response.body else None
            record = _revisit(response, payload, *known) if known else _response(response, payload)
            self._add(record, response.moment)

    def note(self, url: str, moment: str, block: bytes) -> None:
        """Adds JSON that says something about the page that came from the address then. Raises OutputError."""
        headers = {
            "WARC-Type": "metadata",
            "WARC-Record-ID": record_id("metadata", url, moment, digest(block)),
            "WARC-Date": moment,
            "WARC-Target-URI": uri_of(url),
            "Content-Type": JSON,
        }
        with self.turn, self._saying():
            self._add(warc_record(headers, block), moment)

    def commit(self) -> None:
        """Makes durable what was added. Raises OutputError."""
        with self.turn, self._saying():
            self._commit()

    def close(self) -> None:
        """Commits, writes the index for replay tools, and lets go of the folder. Raises OutputError."""
        with self.turn, self._saying():
            if self.stream.closed:
                return
            self._commit()
            self.stream.close()
            write_cdxj(self.folder, self.index)
            self.index.close()
            os.close(self.lock)

    def _add(self, record: bytes, moment: str) -> None:
        if self.stream.tell() >= self.largest_file:
            self._commit()
            self.stream.close()
            self.number += 1
            self.stream = self._opened()
        if self.stream.tell() == 0:
            self._write(_about_the_file(FILE_NAME.format(self.number), moment))
        self._write(record)
        self.uncommitted += 1
        if self.uncommitted >= AT_ONCE:
            self._commit()

    def _write(self, record: bytes) -> None:
        packer = zlib.compressobj(GZIP_LEVEL, wbits=31)
        member = packer.compress(record) + packer.flush()
        offset = self.stream.tell()
        self.stream.write(member)  # not buffered here: from the system no kill takes it back
        add(self.index, entry_of(record, self.number, offset, len(member)))

    def _commit(self) -> None:
        os.fsync(self.stream.fileno())
        self._commit_index()
        self.uncommitted = 0

    def _commit_index(self) -> None:
        if self.index.in_transaction:
            self.index.execute("COMMIT")

    def _recover(self) -> int:
        """Finds what the index does not know yet, cuts off a torn record, and returns the number of the last file."""
        numbers = sorted(int(path.name.split("-")[1].split(".")[0]) for path in self.folder.glob(FILE_NAMES))
        for number in numbers:
            path = self.folder / FILE_NAME.format(number)
            (end,) = self.index.execute(END, (number,)).fetchone()
            if path.stat().st_size > end:
                for offset, length, record in members(path, end):
                    add(self.index, entry_of(record, number, offset, length))
                    end = offset + length
                os.truncate(path, end)
        self._commit_index()
        return numbers[-1] if numbers else 1

    def _opened(self) -> io.FileIO:
        stream = io.FileIO(self.folder / FILE_NAME.format(self.number), "a")
        stream.seek(0, os.SEEK_END)
        return stream

    @contextmanager
    def _saying(self) -> Iterator[None]:
        try:
            with naming(self.folder):
                yield
        except sqlite3.Error as error:
            raise OutputError(f"{one_line(self.folder)}: {error}") from error


def _locked(folder: Path) -> int:
    """The folder, locked against other programs. Raises OSError, OutputError."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise OutputError(f"{one_line(folder)}: another run is writing to this archive") from None
    return lock


def _about_the_file(name: str, moment: str) -> bytes:
    fields = {"software": SOFTWARE, "format": "WARC File Format 1.1", "isPartOf": name}
    headers = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": record_id("warcinfo", name, moment),
        "WARC-Date": moment,
        "WARC-Filename": name,
        "Content-Type": "application/warc-fields",
    }
    return warc_record(headers, "".join(f"{key}: {value}\r\n" for key, value in fields.items()).encode())


def _response(response: ArchivedResponse, payload: str) -> bytes:
    return warc_record(_headers("response", response, payload), _http_head(response) + response.body)


def _revisit(response: ArchivedResponse, payload: str, id: str, url: str, moment: str) -> bytes:
    headers = {
        **_headers("revisit", response, payload),
        "WARC-Profile": IDENTICAL,
        "WARC-Refers-To": id,
        "WARC-Refers-To-Target-URI": url,
        "WARC-Refers-To-Date": moment,
    }
    return warc_record(headers, _http_head(response))


def _headers(kind: str, response: ArchivedResponse, payload: str) -> dict[str, str]:
    return {
        "WARC-Type": kind,
        **({"WARC-Truncated": "unspecified"} if response.truncated else {}),
        "WARC-Record-ID": record_id(kind, response.url, response.moment, payload),
        "WARC-Date": response.moment,
        "WARC-Target-URI": uri_of(response.url),
        "WARC-Payload-Digest": payload,
        "Content-Type": HTTP,
    }


def _http_head(response: ArchivedResponse) -> bytes:
    """Status line and headers. Those about the wire are set to what stands in the file: whole, not in chunks."""
    lines = [f"HTTP/1.1 {response.status} {response.reason}".encode("latin-1", "replace")]
    lines += [name + b": " + value for name, value in response.headers if name.lower() not in ABOUT_THE_WIRE]
    lines.append(b"Content-Length: %d" % len(response.body))
    return b"".join(line.replace(b"\r", b" ").replace(b"\n", b" ") + b"\r\n" for line in lines) + b"\r\n"
