"""One file that holds all records, compressed where its name ends in .gz or .zst."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from output.compression import compressor
from output.errors import OutputError, naming, one_line
from output.record import Record
from output.shape import Roll, Shape
from output.sink import Sink
from output.whole_file import WholeFile, sweep


class FileSink(Sink):
    """Appears under its name at the commit, whole; a file that was there before is replaced only then."""

    def __init__(self, path: Path, shape: Shape) -> None:
        """Raises OutputError where the file cannot be made."""
        self.path, self.name = path, one_line(path)
        sweep(path.parent)
        self.file = WholeFile(path)
        self.stream = compressor(path, self.file.stream, each=shape.member_each)
        self.roll = Roll(shape, self.stream)

    def _write(self, record: Record) -> None:
        """After an OutputError the file is given up: nothing half-written can be committed."""
        try:
            with naming(self.path):
                self.roll.write(record)
        except OutputError:
            self.abort()
            raise

    def _close(self, commit: bool) -> None:
        try:
            if commit:
                self._commit()
        finally:
            self._let_go()

    def size(self) -> int:
        return self.file.stream.tell()

    def _commit(self) -> None:
        with naming(self.path):
            self.roll.finish()
            self._end_compression()
        self.file.commit()

    def _let_go(self) -> None:
        with suppress(OSError):
            self._end_compression()
        self.file.discard()

    def _end_compression(self) -> None:
        if self.stream is not self.file.stream:
            self.stream.close()
