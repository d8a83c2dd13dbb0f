"""Which inputs were named, and the pages in them, one after the other."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple, cast

from broadsheet.errors import BadInput
from broadsheet.inputs.csv_rows import read_csv
from broadsheet.inputs.json_lines import read_json_lines
from broadsheet.inputs.parquet_rows import check_parquet, read_parquet
from broadsheet.inputs.rows import OUR_NAMES, Fields
from items import Failure, Page
from scrapers.opening import (
    UNPACKING_ERRORS,
    Content,
    Unreadable,
    content_of,
    read_page,
    refuse_foreign,
    unpacked,
    why,
)
from scrapers.warc import EVERYTHING, Wanted, read_warc

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
HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", re.IGNORECASE)
PACKINGS = (".gz", ".zst")


class Given(NamedTuple):
    """One page that was given, or why there is none, with the name it goes by in messages."""

    name: str
    page: Page | Failure


class Choice(NamedTuple):
    """What the rows of corpora call their fields, and which pages are taken."""

    fields: Fields
    wanted: Wanted


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


def chosen_pages(hosts: Iterable[str], since: str | None, until: str | None) -> Wanted:
    """What the command line said of the pages to take. Raises BadInput for a day that is none."""
    for option, day in (("--since", since), ("--until", until)):
        if day is not None:
            try:
                date.fromisoformat(day)
            except ValueError:
                raise BadInput(f"{option} {day}: not a day, as in 2026-01-31") from None
    return Wanted(hosts=tuple(host.lower() for host in hosts), since=since, until=until)


def read_inputs(names: Iterable[str], fields: Fields = OUR_NAMES, wanted: Wanted = EVERYTHING) -> Iterator[Given]:
    """Every page of every input, in order. What cannot be read comes as a Failure; nothing is raised for it.

    fields: what the rows of corpora call theirs.
    """
    choice = Choice(fields, wanted)
    for name in names:
        for given in _read_input(name, choice):
            if isinstance(given.page, Failure) or _is_wanted(given.name, given.page, wanted):
                yield given


def _read_input(name: str, choice: Choice) -> Iterator[Given]:
    if name == STANDARD_INPUT:
        yield from _read_stream(cast("io.BufferedReader", sys.stdin.buffer), "standard input", None, choice)
    elif Path(name).is_dir():
        yield from _read_folder(Path(name), choice)
    else:
        yield from _read_file(Path(name), choice)


def _is_wanted(name: str, page: Page, wanted: Wanted) -> bool:
    return wanted.takes(page.url or saved_under(name), page.fetched_at)


def saved_under(path: str) -> str | None:
    """The address of the site that a saved page's folder is named for, as mirroring tools name it; None: for none."""
    hosts = [part for part in Path(path).parts[:-1] if HOST.fullmatch(part)]
    return f"https://{hosts[-1].lower()}/" if hosts else None


def content_by_name(path: Path) -> Content | None:
    """What a file holds by its ending (".html.gz" counts as ".html"); None for an ending nobody knows."""
    return CONTENT_BY_ENDING.get(_ending(path))


def _ending(path: Path) -> str:
    name = path.name.lower()
    for packing in PACKINGS:
        name = name.removesuffix(packing)
    return Path(name).suffix


def _read_folder(folder: Path, choice: Choice) -> Iterator[Given]:
    files = sorted(path for path in folder.rglob("*") if content_by_name(path) and path.is_file())
    if not files:
        yield _failed(str(folder), "holds no pages (looked for " + " ".join(CONTENT_BY_ENDING) + ")")
    for path in files:
        yield from _read_file(path, choice)


def _read_file(path: Path, choice: Choice) -> Iterator[Given]:
    content = content_by_name(path)
    try:
        if content == "parquet":  # read from its end, so it cannot be a stream
            yield from (Given(*row) for row in read_parquet(path, choice.fields))
            return
        with path.open("rb") as stream:
            yield from _read_stream(stream, str(path), content, choice)
    except Unreadable as error:
        yield _failed(str(path), str(error))
    except OSError as error:
        yield _failed(str(path), why(error))


def _read_stream(raw: io.BufferedReader, name: str, content: Content | None, choice: Choice) -> Iterator[Given]:
    try:
        # A WARC file is a row of small gzip members, which its reader knows best how to open.
        stream = raw if content == "warc" else unpacked(raw)
        refuse_foreign(stream.peek(16))
        content = content or content_of(stream)
        if content == "jsonl":
            yield from (Given(*row) for row in read_json_lines(stream, name, choice.fields))
        elif content == "csv":
            yield from (Given(*row) for row in read_csv(stream, name, choice.fields))
        elif content == "warc":
            yield from (Given(*row) for row in read_warc(stream, name, choice.wanted))
        else:
            yield Given(name, Page(content=read_page(stream), form="html" if content == "html" else "text"))
    except Unreadable as error:
        yield _failed(name, str(error))
    except UNPACKING_ERRORS as error:
        yield _failed(name, why(error))


def _failed(name: str, reason: str) -> Given:
    return Given(name, Failure(name, reason))
