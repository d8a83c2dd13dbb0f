"""A folder with one file an article, in a folder for each site."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from output.errors import naming, one_line
from output.names import file_name
from output.record import Record
from output.shape import Shape, file_of_one
from output.sink import Sink
from output.whole_file import make_folder, write_whole


class FolderSink(Sink):
    """Every article appears as soon as it is written, whole, and replaces the file an earlier run made for it.

    What is written stays, also after an abort: the unit here is the article. Different articles that would get the
    same name in one run (same id, day, title and host) stand side by side, the second as `…-hash8-2`; for this the sink
    remembers two numbers for each article of the run. The same record twice is one file.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        """Raises OutputError where the folder cannot be made."""
        self.path, self.name = path, one_line(path)
        self.shape = shape
        self.names: dict[int, int] = {}
        self.records: set[int] = set()
        with naming(path):
            make_folder(path)

    def _write(self, record: Record) -> None:
        content = file_of_one(self.shape, record)
        name = self._free_name(file_name(record, self.shape.ending), content)
        if name is not None:
            write_whole(self.path / name, content)

    def _close(self, commit: bool) -> None:
        """Every article is where it belongs."""

    def _free_name(self, name: PurePosixPath, content: bytes) -> PurePosixPath | None:
        """The name, numbered where this run has used it already; None where it used it for the same content."""
        key = str(name).encode("utf-8")
        same = _short_hash(key + content)
        if same in self.records:
            return None
        self.records.add(same)
        count = self.names[_short_hash(key)] = self.names.get(_short_hash(key), 0) + 1
        return name if count == 1 else name.with_stem(f"{name.stem}-{count}")


def _short_hash(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())
