"""What a record looks like on paper: a shape turns records into bytes, wherever these go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import msgspec

from output.record import Record


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """One way to write records down.

    A file of several records is `header` and `opening`, then each record's bytes and `end`, with `between` between two
    of them, then `closing`. A file of one record, in a folder of such files, is `header`, the record's bytes and
    `alone`.
    """

    name: str
    """What `--format` calls it."""
    ending: str
    """Of file names: ".jsonl"."""
    encode: Callable[[Record], bytes]
    """One record in UTF-8, without a newline at its end."""
    from_json: Callable[[bytes], bytes] | None = None
    """The same from a record's JSON on one line, where that needs no decoding."""
    header: bytes = b""
    opening: bytes = b""
    end: bytes = b"\n"
    between: bytes = b""
    closing: bytes = b""
    alone: bytes = b"\n"
    member_each: bool = False
    """In a compressed file every record is a member (gzip) or frame (Zstandard) of its own."""
    read: Callable[[BinaryIO, str], Iterator[Record]] | None = None
    """The records in a stream, which messages call by the name given. None: it cannot be read back."""


def file_of_one(shape: Shape, record: Record) -> bytes:
    """The content of a file that holds the record alone."""
    return shape.header + shape.encode(record) + shape.alone


class Roll:
    """Writes records in a shape, one after another, onto a stream. Raises the stream's OSErrors."""

    def __init__(self, shape: Shape, stream: BinaryIO) -> None:
        self.shape = shape
        self.stream = stream
        self.before = b""
        stream.write(shape.header + shape.opening)

    def write(self, record: Record) -> None:
        """Writes one record whole."""
        self.stream.write(self.before + self.shape.encode(record) + self.shape.end)
        self.before = self.shape.between

    def finish(self) -> None:
        """Writes what comes after the last record; the stream stays open."""
        self.stream.write(self.shape.closing)
