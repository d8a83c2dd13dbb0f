"""The output room: Article → Record → sink.

with output.open("articles.jsonl.gz") as sink:
    sink.write(output.record_of(article))

for record in output.read("articles.jsonl.gz"):
    ...

with output.append_to("crawl.jsonl", mark) as target:  # grows for days, survives a kill
    target.write(record)
    mark = target.commit()
"""

from output.appender import Appender, as_json, as_record
from output.errors import OutputError, ReaderGone, UnknownTarget
from output.making import record_of
from output.parts import RecordBlock, RemovedBlock
from output.reading import read
from output.record import Record
from output.shapes import SHAPES
from output.sink import Sink
from output.targets import append_to
from output.targets import open_sink as open

FORMATS = tuple(SHAPES)
"""The names that `open` takes as `format`."""

__all__ = [
    "FORMATS",
    "Appender",
    "OutputError",
    "ReaderGone",
    "Record",
    "RecordBlock",
    "RemovedBlock",
    "Sink",
    "UnknownTarget",
    "append_to",
    "as_json",
    "as_record",
    "open",
    "read",
    "record_of",
]
