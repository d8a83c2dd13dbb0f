"""Comma-separated values in: the first row names the fields, every further one is a page or text."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Sequence

from broadsheet.inputs.rows import OUR_NAMES, Fields, Row, listed, page_of
from items import Failure, Page
from scrapers.opening import Unreadable

LONGEST_FIELD = 64 * 1024 * 1024  # characters
SEPARATORS = ",\t;|"


def read_csv(stream: io.BufferedReader, name: str, fields: Fields = OUR_NAMES) -> Iterator[tuple[str, Page | Failure]]:
    """Every row after the header with its place ("corpus.csv row 7"); a row that cannot be used is a Failure.

    Rows are counted as a spreadsheet counts them, the header being row 1: a quoted field may hold line breaks. Raises
    Unreadable where the header names no field that is read, or there is none.
    """
    csv.field_size_limit(LONGEST_FIELD)
    separator = separator_of(stream.peek().partition(b"\n")[0].decode("utf-8", "replace"))
    # Bytes that are not UTF-8 come as lone surrogates, so that they spoil only the row they are in.
    lines = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from _rows(csv.reader(lines, delimiter=separator), name, fields)
    finally:
        lines.detach()  # the stream is its owner's to close


def _rows(reader: Iterator[list[str]], name: str, fields: Fields) -> Iterator[tuple[str, Page | Failure]]:
    header = next(reader, [])
    columns = columns_of(header, fields)
    for number in itertools.count(2):
        place = f"{name} row {number}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield place, Failure(place, f"cannot be read as CSV: {error}")
            continue
        if cells is None:
            return
        if cells:
            yield place, page_of_cells(cells, len(header), columns, place, fields)


def separator_of(header: str) -> str:
    """What parts the fields, by the header: the separator there is most of."""
    return max(SEPARATORS, key=header.count)


def columns_of(header: Sequence[str], fields: Fields) -> dict[str, int]:
    """Our name of each field that the header has → its column. Raises Unreadable where neither text nor HTML is."""
    columns = {ours: header.index(theirs) for ours, theirs in fields.names().items() if theirs in header}
    if "text" not in columns and "html" not in columns:
        raise Unreadable(f"its header has {fields.content()}{listed(header)}")
    return columns


def page_of_cells(
    cells: Sequence[str], expected: int, columns: dict[str, int], place: str, fields: Fields
) -> Page | Failure:
    """The page in one row. An empty cell counts as missing, but for the text."""
    if len(cells) != expected:
        return Failure(place, f"has {len(cells)} fields where the header has {expected}")
    found = {ours: cells[column] for ours, column in columns.items()}
    try:
        "".join(found.values()).encode()
    except UnicodeEncodeError:
        return Failure(place, "is not UTF-8")
    known = {ours: cell for ours, cell in found.items() if cell or ours == "text"}
    return page_of(Row(**known), place, fields)
