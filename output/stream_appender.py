"""Standard output for a crawl: what has been read by somebody cannot be cut back, so a kill may repeat records."""

from __future__ import annotations

from output.appender import Appender, as_record
from output.record import Record
from output.stream import StreamSink


class StreamAppender(Appender):
    """Hands every record on at once. The mark only says that something was written before."""

    def __init__(self, stream: StreamSink) -> None:
        self.stream = stream

    def write(self, record: Record | bytes) -> None:
        self.stream.write(as_record(record))

    def commit(self) -> str:
        return "stream"

    def close(self) -> None:
        self.stream.close()
