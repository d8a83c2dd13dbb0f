"""All the ways a record is written into a file. A new one is its module and its name here."""

from __future__ import annotations

from output import csv, huggingface, json_file, jsonl, markdown, text, warc

SHAPES = {
    shape.name: shape
    for shape in (
        json_file.SHAPE,
        jsonl.SHAPE,
        text.SHAPE,
        markdown.SHAPE,
        csv.SHAPE,
        huggingface.SHAPE,
        warc.SHAPE,
    )
}
"""What `format` may be."""
BY_ENDING = {shape.ending: shape for shape in reversed(SHAPES.values())}
"""Of two shapes with one ending the first has it."""
