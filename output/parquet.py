"""Parquet: one typed column a field, in row groups; pandas, polars and DuckDB open it as it is. Needs pyarrow.

Texts, dates among them, are strings: a date is as exact as the page was, which no timestamp type can say. `authors`
and `tags` are lists, `blocks` and `removed` lists of structs.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.json
import pyarrow.parquet as pq
from msgspec import inspect

from output.appender import Appender
from output.columns import COLUMNS, plain
from output.errors import OutputError, naming, one_line
from output.jsonl import json_line
from output.record import VERSION, Record
from output.sink import Sink
from output.whole_file import WholeFile

ROWS = 4096
"""Rows of a row group: about 30 MB of news articles unpacked, which is what writing and reading hold in memory."""
GROUP = 48 << 20
"""Bytes of JSON after which a row group ends even with fewer rows."""
COMPRESSION = "zstd"
SCHEMA_VERSION = {b"broadsheet.schema_version": str(VERSION).encode()}
READ = 512  # rows turned into records at a time


def arrow_type(found: inspect.Type) -> pa.DataType:
    """The Arrow type of a field's type."""
    found = plain(found)
    if isinstance(found, inspect.LiteralType):
        return pa.string() if isinstance(found.values[0], str) else pa.int64()
    if isinstance(found, inspect.ListType | inspect.VarTupleType):
        return pa.list_(arrow_type(found.item_type))
    if isinstance(found, inspect.StructType):
        return pa.struct([pa.field(field.encode_name, arrow_type(_value(field.type))) for field in found.fields])
    if isinstance(found, inspect.DictType):
        return pa.map_(pa.string(), arrow_type(found.value_type))
    return next(arrow() for kind, arrow in ATOMS if isinstance(found, kind))


def _value(found: inspect.Type) -> inspect.Type:
    found = plain(found)
    choices = found.types if isinstance(found, inspect.UnionType) else (found,)
    return next(choice for choice in choices if not isinstance(choice, inspect.NoneType))


ATOMS: tuple[tuple[type[inspect.Type], Callable[[], pa.DataType]], ...] = (
    (inspect.StrType, pa.string),
    (inspect.BoolType, pa.bool_),
    (inspect.IntType, pa.int64),
    (inspect.FloatType, pa.float64),
)
SCHEMA = pa.schema([pa.field(column.name, arrow_type(column.type)) for column in COLUMNS], metadata=SCHEMA_VERSION)


class RowGroups:
    """Writes records as row groups of a Parquet file. Raises OSErrors of the file."""

    def __init__(self, stream: Any) -> None:
        """stream: a binary file, which is left open."""
        self.writer = pq.ParquetWriter(stream, SCHEMA, compression=COMPRESSION)
        self.tables: list[pa.Table] = []
        self.lines: list[bytes] = []
        self.size = 0

    def write(self, line: bytes) -> None:
        """Takes a record as its JSON."""
        self.lines.append(line)
        self.size += len(line)
        if len(self.lines) >= ROWS or self.size >= GROUP:
            self.end_group()

    def write_table(self, table: pa.Table) -> None:
        """Takes rows of another such file. Small row groups become one."""
        self.tables.append(as_ours(table))
        self.size += table.nbytes
        if sum(map(len, self.tables)) >= ROWS or self.size >= GROUP:
            self.end_group()

    def end_group(self) -> None:
        """Makes a row group of what waits."""
        if self.lines:
            self.tables.append(table_of(self.lines))
        if self.tables:
            table = pa.concat_tables(self.tables)
            self.writer.write_table(table, row_group_size=max(1, len(table)))
        self.tables, self.lines, self.size = [], [], 0

    def finish(self) -> None:
        """Writes the rest and the footer."""
        self.end_group()
        self.writer.close()


def table_of(lines: list[bytes]) -> pa.Table:
    """The records of JSON lines as a table."""
    whole = b"\n".join(lines) + b"\n"
    read = pyarrow.json.ReadOptions(use_threads=False, block_size=len(whole))  # no line straddles two blocks
    parse = pyarrow.json.ParseOptions(explicit_schema=SCHEMA, unexpected_field_behavior="ignore")
    return as_ours(pyarrow.json.read_json(io.BytesIO(whole), read, parse))


def as_ours(table: pa.Table) -> pa.Table:
    """A table of a file that was written before, with the columns of today: what it lacks is null."""
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(len(table), field.type)
        for field in SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


class ParquetSink(Sink):
    """One file, which appears under its name when its last row group and its footer are written."""

    def __init__(self, path: Path) -> None:
        """Raises OutputError where the file cannot be made."""
        self.path = path
        self.file = WholeFile(path)
        self.groups = RowGroups(self.file.stream)
        self.closed = False

    def write(self, record: Record) -> None:
        if self.closed:
            raise OutputError(f"{one_line(self.path)}: already closed")
        try:
            with naming(self.path):
                self.groups.write(json_line(record))
        except OutputError:
            self.abort()
            raise

    def close(self, commit: bool = True) -> None:
        if self.closed:
            return
        self.closed = True
        try:
            with naming(self.path):
                self.groups.finish() if commit else None
            if commit:
                self.file.commit()
        finally:
            self._let_go()

    def size(self) -> int:
        return self.file.stream.tell()

    def _let_go(self) -> None:
        with suppress(OSError):
            self.groups.writer.close()
        self.file.discard()


def open_sink(target: str) -> Sink:
    """The file as a whole."""
    return ParquetSink(Path(target))


def read(target: str) -> Iterator[Record]:
    """The records of a file, row group by row group. Raises OutputError where it is no such file."""
    for table in tables(Path(target)):
        for batch in as_ours(table).to_batches(READ):
            yield from (_record(row, target) for row in batch.to_pylist())


def tables(path: Path) -> Iterator[pa.Table]:
    """The row groups of a file. Raises OutputError where it is no Parquet file or broken."""
    try:
        with naming(path), pq.ParquetFile(path) as file:
            for number in range(file.num_row_groups):
                yield file.read_row_group(number, use_threads=False)
    except pa.ArrowInvalid as error:
        raise OutputError(f"{one_line(path)}: no Parquet file, or broken: {error}") from error


def _record(row: dict[str, Any], target: str) -> Record:
    try:
        return msgspec.convert(
            {name: _present(row[name], type) for name, type in FIELDS if _is_there(row, name)}, Record
        )
    except msgspec.ValidationError as error:
        raise OutputError(f"{one_line(target)}: no record: {error}") from error


def _is_there(row: dict[str, Any], name: str) -> bool:
    return row[name] is not None or name not in OPTIONAL


def _present(value: Any, found: inspect.Type) -> Any:
    """The value without what Arrow has as null and a record leaves out, such as the level of a paragraph."""
    if isinstance(value, list) and isinstance(found, inspect.ListType | inspect.VarTupleType):
        return [_present(part, plain(found.item_type)) for part in value]
    if isinstance(value, dict) and isinstance(found, inspect.StructType):
        inside = {field.encode_name: field for field in found.fields}
        there = {name: part for name, part in value.items() if part is not None or inside[name].required}
        return {
            name: part if part is None else _present(part, _value(inside[name].type)) for name, part in there.items()
        }
    return value


FIELDS = tuple((column.name, plain(column.type)) for column in COLUMNS)
OPTIONAL = frozenset(column.name for column in COLUMNS if column.optional)


def append_to(target: str, mark: str | None, *, overwrite: bool) -> Appender:
    """The file as something that grows."""
    from output.parquet_appender import ParquetAppender  # noqa: PLC0415  # it needs this module

    return ParquetAppender(Path(target), mark, overwrite=overwrite)
