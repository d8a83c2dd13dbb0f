"""Records as Arrow tables: one typed column a field, built column by column from the records' values.

Texts, dates among them, are strings: a date is as exact as the page was, which no timestamp type can say. `authors`
and `tags` are lists, `blocks` and `removed` lists of structs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import pyarrow as pa
from msgspec import UNSET, inspect

from output.columns import COLUMNS, plain
from output.record import VERSION, Record
from output.sound import sound

SCHEMA_VERSION = {b"broadsheet.schema_version": str(VERSION).encode()}
POOL = pa.system_memory_pool()
"""Arrow's own gives memory back at once and asks for it again: a fifth of an export's time."""
Build = Callable[[Sequence[Any]], pa.Array]
"""Makes a column of its values, one a row."""


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


def builder(found: inspect.Type, *, required: bool = True) -> Build:
    """What makes a column of values of a type, each of which may be None, or UNSET where it is not required.

    Both become null.
    """
    build = _builder(found)
    return build if required else _without_unset(build)


def _builder(found: inspect.Type) -> Build:
    found = plain(value_type(found))
    if isinstance(found, inspect.ListType | inspect.VarTupleType):
        return _with_gaps(_lists(found), arrow_type(found))
    if isinstance(found, inspect.StructType):
        return _with_gaps(_structs(found), arrow_type(found))
    if isinstance(found, inspect.DictType):
        return _with_gaps(lambda values: pa.array(values, arrow_type(found)), arrow_type(found))
    return _atoms(arrow_type(found))


def _atoms(kind: pa.DataType) -> Build:
    def build(values: Sequence[Any]) -> pa.Array:
        try:
            return pa.array(values, kind, memory_pool=POOL)
        except UnicodeEncodeError:  # a record made by hand: what `record_of` makes has no lone surrogates
            return pa.array(
                [sound(value) if isinstance(value, str) else value for value in values], kind, memory_pool=POOL
            )

    return build


def _without_unset(build: Build) -> Build:
    return lambda values: build([None if value is UNSET else value for value in values])


def _lists(found: inspect.ListType | inspect.VarTupleType) -> Build:
    build_items = builder(found.item_type)

    def build(values: Sequence[Sequence[Any]]) -> pa.Array:
        ends = pa.array([0, *accumulate(map(len, values))], pa.int32())
        return pa.ListArray.from_arrays(ends, build_items(list(chain.from_iterable(values))), pool=POOL)

    return build


def _structs(found: inspect.StructType) -> Build:
    names = [field.encode_name for field in found.fields]
    parts = [(attrgetter(field.name), builder(field.type, required=field.required)) for field in found.fields]

    def build(values: Sequence[Any]) -> pa.Array:
        return pa.StructArray.from_arrays([part(list(map(get, values))) for get, part in parts], names)

    return build


def _with_gaps(build: Build, kind: pa.DataType) -> Build:
    """The same for values some of which are not there."""

    def with_gaps(values: Sequence[Any]) -> pa.Array:
        there = [value for value in values if value is not None]
        if len(there) == len(values):
            return build(there)
        if not there:
            return pa.nulls(len(values), kind)
        numbers = iter(range(len(there)))
        places = [None if value is None else next(numbers) for value in values]
        return build(there).take(pa.array(places, pa.int64()))

    return with_gaps


BUILDERS = tuple((attrgetter(each.name), builder(each.type, required=not each.optional)) for each in COLUMNS)


def table_of(records: Sequence[Record]) -> pa.Table:
    """The records as a table."""
    return pa.Table.from_arrays([build(list(map(get, records))) for get, build in BUILDERS], schema=SCHEMA)


def as_ours(table: pa.Table) -> pa.Table:
    """A table of a file that was written before, with the columns of today: what it lacks is null."""
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(len(table), field.type)
        for field in SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)
