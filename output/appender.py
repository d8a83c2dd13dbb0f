"""The appending side of a sink: what a crawl writes to for days, and goes on with after a kill or a power cut.

A crawl keeps its records in its state file and says with a mark how far a target has got. The order is always: write
some, `commit`, store the mark that came back. Whatever happens in between, opening with the stored mark takes the
target back to that mark, and writing what followed it once more gives every record exactly once.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from output.errors import OutputError, one_line
from output.jsonl import json_line
from output.record import Record
from output.shape import Shape

Mark = TypeVar("Mark")

DECODER = msgspec.json.Decoder(Record)


class Appender(ABC):
    """Takes records at the end of what a target holds. Made by `output.append_to`.

    After an OutputError it takes nothing more: open the target anew with the last mark that was stored.
    """

    cut: str | None = None
    """What opening took away to get back to the mark, for a person ("412 bytes"). None: nothing had to go."""

    @abstractmethod
    def write(self, record: Record | bytes) -> None:
        """Takes one record, or its JSON in UTF-8 on one line without a newline, which saves encoding it again.

        Raises OutputError where it cannot be written, ReaderGone where nobody reads any more.
        """

    @abstractmethod
    def commit(self) -> str:
        """Makes everything written so far durable (fsync), and returns the mark to store. Raises OutputError."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of the target, which then holds what was committed and nothing else. Raises OutputError.

        For targets that are made whole (Parquet, remote ones) this is when they appear.
        """

    def size(self) -> int:
        """How many bytes the target takes by now, about; 0 where that is not known."""
        return 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def as_record(record: Record | bytes) -> Record:
    """The record as such. Raises OutputError where the bytes are the JSON of none."""
    if isinstance(record, Record):
        return record
    try:
        return DECODER.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OutputError(f"no record: {error}") from error


def as_json(record: Record | bytes) -> bytes:
    """The record as JSON on one line."""
    return json_line(record) if isinstance(record, Record) else record


def written(shape: Shape, record: Record | bytes) -> bytes:
    """The record in a shape, without decoding JSON where the shape can do without."""
    if isinstance(record, bytes) and shape.from_json is not None:
        return shape.from_json(record)
    return shape.encode(as_record(record))


def mark_of(mark: str, kind: type[Mark], target: str | os.PathLike[str]) -> Mark:
    """The mark as its sink wrote it. Raises OutputError where it is another sink's."""
    try:
        return msgspec.json.decode(mark, type=kind)
    except msgspec.DecodeError as error:
        raise OutputError(f"{one_line(target)}: the mark of another kind of target: {mark}") from error


def gone(target: str | os.PathLike[str]) -> OutputError:
    """What there is to say where a mark is known but not the target it belongs to."""
    return OutputError(f"{one_line(target)}: is gone, but this crawl has written to it; give another name")


def sync_folder(path: Path) -> None:
    """Makes names that were made in a folder durable. Raises OSError."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
