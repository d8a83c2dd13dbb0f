"""What can go wrong between a record and the disk, each with a message of one line for a person.

OutputError          the disk, the pipe or the file said no
└─ UnknownTarget     nobody knows how to save to, or read from, such a place: found before any work
ReaderGone           whoever read our standard output has stopped reading (`… | head`): no error, only no more to do
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike


class OutputError(Exception):
    """A record could not be written or read. The message names the path and the cause."""


class UnknownTarget(OutputError):
    """The target's ending or scheme, or the format, is none that we know. The message lists those we know."""


class ReaderGone(Exception):
    """The other end of a pipe was closed. A sink's `with` block ends quietly on it."""


class naming:  # noqa: N801  # used as a function; a generator would take three times as long, for every record
    """Turns an OSError inside the block into an OutputError that names the path and the cause."""

    def __init__(self, path: str | PathLike[str]) -> None:
        self.path = path

    def __enter__(self) -> None:
        """Nothing to begin."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, OSError):
            raise OutputError(f"{one_line(self.path)}: {error.strerror or error}") from error


def one_line(path: str | PathLike[str]) -> str:
    """A path as it can stand in a message: on one line, and printable whatever bytes it is made of."""
    text = str(path)
    return text if text.isprintable() else ascii(text)[1:-1]


@contextmanager
def calling(working: str | PathLike[str], target: str | PathLike[str]) -> Iterator[None]:
    """Has OutputErrors inside the block name the target where they name the hidden file that stands for it."""
    try:
        yield
    except OutputError as error:
        raise type(error)(str(error).replace(one_line(working), one_line(target))) from error
