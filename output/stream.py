"""Standard output, and whatever else cannot be taken back: devices and pipes with a name."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from output.errors import OutputError, ReaderGone, naming
from output.record import Record
from output.shape import Roll, Shape
from output.sink import Sink


class StreamSink(Sink):
    """Hands every record on at once, whole. What is written is written: an abort only leaves out what would follow.

    Where the reader goes away (`broadsheet … | head`), `write` raises ReaderGone, which ends the `with` block quietly.
    """

    def __init__(self, name: str, stream: BinaryIO, shape: Shape) -> None:
        """name: what messages call it. The stream is flushed after each record and left open."""
        self.name = name
        self.stream = stream
        with self._saying():
            self.roll = Roll(shape, stream)

    def _write(self, record: Record) -> None:
        with self._saying():
            self.roll.write(record)
            self.stream.flush()

    def _close(self, commit: bool) -> None:
        with suppress(ReaderGone), self._saying():
            if commit:
                self.roll.finish()
            self.stream.flush()
        self._release()

    def _release(self) -> None:
        """What remains to be done with the stream after the last byte."""

    @contextmanager
    def _saying(self) -> Iterator[None]:
        """Turns a closed pipe into ReaderGone and every other refusal into OutputError; both end the sink."""
        try:
            with naming(self.name):
                yield
        except OutputError as error:
            self.closed = True
            self._give_up()
            if isinstance(error.__cause__, BrokenPipeError):
                raise ReaderGone(self.name) from error
            raise

    def _give_up(self) -> None:
        """Called once nothing can be written any more."""


class StandardOutput(StreamSink):
    """The program's standard output."""

    def __init__(self, shape: Shape) -> None:
        super().__init__("standard output", _bytes_of(sys.stdout), shape)

    def _give_up(self) -> None:
        # What is still in Python's buffer would be tried again when the program ends, and fail again, loudly.
        with suppress(OSError, ValueError):  # no file descriptor: standard output was replaced by an object
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


class DeviceSink(StreamSink):
    """A path that is neither a file nor a folder: `/dev/stderr`, a named pipe, `>(…)` of a shell."""

    def __init__(self, path: Path, shape: Shape) -> None:
        """Raises OutputError where it cannot be opened."""
        with naming(path):
            stream = open(path, "wb")  # noqa: SIM115
        super().__init__(str(path), stream, shape)

    def _release(self) -> None:
        with naming(self.name):
            self.stream.close()

    def _give_up(self) -> None:
        with suppress(OSError):
            self.stream.close()


class _TextOnly:
    """Standard output that takes text alone, as in a notebook."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, content: bytes) -> int:
        return self.stream.write(content.decode("utf-8"))

    def flush(self) -> None:
        self.stream.flush()


def _bytes_of(stream: TextIO) -> BinaryIO:
    stream.flush()  # what was printed before stays before
    return getattr(stream, "buffer", None) or cast(BinaryIO, _TextOnly(stream))
