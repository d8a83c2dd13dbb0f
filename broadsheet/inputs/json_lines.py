"""JSON lines in: one page or text a row."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Annotated

import msgspec

from items import Failure, Page

LONGEST_LINE = 64 * 1024 * 1024  # bytes; a page of the largest size allowed, with all of it escaped


class Row(msgspec.Struct, frozen=True):
    """One line: a page ("html") or a text ("text"). Fields we do not know are left alone."""

    id: str | int | None = None
    url: str | None = None
    html: str | None = None
    text: str | None = None
    title: str | None = None
    language: Annotated[str, msgspec.Meta(max_length=35)] | None = None
    fetched_at: str | None = None


def read_json_lines(stream: io.BufferedReader, name: str) -> Iterator[tuple[str, Page | Failure]]:
    """Every row with its place ("corpus.jsonl line 7"); a row that cannot be used is a Failure, and the rest go on."""
    decoder = msgspec.json.Decoder(Row)
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        place = f"{name} line {number}"
        if not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            yield place, Failure(place, f"is longer than {LONGEST_LINE:,} bytes; reading stops here")
            return
        if line.strip():
            yield place, page_of_row(line.removeprefix(b"\xef\xbb\xbf"), place, decoder)


def page_of_row(line: bytes, place: str, decoder: msgspec.json.Decoder[Row]) -> Page | Failure:
    """The page in one line of JSON."""
    try:
        row = decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Failure(place, f"cannot be read as a JSON row: {error}".split("\n")[0])
    content = row.html if row.html is not None else row.text
    if content is None:
        return Failure(place, 'has neither "html" nor "text"')
    return Page(
        content=content,
        form="html" if row.html is not None else "text",
        url=row.url or None,
        id=None if row.id is None else str(row.id),
        language=primary_language(row.language),
        title=row.title or None,
        fetched_at=row.fetched_at,
    )


def primary_language(tag: str | None) -> str | None:
    """ "de-AT" → "de"; None for what is no language tag."""
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return primary if 2 <= len(primary) <= 3 and primary.isascii() and primary.isalpha() else None
