"""The output room: Article → Record → sink.

with output.open("articles.jsonl.gz") as sink:
    sink.write(output.record_of(article))

for record in output.read("articles.jsonl.gz"):
    ...
"""

from output.errors import OutputError, ReaderGone, UnknownTarget
from output.reading import read
from output.record import Record, RecordBlock, RemovedBlock, record_of
from output.sink import Sink
from output.targets import SHAPES
from output.targets import open_sink as open

FORMATS = tuple(SHAPES)
"""The names that `open` takes as `format`."""

__all__ = [
    "FORMATS",
    "OutputError",
    "ReaderGone",
    "Record",
    "RecordBlock",
    "RemovedBlock",
    "Sink",
    "UnknownTarget",
    "open",
    "read",
    "record_of",
]
