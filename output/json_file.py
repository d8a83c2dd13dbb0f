"""JSON for people to look at: indented; several records are one array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from output.errors import OutputError
from output.jsonl import json_line
from output.record import Record
from output.shape import Shape


def pretty_json(record: Record) -> bytes:
    """The record as JSON in UTF-8, indented by two spaces."""
    return indented(json_line(record))


def indented(line: bytes) -> bytes:
    """JSON on one line, indented by two spaces."""
    return msgspec.json.format(line, indent=2)


def read_array(stream: BinaryIO, name: str) -> Iterator[Record]:
    """The records of an array, which is read whole, or the one record. Raises OutputError where it is neither."""
    try:
        found = MANY.decode(stream.read())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OutputError(f"{name}: no record: {error}") from error
    yield from [found] if isinstance(found, Record) else found


MANY: msgspec.json.Decoder[list[Record] | Record] = msgspec.json.Decoder(list[Record] | Record)
SHAPE = Shape(
    name="json",
    ending=".json",
    encode=pretty_json,
    from_json=indented,
    opening=b"[\n",
    end=b"",
    between=b",\n",
    closing=b"\n]\n",
    read=read_array,
)
