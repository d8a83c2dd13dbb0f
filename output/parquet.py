"""Parquet: one typed column a field, in row groups; pandas, polars and DuckDB open it as it is. Needs pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from output.appender import Appender
from output.arrow import as_ours, value_type
from output.columns import COLUMNS, plain
from output.errors import OutputError, one_line
from output.parquet_appender import ParquetAppender
from output.record import Record
from output.row_groups import ParquetFile, tables
from output.sink import Sink
from output.whole_file import sweep

READ = 512  # rows turned into records at a time


class ParquetSink(Sink):
    """One file, which appears under its name when its last row group and its footer are written."""

    def __init__(self, path: Path) -> None:
        """Raises OutputError where the file cannot be made."""
        self.name = one_line(path)
        sweep(path.parent)
        self.file = ParquetFile(path)

    def _write(self, record: Record) -> None:
        try:
            self.file.write(record)
        except OutputError:
            self.abort()
            raise

    def _close(self, commit: bool) -> None:
        self.file.commit() if commit else self.file.discard()

    def size(self) -> int:
        return self.file.size()


def open_sink(target: str) -> Sink:
    """The file as a whole."""
    return ParquetSink(Path(target))


def read(target: str) -> Iterator[Record]:
    """The records of a file, row group by row group. Raises OutputError where it is no such file."""
    for table in tables(Path(target)):
        for batch in as_ours(table).to_batches(READ):
            yield from (_record(row, target) for row in batch.to_pylist())


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
            name: None if part is None else _present(part, value_type(inside[name].type))
            for name, part in there.items()
        }
    return value


FIELDS = tuple((column.name, plain(column.type)) for column in COLUMNS)
OPTIONAL = frozenset(column.name for column in COLUMNS if column.optional)


def append_to(target: str, mark: str | None, *, overwrite: bool) -> Appender:
    """The file as something that grows."""
    return ParquetAppender(Path(target), mark, overwrite=overwrite)
