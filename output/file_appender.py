"""Files that grow record by record, in any shape, and can be cut back to where they were last whole."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from output.appender import Appender, gone, mark_of, sync_folder, written
from output.compression import compressor
from output.errors import OutputError, naming, one_line
from output.record import Record
from output.shape import Shape
from output.whole_file import BUFFER, make_folder

LAST_BYTES = 1024
"""How many bytes before a mark are compared to know the file again."""


class FileMark(msgspec.Struct, frozen=True, array_like=True):
    """How far a file has got."""

    end: int = 0
    """Bytes that belong to it, without what closes the shape."""
    records: int = 0
    last: str = ""
    """A hash of the last bytes before `end`: a file that was replaced meanwhile is noticed."""


class FileAppender(Appender):
    """One file. Compressed ones get a gzip member or Zstandard frame for each commit, so every mark is a whole file.

    A shape that ends with something (a JSON array) is closed at each commit and opened again by the next record. While
    one appender has the file, a second one is refused.
    """

    def __init__(self, path: Path, shape: Shape, mark: str | None, *, overwrite: bool = False) -> None:
        """Raises OutputError where the file cannot be made, is another's or has changed since the mark."""
        self.path = path
        self.shape = shape
        self.packing: BinaryIO | None = None
        self.at = FileMark() if mark is None else mark_of(mark, FileMark, path)
        self.records = self.at.records
        self.dirty = mark is None
        self.broken = False
        with naming(path):
            self.raw = _opened(path, new=mark is None)
        self.file = cast(BinaryIO, io.BufferedWriter(self.raw, BUFFER))
        try:
            with naming(path):
                self._begin(overwrite) if mark is None else self._go_back()
        except BaseException:
            self.raw.close()
            raise

    def write(self, record: Record | bytes) -> None:
        self._refuse_broken()
        content = written(self.shape, record)
        try:
            with naming(self.path):
                stream = self._stream()
                stream.write((self.shape.between if self.records else b"") + content + self.shape.end)
        except OutputError:
            self.broken = True
            raise
        self.records += 1
        self.dirty = True

    def commit(self) -> str:
        self._refuse_broken()
        if self.dirty:
            try:
                with naming(self.path):
                    self._commit()
            except OutputError:
                self.broken = True
                raise
        return msgspec.json.encode(self.at).decode()

    def close(self) -> None:
        if self.raw.closed:
            return
        try:
            if self.dirty or self.broken:
                self._drop_tail()
        finally:
            self.raw.close()

    def size(self) -> int:
        return self.file.tell()

    def _begin(self, overwrite: bool) -> None:
        size = self.raw.seek(0, os.SEEK_END)
        if size and not overwrite and os.pread(self.raw.fileno(), size, 0) != self._empty():
            raise OutputError(
                f"{one_line(self.path)}: exists and is not of this crawl; move it away, or give another name"
            )
        self.raw.truncate(0)
        self.raw.seek(0)
        sync_folder(self.path.absolute().parent)
        self._stream().write(self.shape.header + self.shape.opening)

    def _go_back(self) -> None:
        size = self.raw.seek(0, os.SEEK_END)
        if size < self.at.end or self._last_bytes(self.at.end) != self.at.last:
            raise OutputError(f"{one_line(self.path)}: changed since this crawl last wrote to it; give another name")
        if size > self.at.end and os.pread(self.raw.fileno(), size, self.at.end) != self._closing():
            self.cut = f"{size - self.at.end:,} bytes"
            self._end_at_mark()
        self.raw.seek(self.at.end)

    def _commit(self) -> None:
        self._end_member()
        end = self.file.tell()
        closing = self._closing()
        self.file.write(closing)
        self.file.flush()
        os.fsync(self.raw.fileno())
        self.file.seek(end)
        self.at = FileMark(end, self.records, self._last_bytes(end))
        self.dirty = False

    def _stream(self) -> BinaryIO:
        """Where records go: a new compressed member where none is begun; what closed the shape is taken away."""
        if self.packing is None:
            self.file.flush()
            self.raw.truncate(self.file.tell())
            self.packing = compressor(self.path, self.file, each=self.shape.member_each)
        return self.packing

    def _end_member(self) -> None:
        if self.packing is not None and self.packing is not self.file:
            self.packing.close()
        self.packing = None

    def _closing(self) -> bytes:
        """What makes the file whole after its last record, compressed as the file is."""
        return self._packed(self.shape.closing) if self.shape.closing else b""

    def _empty(self) -> bytes:
        """A file that was begun, and never got a record."""
        start = self.shape.header + self.shape.opening
        return self._packed(start) + self._closing()

    def _packed(self, content: bytes) -> bytes:
        packed = io.BytesIO()
        member = compressor(self.path, packed, each=self.shape.member_each)
        member.write(content)
        if member is not packed:
            member.close()
        return packed.getvalue()

    def _drop_tail(self) -> None:
        """Takes away what was written after the last commit, as far as the disk allows."""
        with suppress(OSError, ValueError):
            self._end_member()
        with suppress(OSError, ValueError):
            self.file.flush()
        with suppress(OSError):
            self._end_at_mark()

    def _end_at_mark(self) -> None:
        self.raw.truncate(self.at.end)
        if self.at.end:
            os.pwrite(self.raw.fileno(), self._closing(), self.at.end)
        os.fsync(self.raw.fileno())

    def _last_bytes(self, end: int) -> str:
        start = max(0, end - LAST_BYTES)
        return hashlib.blake2b(os.pread(self.raw.fileno(), end - start, start), digest_size=8).hexdigest()

    def _refuse_broken(self) -> None:
        if self.broken or self.raw.closed:
            raise OutputError(f"{one_line(self.path)}: {'gave up after an error' if self.broken else 'already closed'}")


def _opened(path: Path, *, new: bool) -> io.FileIO:
    """The file, locked against other appenders. Raises OSError, OutputError."""
    if new:
        make_folder(path.absolute().parent)
    elif not path.exists():
        raise gone(path)
    raw = io.FileIO(os.open(path, os.O_RDWR | (os.O_CREAT if new else 0), 0o666), "r+")
    try:
        fcntl.flock(raw, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raw.close()
        raise OutputError(f"{one_line(path)}: another run is writing to it") from None
    return raw
