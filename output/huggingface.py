"""The `text, id, metadata` JSON lines that corpus tools read (datatrove, `datasets.load_dataset("json", …)`).

`metadata` is the rest of the record, field by field.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from output.errors import OutputError
from output.jsonl import json_line
from output.record import Record
from output.shape import Shape

ITSELF = ("text", "id")


class Row(msgspec.Struct, frozen=True):
    """One line."""

    text: str
    id: str
    metadata: dict[str, msgspec.Raw]


def huggingface_line(record: Record) -> bytes:
    """The record as one line of JSON."""
    return from_json(json_line(record))


def from_json(line: bytes) -> bytes:
    """The same from a record's JSON, whose fields are handed on as they are."""
    fields = FIELDS.decode(line)
    own = {name: fields.pop(name) for name in ITSELF}
    return msgspec.json.encode({**own, "metadata": fields})


def read_lines(stream: BinaryIO, name: str) -> Iterator[Record]:
    """The records of such lines. Raises OutputError naming the line that is none."""
    for number, line in enumerate(stream, start=1):
        try:
            yield record_of_line(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise OutputError(f"{name} line {number}: no record: {error}") from error


def record_of_line(line: bytes) -> Record:
    """The record in one line. Raises msgspec.DecodeError."""
    row = ROWS.decode(line)
    fields: dict[str, Any] = {**row.metadata, "text": row.text, "id": row.id}
    return RECORDS.decode(msgspec.json.encode(fields))


FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
ROWS = msgspec.json.Decoder(Row)
RECORDS = msgspec.json.Decoder(Record)
SHAPE = Shape(name="huggingface", ending=".jsonl", encode=huggingface_line, from_json=from_json, read=read_lines)
