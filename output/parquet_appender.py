"""A Parquet file that grows: nothing can be added to one, so what is new waits beside it until the close.

Committed records are JSON lines in a hidden file beside the target, `.x.parquet.waiting.jsonl`, which a kill cannot
hurt. Closing makes the target anew of the rows it had and those that waited. A mark says how many rows there are in
all and how far the waiting file has got, so what belongs where is known whenever the program is killed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from output.appender import Appender, as_record, gone, mark_of
from output.compression import reading
from output.errors import OutputError, naming, one_line
from output.file_appender import FileAppender
from output.jsonl import SHAPE as LINES
from output.record import Record
from output.row_groups import ParquetFile, tables


class TableMark(msgspec.Struct, frozen=True, array_like=True):
    """How far a table has got."""

    rows: int
    """In the file and waiting, together."""
    sealed: int
    """In the file, when the mark was made."""
    waiting: str
    """The mark of the waiting file."""


class ParquetAppender(Appender):
    """One Parquet file, which appears, or is made anew, at the close."""

    def __init__(self, path: Path, mark: str | None, *, overwrite: bool = False) -> None:
        """Raises OutputError where the file is another's, is gone or was changed since the mark."""
        self.path = path
        self.waiting_path = path.with_name(f".{path.name}.waiting.jsonl")
        self.closed = False
        if mark is None:
            self.sealed = 0
            self._begin(overwrite)
            self.waiting = FileAppender(self.waiting_path, LINES, None, overwrite=True)
        else:
            self._go_back(mark_of(mark, TableMark, path))

    def write(self, record: Record | bytes) -> None:
        self.waiting.write(record)

    def commit(self) -> str:
        inner = self.waiting.commit()
        rows = self.sealed + self.waiting.at.records
        return msgspec.json.encode(TableMark(rows, self.sealed, inner)).decode()

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.waiting.close()
        if self.waiting.at.records or self._rows() != self.sealed:
            self._seal()
        with naming(self.waiting_path):
            self.waiting_path.unlink()

    def size(self) -> int:
        return self.waiting.size()

    def _begin(self, overwrite: bool) -> None:
        if self.path.exists():
            if not overwrite:
                raise OutputError(f"{one_line(self.path)}: exists and is not of this crawl; give another name")
            with naming(self.path):
                self.path.unlink()

    def _go_back(self, mark: TableMark) -> None:
        there = self._rows()
        if there is not None and there >= mark.rows:  # closed since the mark
            self.sealed = mark.rows
            self.cut = f"{there - mark.rows:,} rows" if there > mark.rows else None
            self.waiting = FileAppender(self.waiting_path, LINES, None, overwrite=True)
        elif (there or 0) == mark.sealed:
            self.sealed = mark.sealed
            if there is None and not self.waiting_path.exists():
                raise gone(self.path)

            self.waiting = FileAppender(self.waiting_path, LINES, mark.waiting)
            self.cut = self.waiting.cut
        else:
            raise OutputError(f"{one_line(self.path)}: changed since this crawl last wrote to it; give another name")

    def _rows(self) -> int | None:
        """How many rows the file has; None: there is none."""
        if not self.path.exists():
            return None
        try:
            with naming(self.path):
                return int(pq.read_metadata(self.path).num_rows)
        except pa.ArrowInvalid as error:
            raise OutputError(f"{one_line(self.path)}: no Parquet file, or broken: {error}") from error

    def _seal(self) -> None:
        # Under a name that the next run uses too: a kill leaves nothing that stays.
        file = ParquetFile(self.path, Path(os.path.realpath(self.path)).with_name(f".{self.path.name}.part"))
        try:
            for table in self._kept():
                file.write_table(table)
            for record in self._waiting_records():
                file.write(record)
        except BaseException:
            file.discard()
            raise
        file.commit()

    def _kept(self) -> Iterator[pa.Table]:
        """The first `sealed` rows of the file."""
        left = self.sealed
        for table in tables(self.path) if left else ():
            yield table.slice(0, left)
            left -= min(left, table.num_rows)
            if not left:
                return

    def _waiting_records(self) -> Iterator[Record]:
        with reading(self.waiting_path) as lines:
            yield from map(as_record, lines)
