"""JSON lines in: one page or text a row."""

from __future__ import annotations

import io
from collections.abc import Iterator

import msgspec

from broadsheet.inputs.rows import OUR_NAMES, Fields, Row, page_of, row_type
from items import Failure, Page

LONGEST_LINE = 64 * 1024 * 1024  # bytes; a page of the largest size allowed, with all of it escaped


def read_json_lines(
    stream: io.BufferedReader, name: str, fields: Fields = OUR_NAMES
) -> Iterator[tuple[str, Page | Failure]]:
    """Every row with its place ("corpus.jsonl line 7"); a row that cannot be used is a Failure, and the rest go on."""
    decoder = msgspec.json.Decoder(row_type(fields))
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        place = f"{name} line {number}"
        if not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            yield place, Failure(place, f"is longer than {LONGEST_LINE:,} bytes; reading stops here")
            return
        if line.strip():
            yield place, page_of_row(line.removeprefix(b"\xef\xbb\xbf"), place, decoder, fields)


def page_of_row(line: bytes, place: str, decoder: msgspec.json.Decoder[Row], fields: Fields) -> Page | Failure:
    """The page in one line of JSON."""
    try:
        row = decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Failure(place, f"cannot be read as a JSON row: {error}".split("\n")[0])
    if row.html is None and row.text is None:
        return page_of(row, place, fields, msgspec.json.decode(line))
    return page_of(row, place, fields)
