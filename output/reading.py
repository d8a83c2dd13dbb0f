"""Records read back from what the sinks wrote."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from output.compression import ENDINGS, inner_ending, reading
from output.errors import OutputError, UnknownTarget, naming, one_line
from output.record import Record

Records = list[Record] | Record
ONE = msgspec.json.Decoder(Record)
MANY: msgspec.json.Decoder[Records] = msgspec.json.Decoder(Records)
Found = TypeVar("Found")


def read(path: str | os.PathLike[str]) -> Iterator[Record]:
    """The records of a .jsonl or .json file (also .gz, .zst), or of a folder of them, in file and name order.

    JSON lines are read one by one, a JSON array whole. Fields this version does not know are passed over. Raises
    OutputError that names the file, and the line, where something cannot be read or is no record; UnknownTarget where
    the ending is another.
    """
    path = Path(path)
    if path.is_dir():
        return _folder(path)
    ending = inner_ending(path)
    if ending not in READERS:
        raise UnknownTarget(f"{one_line(path)}: can read {' and '.join(READERS)} files (also {', '.join(ENDINGS)})")
    return READERS[ending](path)


def _folder(path: Path) -> Iterator[Record]:
    with naming(path):
        files = sorted(file for file in path.rglob("[!.]*") if inner_ending(file) in READERS and file.is_file())
    for file in files:
        yield from read(file)


def _json_lines(path: Path) -> Iterator[Record]:
    with reading(path) as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                yield _decoded(ONE, line, f"{one_line(path)} line {number}")


def _json_file(path: Path) -> Iterator[Record]:
    with reading(path) as stream:
        found = _decoded(MANY, stream.read(), one_line(path))
    yield from [found] if isinstance(found, Record) else found


def _decoded(decoder: msgspec.json.Decoder[Found], content: bytes, place: str) -> Found:
    try:
        return decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OutputError(f"{place}: no record: {error}") from error


READERS = {".jsonl": _json_lines, ".json": _json_file}
