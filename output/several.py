"""The same records to several places at once."""

from __future__ import annotations

from collections.abc import Sequence

from output.record import Record
from output.sink import Sink


class SeveralSinks(Sink):
    """Hands every record to each of its sinks. Where one fails, all are aborted."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self.sinks = sinks

    def write(self, record: Record) -> None:
        for sink in self.sinks:
            sink.write(record)

    def close(self, commit: bool = True) -> None:
        error: Exception | None = None
        for sink in self.sinks:
            try:
                sink.close(commit and error is None)
            except Exception as failure:
                error = error or failure
        if error is not None:
            raise error
