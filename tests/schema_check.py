"""`assert_valid(record)`: what every test that makes a record asks of it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from jsonschema import Draft202012Validator

from output.record import Record
from output.schema import PATH

SCHEMA = json.loads(PATH.read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def assert_valid(record: Record | dict[str, Any] | bytes | str) -> None:
    """Fails where a record (as such, as a JSON object, or as JSON) breaks the published schema or the field order."""
    encoded = msgspec.json.encode(record) if isinstance(record, Record | dict) else record
    found = json.loads(encoded)
    broken = [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(found)]
    assert not broken, "\n".join(broken)
    assert list(found) == [name for name in SCHEMA["properties"] if name in found]
