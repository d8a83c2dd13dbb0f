"""CSV (RFC 4180, UTF-8): field names as the header, lists and objects as JSON inside their cells.

A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula and runs it. Such a cell gets an
apostrophe in front, which `output.read` takes away again (the first signs are those of OWASP's page on CSV injection,
with the full-width forms that some spreadsheets accept too).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from output.columns import COLUMNS, NAMES, Column, Holds, cells, record_from
from output.errors import OutputError
from output.record import Record
from output.shape import Shape

DANGEROUS = "'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
FORMULA = re.compile(rf"\A(?={DANGEROUS})")
DEFUSED = re.compile(rf"\A'(?={DANGEROUS})")
LARGEST_CELL = 1 << 30  # characters; Python allows 131,072 unless told
LINE_END = "\r\n"


def csv_row(record: Record) -> bytes:
    """The record as one row (which may span lines, inside quotes), without the newline at its end."""
    return _row([FORMULA.sub("'", cell) if isinstance(cell, str) else cell for cell in cells(record)])


def _row(values: list[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator=LINE_END).writerow(values)  # what holds either sign of a line end gets quotes
    return text.getvalue().removesuffix(LINE_END).encode("utf-8")


def read_csv(stream: BinaryIO, name: str) -> Iterator[Record]:
    """The records of a CSV file with our header. Raises OutputError naming the line where one is none."""
    csv.field_size_limit(LARGEST_CELL)
    rows = csv.DictReader(io.TextIOWrapper(stream, "utf-8", newline=""), strict=True)
    try:
        for row in rows:
            yield record_from({column.name: _value(column, row.get(column.name)) for column in COLUMNS})
    except (csv.Error, ValueError) as error:  # ValueError: msgspec's and UTF-8's errors too
        raise OutputError(f"{name} line {rows.line_num}: no record: {error}") from error


def _value(column: Column, cell: str | None) -> Any:
    if not cell:
        return "" if column.holds is Holds.TEXT and not column.nullable else None
    return TYPES.get(column.holds, _defused)(cell)


def _defused(cell: str) -> str:
    return DEFUSED.sub("", cell)


TYPES: dict[Holds, Callable[[str], Any]] = {
    Holds.INTEGER: int,
    Holds.NUMBER: float,
    Holds.TRUTH: "True".__eq__,
}
SHAPE = Shape(name="csv", ending=".csv", encode=csv_row, header=_row(list(NAMES)) + b"\n", read=read_csv)
