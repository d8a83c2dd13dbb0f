"""The row groups of a Parquet file: made of JSON lines by two threads, and read one by one.

Neither parsing JSON nor compressing holds Python's lock, so both go on while the next records are gathered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from output.arrow import SCHEMA, as_ours, table_of
from output.errors import OutputError, naming, one_line
from output.whole_file import WholeFile

GROUP = 8 << 20
"""Bytes of JSON after which a row group ends: some 1,300 articles, and what reading one holds in memory."""
PARSED = 2 << 20
"""Bytes of JSON that are parsed at a time: little enough for memory to be used again rather than asked for."""
AHEAD = 1
"""Row groups that may wait to be written while the next one is gathered."""
COMPRESSION = "zstd"


class RowGroups:
    """Writes records as row groups of a Parquet file; the same records give the same bytes.

    Every method but `abandon` raises the file's OSErrors, and OutputError for a record that is none: of this call, or
    of one before it. Either `finish` or `abandon` is called at the end.
    """

    def __init__(self, stream: Any) -> None:
        """stream: a binary file, which is left open."""
        self.writer = pq.ParquetWriter(stream, SCHEMA, compression=COMPRESSION)
        self.parser = ThreadPoolExecutor(1, "parquet-parser")
        self.packer = ThreadPoolExecutor(1, "parquet-packer")
        self.lines: list[bytes] = []
        self.size = 0
        """Bytes of `lines`."""
        self.tables: list[Future[pa.Table]] = []
        """Of the row group that is gathered."""
        self.group_size = 0
        self.writing: deque[Future[None]] = deque()

    def write(self, line: bytes) -> None:
        """Takes a record as its JSON."""
        self.lines.append(line)
        self.size += len(line)
        if self.size >= PARSED:
            self._parse()
            if self.group_size >= GROUP:
                self.end_group()

    def write_table(self, table: pa.Table) -> None:
        """Takes rows of another such file. Small row groups become one."""
        self.tables.append(self.parser.submit(as_ours, table))
        self.group_size += table.nbytes
        if self.group_size >= GROUP:
            self.end_group()

    def end_group(self) -> None:
        """Makes a row group of what was gathered."""
        self._parse()
        if self.tables:
            self.writing.append(self.packer.submit(self._write, self.tables))
            self.tables, self.group_size = [], 0
        while len(self.writing) > AHEAD:
            self.writing.popleft().result()

    def finish(self) -> None:
        """Writes the rest and the footer."""
        self.end_group()
        while self.writing:
            self.writing.popleft().result()
        self._stop()
        self.writer.close()

    def abandon(self) -> None:
        """Lets go; what the file holds then is of no use."""
        self._stop()
        with suppress(OSError):
            self.writer.close()

    def _stop(self) -> None:
        self.parser.shutdown(cancel_futures=True)
        self.packer.shutdown(cancel_futures=True)

    def _parse(self) -> None:
        if self.lines:
            self.tables.append(self.parser.submit(table_of, self.lines))
            self.group_size += self.size
            self.lines, self.size = [], 0

    def _write(self, tables: list[Future[pa.Table]]) -> None:
        table = pa.concat_tables([one.result() for one in tables])
        self.writer.write_table(table, row_group_size=max(1, len(table)))


class ParquetFile:
    """A file of row groups that appears whole or not at all. Its methods raise OutputError."""

    def __init__(self, path: Path, hidden: Path | None = None) -> None:
        """hidden: what it is called until it appears; a file of that name is replaced."""
        self.path = path
        self.file = WholeFile(path, hidden)
        self.groups = RowGroups(self.file.stream)

    def write(self, line: bytes) -> None:
        """Takes a record as its JSON."""
        with naming(self.path):
            self.groups.write(line)

    def write_table(self, table: pa.Table) -> None:
        """Takes rows of another such file."""
        with naming(self.path):
            self.groups.write_table(table)

    def commit(self) -> None:
        """Writes the rest, and lets the file appear."""
        try:
            with naming(self.path):
                self.groups.finish()
        except BaseException:
            self.discard()
            raise
        self.file.commit()

    def discard(self) -> None:
        """Takes it away."""
        self.groups.abandon()
        self.file.discard()

    def size(self) -> int:
        """Bytes in the file by now."""
        return self.file.stream.tell()


def tables(path: Path) -> Iterator[pa.Table]:
    """The row groups of a file. Raises OutputError where it is no Parquet file or broken."""
    try:
        with naming(path), pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number, use_threads=False)
    except pa.ArrowInvalid as error:
        raise OutputError(f"{one_line(path)}: no Parquet file, or broken: {error}") from error
