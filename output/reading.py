"""Records read back from what the sinks wrote."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from output.compression import ENDINGS, inner_ending, reading
from output.errors import UnknownTarget, naming, one_line
from output.kinds import known_kinds, module_for
from output.record import Record
from output.rotation import rotation_of
from output.shape import Shape
from output.shapes import BY_ENDING, SHAPES

READABLE = {ending: shape for ending, shape in BY_ENDING.items() if shape.read is not None}
HUGGINGFACE = SHAPES["huggingface"]
SNIFFED = 1 << 16  # bytes


def read(target: str | os.PathLike[str], format: str | None = None) -> Iterator[Record]:
    """The records of whatever a sink wrote and can be read back, in the order of the file or table.

    A folder is read file by file, in the order of the names. A JSON array is read whole, all else record by record.
    format: where the ending does not say it. Fields this version does not know are passed over. Raises OutputError that
    names the file, and the line, where something cannot be read or is no record; UnknownTarget where nobody can read
    such a target.
    """
    target = os.fspath(target)
    rotation = rotation_of(target)
    if rotation is not None:
        return chain.from_iterable(read(rotation.target(key), format) for key in rotation.existing())
    module = module_for(target) if format is None else None
    if module is not None:
        return module.read(target)
    path = Path(target)
    if path.is_dir():
        return _folder(path)
    shape = SHAPES.get(format) if format is not None else READABLE.get(inner_ending(path))
    if shape is None or shape.read is None:
        known = f"{', '.join(READABLE)} (also {', '.join(ENDINGS)}), {', '.join(known_kinds())}"
        raise UnknownTarget(f"{one_line(path)}: cannot be read back; what can is {known}")
    return _file(path, shape, sniff=format is None)


def _folder(path: Path) -> Iterator[Record]:
    with naming(path):
        files = sorted(file for file in path.rglob("[!.]*") if is_readable(file) and file.is_file())
    for file in files:
        yield from read(file)


def is_readable(file: Path) -> bool:
    """Whether `read` can read such a file back, by its ending."""
    return inner_ending(file) in READABLE or module_for(str(file)) is not None


def _file(path: Path, shape: Shape, *, sniff: bool) -> Iterator[Record]:
    if sniff and shape.ending == HUGGINGFACE.ending and not is_plain_lines(path):
        shape = HUGGINGFACE
    assert shape.read is not None
    with reading(path) as stream:
        yield from shape.read(stream, one_line(path))


def is_plain_lines(path: Path) -> bool:
    """Whether JSON lines are records as they are, which have the schema's version first, and not another shape's."""
    with reading(path) as stream:
        return _first_key(stream) != b"text"


def _first_key(stream: BinaryIO) -> bytes:
    start = stream.read(SNIFFED).lstrip()
    return start.removeprefix(b"{").lstrip()[1:].partition(b'"')[0]
