"""Parquet in (extra "parquet"): every row a page or text, a few hundred rows in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from broadsheet.errors import BadInput
from broadsheet.inputs.rows import OUR_NAMES, Fields, Row, listed, page_of
from items import Failure, Page
from scrapers.opening import Unreadable

ROWS_AT_ONCE = 200


def check_parquet(name: str) -> None:
    """Raises BadInput where nothing is installed that reads Parquet."""
    try:
        import pyarrow.parquet  # noqa: F401, PLC0415  # an extra
    except ImportError:
        raise BadInput(f'{name}: Parquet needs pyarrow: pip install "broadsheet[parquet]"') from None


def read_parquet(path: Path, fields: Fields = OUR_NAMES) -> Iterator[tuple[str, Page | Failure]]:
    """Every row with its place ("corpus.parquet row 7", from 1); a row that cannot be used is a Failure.

    Raises Unreadable where the file is broken, or no column of it holds text or HTML.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    number = 0
    try:
        with pq.ParquetFile(path, pre_buffer=False) as file:
            columns = columns_of(file.schema_arrow, fields)
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=list(columns.values())):
                for cells in batch.to_pylist():
                    number += 1
                    place = f"{path} row {number}"
                    yield place, page_of_cells({ours: cells[theirs] for ours, theirs in columns.items()}, place, fields)
    except (pa.ArrowException, OSError) as error:
        after = f" after row {number}" if number else ""
        raise Unreadable(f"cannot be read as Parquet{after}: {str(error).splitlines()[0]}") from None


def columns_of(schema: Any, fields: Fields) -> dict[str, str]:
    """Our name of each field that the file has → its column. Raises Unreadable where neither text nor HTML is."""
    columns = {ours: theirs for ours, theirs in fields.names().items() if theirs in schema.names}
    if "text" not in columns and "html" not in columns:
        raise Unreadable(f"has {fields.content()} among its columns{listed(schema.names)}")
    return columns


def page_of_cells(cells: dict[str, Any], place: str, fields: Fields) -> Page | Failure:
    """The page in one row."""
    for ours in ("text", "html"):
        if not isinstance(cells.get(ours), str | None):
            column = fields.names()[ours]
            return Failure(place, f'"{column}" holds {type(cells[ours]).__name__}, not text')
    id = cells.pop("id", None)
    known = {ours: str(cell) for ours, cell in cells.items() if cell is not None}
    return page_of(Row(id=None if id is None else str(id), **known), place, fields)
