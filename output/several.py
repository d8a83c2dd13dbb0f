"""The same records to several places at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from output.errors import ReaderGone
from output.record import Record
from output.sink import Sink


class SeveralSinks(Sink):
    """Hands every record to each of its sinks. Where one fails, all are aborted.

    A sink whose reader has gone is left out from then on; ReaderGone is raised when no other is left.
    """

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self.sinks = list(sinks)
        self.name = ", ".join(sink.name for sink in sinks)

    def _write(self, record: Record) -> None:
        for sink in list(self.sinks):
            try:
                sink.write(record)
            except ReaderGone:
                if len(self.sinks) == 1:
                    raise
                self.sinks.remove(sink)

    def _close(self, commit: bool) -> None:
        error: Exception | None = None
        for sink in self.sinks:
            try:
                sink.close(commit and error is None)
            except Exception as failure:
                error = error or failure
        if error is not None:
            raise error

    def size(self) -> int:
        return sum(sink.size() for sink in self.sinks)


def opened_together(openings: Iterable[Callable[[], Sink]]) -> Sink:
    """What the openings open, as one sink; where one fails, those before it are as if they had never been opened."""
    sinks: list[Sink] = []
    try:
        for opening in openings:
            sinks.append(opening())
    except BaseException:
        SeveralSinks(sinks).abort()
        raise
    return sinks[0] if len(sinks) == 1 else SeveralSinks(sinks)
