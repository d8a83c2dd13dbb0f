"""Which inputs were named, and the pages in them, one after the other."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, cast

from broadsheet.errors import BadInput
from broadsheet.inputs.csv_rows import read_csv
from broadsheet.inputs.json_lines import read_json_lines
from broadsheet.inputs.opening import (
    UNPACKING_ERRORS,
    Content,
    Unreadable,
    content_of,
    read_page,
    refuse_foreign,
    unpacked,
    why,
)
from broadsheet.inputs.parquet_rows import check_parquet, read_parquet
from broadsheet.inputs.rows import OUR_NAMES, Fields
from broadsheet.inputs.warc import read_warc
from items import Failure, Page

STANDARD_INPUT = "-"
CONTENT_BY_ENDING: dict[str, Content] = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".text": "text",
    ".md": "text",
    ".markdown": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".warc": "warc",
}
PACKINGS = (".gz", ".zst")


class Given(NamedTuple):
    """One page that was given, or why there is none, with the name it goes by in messages."""

    name: str
    page: Page | Failure


def check_inputs(names: Iterable[str]) -> None:
    """Raises BadInput for a path that does not exist, and for a file whose ending says it is nothing we (can) read."""
    for name in names:
        path = Path(name)
        if name == STANDARD_INPUT:
            continue
        if not path.exists():
            raise BadInput(f"{name}: no such file or folder")
        if path.is_file() and _ending(path) and content_by_name(path) is None:
            known = " ".join([*CONTENT_BY_ENDING, "each also with .gz or .zst"])
            raise BadInput(f"{name}: not a kind of file that can be cleaned (known: {known})")
        if path.is_file() and content_by_name(path) == "parquet":
            check_parquet(name)


def read_inputs(names: Iterable[str], fields: Fields = OUR_NAMES) -> Iterator[Given]:
    """Every page of every input, in order. What cannot be read comes as a Failure; nothing is raised for it.

    fields: what the rows of corpora call theirs.
    """
    for name in names:
        if name == STANDARD_INPUT:
            yield from _read_stream(cast("io.BufferedReader", sys.stdin.buffer), "standard input", None, fields)
        elif Path(name).is_dir():
            yield from _read_folder(Path(name), fields)
        else:
            yield from _read_file(Path(name), fields)


def content_by_name(path: Path) -> Content | None:
    """What a file holds by its ending (".html.gz" counts as ".html"); None for an ending nobody knows."""
    return CONTENT_BY_ENDING.get(_ending(path))


def _ending(path: Path) -> str:
    name = path.name.lower()
    for packing in PACKINGS:
        name = name.removesuffix(packing)
    return Path(name).suffix


def _read_folder(folder: Path, fields: Fields) -> Iterator[Given]:
    files = sorted(path for path in folder.rglob("*") if content_by_name(path) and path.is_file())
    if not files:
        yield _failed(str(folder), "holds no pages (looked for " + " ".join(CONTENT_BY_ENDING) + ")")
    for path in files:
        yield from _read_file(path, fields)


def _read_file(path: Path, fields: Fields) -> Iterator[Given]:
    content = content_by_name(path)
    try:
        if content == "parquet":  # read from its end, so it cannot be a stream
            yield from (Given(*row) for row in read_parquet(path, fields))
            return
        with path.open("rb") as stream:
            yield from _read_stream(stream, str(path), content, fields)
    except Unreadable as error:
        yield _failed(str(path), str(error))
    except OSError as error:
        yield _failed(str(path), why(error))


def _read_stream(raw: io.BufferedReader, name: str, content: Content | None, fields: Fields) -> Iterator[Given]:
    try:
        # A WARC file is a row of small gzip members, which its reader knows best how to open.
        stream = raw if content == "warc" else unpacked(raw)
        refuse_foreign(stream.peek(16))
        content = content or content_of(stream)
        if content == "jsonl":
            yield from (Given(*row) for row in read_json_lines(stream, name, fields))
        elif content == "csv":
            yield from (Given(*row) for row in read_csv(stream, name, fields))
        elif content == "warc":
            yield from (Given(*row) for row in read_warc(stream, name))
        else:
            yield Given(name, Page(content=read_page(stream), form="html" if content == "html" else "text"))
    except Unreadable as error:
        yield _failed(name, str(error))
    except UNPACKING_ERRORS as error:
        yield _failed(name, why(error))


def _failed(name: str, reason: str) -> Given:
    return Given(name, Failure(name, reason))
