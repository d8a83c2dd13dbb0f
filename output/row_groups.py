"""The row groups of a Parquet file: made of records, compressed by a second thread, and read one by one.

Compressing does not hold Python's lock, so it goes on while the next records are gathered.
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

from output.arrow import POOL, SCHEMA, as_ours, table_of
from output.errors import OutputError, naming, one_line
from output.record import Record
from output.whole_file import WholeFile

GROUP = 8 << 20
"""Bytes of a table after which a row group ends: some 1,300 articles, and what reading one holds in memory."""
TOGETHER = 2048
"""Records that become a table at a time: a table costs some 2 ms beside its values, most of a row group's columns being
empty."""
HEAVY = 4 << 20
"""Characters of text after which fewer become one: with the blocks, which hold the same text, a row group."""
AHEAD = 1
"""Row groups that may wait to be written while the next one is gathered."""
UNLIKE = frozenset({"id", "url", "canonical_url", "title", "text", "summary", "before", "after", "caption"})
"""Texts that are hardly ever the same twice. Looking for repetitions in them costs a sixth of the writing, and their
least and greatest, which a writer keeps of every row group until the close, help nobody to skip one."""
PACKING, QUICK_PACKING = "zstd", "snappy"
"""Of such texts, and of all else: a hundred columns that hold next to nothing, for each of which Zstandard needs 50 µs
to begin."""


class RowGroups:
    """Writes records as row groups of a Parquet file; the same records give the same bytes.

    Every method but `abandon` raises the file's OSErrors. Either `finish` or `abandon` is called at the end.
    """

    def __init__(self, stream: Any) -> None:
        """stream: a binary file, which is left open."""
        self.stream = stream
        self.writer = pq.ParquetWriter(
            stream, SCHEMA, compression=PACKINGS, use_dictionary=ALIKE, write_statistics=ALIKE, memory_pool=POOL
        )
        self.packer = ThreadPoolExecutor(1, "parquet-packer")
        self.records: list[Record] = []
        self.weight = 0
        """Characters of text in `records`."""
        self.tables: list[pa.Table] = []
        """Of the row group that is gathered."""
        self.group_size = 0
        self.writing: deque[Future[int]] = deque()
        self.size = 0
        """Bytes of the file, as far as is known for sure: the same in every run over the same records."""

    def write(self, record: Record) -> None:
        """Takes a record."""
        self.records.append(record)
        self.weight += len(record.text)
        if len(self.records) >= TOGETHER or self.weight >= HEAVY:
            self._build()
            if self.group_size >= GROUP:
                self.end_group()

    def write_table(self, table: pa.Table) -> None:
        """Takes rows of another such file. Small row groups become one."""
        self._build()
        self.tables.append(as_ours(table))
        self.group_size += table.nbytes
        if self.group_size >= GROUP:
            self.end_group()

    def end_group(self) -> None:
        """Makes a row group of what was gathered."""
        self._build()
        if self.tables:
            self.writing.append(self.packer.submit(self._write, self.tables))
            self.tables, self.group_size = [], 0
        while len(self.writing) > AHEAD:
            self.size = self.writing.popleft().result()

    def finish(self) -> None:
        """Writes the rest and the footer."""
        self.end_group()
        while self.writing:
            self.size = self.writing.popleft().result()
        self._stop()
        self.writer.close()

    def abandon(self) -> None:
        """Lets go; what the file holds then is of no use."""
        self._stop()
        with suppress(OSError):
            self.writer.close()

    def _stop(self) -> None:
        self.packer.shutdown(cancel_futures=True)

    def _build(self) -> None:
        if self.records:
            self.tables.append(table_of(self.records))
            self.group_size += self.tables[-1].nbytes
            self.records, self.weight = [], 0

    def _write(self, tables: list[pa.Table]) -> int:
        table = pa.concat_tables(tables)
        self.writer.write_table(table, row_group_size=max(1, len(table)))
        return int(self.stream.tell())


def _leaves(kind: pa.DataType | pa.Schema, path: str = "") -> Iterator[str]:
    """The columns of a file as Parquet names them: `blocks.list.element.text`."""
    if isinstance(kind, pa.ListType):
        yield from _leaves(kind.value_type, f"{path}.list.element")
    elif isinstance(kind, pa.StructType | pa.Schema):
        for field in kind:
            yield from _leaves(field.type, f"{path}.{field.name}".removeprefix("."))
    else:
        yield path


LEAVES = tuple(_leaves(SCHEMA))
ALIKE = [leaf for leaf in LEAVES if leaf.rpartition(".")[2] not in UNLIKE]
PACKINGS = {leaf: QUICK_PACKING if leaf in ALIKE else PACKING for leaf in LEAVES}


class ParquetFile:
    """A file of row groups that appears whole or not at all. Its methods raise OutputError."""

    def __init__(self, path: Path, hidden: Path | None = None) -> None:
        """hidden: what it is called until it appears; a file of that name is replaced."""
        self.path = path
        self.file = WholeFile(path, hidden)
        self.groups = RowGroups(self.file.stream)

    def write(self, record: Record) -> None:
        """Takes a record."""
        with naming(self.path):
            self.groups.write(record)

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
        """Bytes in the file by now, as far as is known for sure."""
        return self.groups.size


def tables(path: Path) -> Iterator[pa.Table]:
    """The row groups of a file. Raises OutputError where it is no Parquet file or broken."""
    try:
        with naming(path), pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number, use_threads=False)
    except pa.ArrowInvalid as error:
        raise OutputError(f"{one_line(path)}: no Parquet file, or broken: {error}") from error
