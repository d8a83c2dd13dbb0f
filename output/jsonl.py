"""JSON lines: one record a line."""

from __future__ import annotations

from typing import Any

import msgspec

from output.record import Record, sound
from output.shape import Shape


def json_line(record: Record) -> bytes:
    """The record as JSON in UTF-8 on one line, fields in their declared order, other scripts as they are."""
    try:
        return msgspec.json.encode(record)
    except UnicodeEncodeError:  # a record made by hand: what `record_of` makes has no lone surrogates
        return msgspec.json.encode(_sound(msgspec.to_builtins(record)))


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, dict):
        return {name: _sound(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sound(part) for part in value]
    return value


SHAPE = Shape(name="jsonl", ending=".jsonl", encode=json_line, from_json=bytes)
