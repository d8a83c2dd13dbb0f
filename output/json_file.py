"""JSON for people to look at: indented; several records are one array."""

from __future__ import annotations

import msgspec

from output.jsonl import json_line
from output.record import Record
from output.shape import Shape


def pretty_json(record: Record) -> bytes:
    """The record as JSON in UTF-8, indented by two spaces."""
    return indented(json_line(record))


def indented(line: bytes) -> bytes:
    """JSON on one line, indented by two spaces."""
    return msgspec.json.format(line, indent=2)


SHAPE = Shape(
    name="json",
    ending=".json",
    encode=pretty_json,
    from_json=indented,
    opening=b"[\n",
    end=b"",
    between=b",\n",
    closing=b"\n]\n",
)
