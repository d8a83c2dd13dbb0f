"""JSON lines: one record a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from output.errors import OutputError
from output.record import Record
from output.shape import Shape
from output.sound import sound


def json_line(record: Record) -> bytes:
    """The record as JSON in UTF-8 on one line, fields in their declared order, other scripts as they are."""
    return json_of(record)


def json_of(value: object) -> bytes:
    """Any part of a record as JSON on one line."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # a record made by hand: what `record_of` makes has no lone surrogates
        return msgspec.json.encode(_sound(msgspec.to_builtins(value)))


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return sound(value)
    if isinstance(value, dict):
        return {name: _sound(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_sound(part) for part in value]
    return value


def read_lines(stream: BinaryIO, name: str) -> Iterator[Record]:
    """The records in JSON lines. Raises OutputError naming the line."""
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield record_in(line, f"{name} line {number}")


def record_in(line: bytes, place: str) -> Record:
    """The record in a line. Raises OutputError that begins with the place where it is none."""
    try:
        return RECORDS.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OutputError(f"{place}: no record: {error}") from error


RECORDS = msgspec.json.Decoder(Record)
SHAPE = Shape(name="jsonl", ending=".jsonl", encode=json_line, from_json=bytes, read=read_lines)
