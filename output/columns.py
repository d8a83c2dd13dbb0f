"""The record's fields as columns of a table, found from its types, so that a new field is a new column everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

import msgspec
from msgspec import UNSET, inspect

from output.jsonl import json_of
from output.record import Record
from output.sound import sound


class Holds(Enum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    TRUTH = "truth"
    TEXTS = "texts"
    """A list of texts."""
    JSON = "json"
    """Lists of objects and whatever else is nested."""


class Column(msgspec.Struct, frozen=True):
    """One field of the record."""

    name: str
    holds: Holds
    nullable: bool
    """None is among its values."""
    optional: bool
    """It may be missing (UNSET)."""
    type: Any
    """The field's type, as msgspec names it."""


ATOMS: tuple[tuple[type[inspect.Type], Holds], ...] = (
    (inspect.StrType, Holds.TEXT),
    (inspect.BoolType, Holds.TRUTH),
    (inspect.IntType, Holds.INTEGER),
    (inspect.FloatType, Holds.NUMBER),
)
LISTS = (inspect.ListType, inspect.VarTupleType)


def _column(field: inspect.Field) -> Column:
    choices = [plain(choice) for choice in _choices(field.type)]
    values = [choice for choice in choices if not isinstance(choice, inspect.NoneType)]
    found = {_holds(value) for value in values}
    return Column(
        name=field.encode_name,
        holds=found.pop() if len(found) == 1 else Holds.JSON,
        nullable=len(values) < len(choices),
        optional=not field.required,
        type=values[0],
    )


def _choices(found: inspect.Type) -> tuple[inspect.Type, ...]:
    found = plain(found)
    return found.types if isinstance(found, inspect.UnionType) else (found,)


def _holds(found: inspect.Type) -> Holds:
    found = plain(found)
    if isinstance(found, inspect.LiteralType):
        return Holds.TEXT if all(isinstance(value, str) for value in found.values) else Holds.INTEGER
    if isinstance(found, LISTS) and _holds(found.item_type) is Holds.TEXT:
        return Holds.TEXTS
    return next((holds for kind, holds in ATOMS if isinstance(found, kind)), Holds.JSON)


def plain(found: inspect.Type) -> inspect.Type:
    """The type without what is only said about it."""
    return plain(found.type) if isinstance(found, inspect.Metadata) else found


def _columns() -> tuple[Column, ...]:
    found = inspect.type_info(Record)
    assert isinstance(found, inspect.StructType)
    return tuple(map(_column, found.fields))


COLUMNS = _columns()
NAMES = tuple(column.name for column in COLUMNS)
NESTED = frozenset({Holds.TEXTS, Holds.JSON})
RECORD_OF = msgspec.json.Decoder(Record)


def cells(record: Record) -> list[Any]:
    """The record's values in the columns' order, lists and objects as JSON text; None for null and for missing."""
    return [_cell(getattr(record, column.name), nested) for column, nested in _NESTED]


_NESTED = tuple((column, column.holds in NESTED) for column in COLUMNS)


def _cell(value: Any, nested: bool) -> Any:
    if value is UNSET or value is None:
        return None
    if nested:
        return json_of(value).decode("utf-8")
    return sound(value) if isinstance(value, str) else value


def raw(cell: str) -> msgspec.Raw:
    """JSON text as a part of other JSON."""
    return msgspec.Raw(cell.encode("utf-8"))


def record_from(row: Mapping[str, Any], nested: Callable[[Any], Any] = raw) -> Record:
    """The record of a row as `cells` makes it, by column name; columns it does not know are passed over.

    nested: what makes a list or object of its cell.
    Raises msgspec.DecodeError (ValidationError) where it is none.
    """
    values: dict[str, Any] = {}
    for column, is_nested in _NESTED:
        value = row.get(column.name)
        if value is None:
            if not column.optional:
                values[column.name] = None
        else:
            values[column.name] = nested(value) if is_nested else value
    return RECORD_OF.decode(msgspec.json.encode(values))
