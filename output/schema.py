"""The published JSON Schema of the record, made from the types.

python -m output.schema           rewrites output/record.schema.json
python -m output.schema --check   exit 1 where the file is not what the types give
python -m output.schema --fields  the table of fields in docs/record.md
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from output.record import VERSION, Record

PATH = Path(__file__).with_name("record.schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of one record. Closed: a field it does not name is an error."""
    _, components = msgspec.json.schema_components([Record], ref_template="#/$defs/{name}")
    closed = {name: {**component, "additionalProperties": False} for name, component in components.items()}
    root = closed.pop(Record.__name__)
    head = {"$schema": DIALECT, "$id": f"urn:broadsheet:record:{VERSION}", "title": "Broadsheet record"}
    return {**head, **{key: value for key, value in root.items() if key != "title"}, "$defs": closed}


def schema_text() -> str:
    """The schema file's content."""
    return msgspec.json.format(msgspec.json.encode(json_schema()), indent=2).decode() + "\n"


def fields_table() -> str:
    """The fields and their promises as a Markdown table: the record's, then those of the objects inside."""
    schema = json_schema()
    inside = {
        "blocks[].": "RecordBlock",
        "images[].": "RecordImage",
        "rights.": "RecordRights",
        "rights.signals[].": "RecordSignal",
        "fields.": "RecordFields",
        "fields.….": "RecordField",
        "changes[].": "RecordChange",
        "removed[].": "RemovedBlock",
    }
    parts = {"": schema, **{prefix: schema["$defs"][name] for prefix, name in inside.items()}}
    rows = [
        f"| `{prefix}{name}` | {_type(field)} | {field['description'].replace('|', chr(92) + '|')} |"
        for prefix, part in parts.items()
        for name, field in part["properties"].items()
    ]
    return "\n".join(["| field | type | what it holds |", "|---|---|---|", *rows])


def _type(field: Schema) -> str:
    if "anyOf" in field:
        return " or ".join(_type(choice) for choice in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "items" in field:
        return f"list of {_type(field['items'])}s"
    return str(field.get("type", "object"))


def main(arguments: list[str]) -> int:
    """Prints, checks or rewrites; returns the exit code."""
    if arguments == ["--fields"]:
        print(fields_table())
    elif arguments == ["--check"]:
        return int(PATH.read_text(encoding="utf-8") != schema_text())
    else:
        PATH.write_text(schema_text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
