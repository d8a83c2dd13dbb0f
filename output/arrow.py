"""Records as Arrow tables: one typed column a field.

Texts, dates among them, are strings: a date is as exact as the page was, which no timestamp type can say. `authors`
and `tags` are lists, `blocks` and `removed` lists of structs.
"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.json
from msgspec import inspect

from output.appender import as_record
from output.columns import COLUMNS, plain
from output.errors import OutputError
from output.record import VERSION

SCHEMA_VERSION = {b"broadsheet.schema_version": str(VERSION).encode()}


def arrow_type(found: inspect.Type) -> pa.DataType:
    """The Arrow type of a field's type."""
    found = plain(found)
    if isinstance(found, inspect.LiteralType):
        return pa.string() if isinstance(found.values[0], str) else pa.int64()
    if isinstance(found, inspect.ListType | inspect.VarTupleType):
        return pa.list_(arrow_type(found.item_type))
    if isinstance(found, inspect.StructType):
        return pa.struct([pa.field(field.encode_name, arrow_type(value_type(field.type))) for field in found.fields])
    if isinstance(found, inspect.DictType):
        return pa.map_(pa.string(), arrow_type(found.value_type))
    return next(arrow() for kind, arrow in ATOMS if isinstance(found, kind))


def value_type(found: inspect.Type) -> inspect.Type:
    """The type of a value that may be missing or null, when it is there."""
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


def table_of(lines: list[bytes]) -> pa.Table:
    """The records of JSON lines as a table. Raises OutputError naming the record that is none."""
    whole = b"\n".join(lines) + b"\n"
    read = pyarrow.json.ReadOptions(use_threads=False, block_size=len(whole))  # no line straddles two blocks
    parse = pyarrow.json.ParseOptions(explicit_schema=SCHEMA, unexpected_field_behavior="ignore")
    try:
        return as_ours(pyarrow.json.read_json(pa.BufferReader(whole), read, parse))
    except pa.ArrowInvalid as error:
        for line in lines:
            as_record(line)  # says it better
        raise OutputError(f"no record: {error}") from error


def as_ours(table: pa.Table) -> pa.Table:
    """A table of a file that was written before, with the columns of today: what it lacks is null."""
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(len(table), field.type)
        for field in SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)
