"""What every sink is: a place that records are written to, one after another."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from output.errors import OutputError, ReaderGone
from output.record import Record


class Sink(ABC):
    """Takes records. Leaving the `with` block commits; leaving it with an exception, Ctrl-C included, aborts.

    Whoever wants to keep what was done so far calls `close()` before the exception leaves the block: a closed sink
    stays as it is. ReaderGone ends the block quietly, as if the work were done.
    """

    name: str
    """What messages call the target, on one line."""
    closed = False

    def write(self, record: Record) -> None:
        """Takes one record. Raises OutputError where it cannot be written, ReaderGone where nobody reads any more."""
        if self.closed:
            raise OutputError(f"{self.name}: already closed")
        self._write(record)

    def close(self, commit: bool = True) -> None:
        """Ends the writing: with `commit` the target holds every record written, without it is as it was before.

        Does nothing on a sink that is closed. Raises OutputError where the rest cannot be written; the target is then
        as it was before. What "as it was before" cannot mean (a terminal, a pipe) the sink says itself.
        """
        if not self.closed:
            self.closed = True
            self._close(commit)

    @abstractmethod
    def _write(self, record: Record) -> None:
        """`write` of a sink that is open."""

    @abstractmethod
    def _close(self, commit: bool) -> None:
        """`close`, called once."""

    def abort(self) -> None:
        """Ends the writing and leaves the target as it was."""
        self.close(commit=False)

    def size(self) -> int:
        """How many bytes the target takes by now, about; 0 where that is not known."""
        return 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        self.close(commit=error is None)
        return isinstance(error, ReaderGone)
