"""One file an article, for a crawl: written again it gets the same name, so nothing has to be cut back."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec

from output.appender import Appender, as_record, gone, mark_of, sync_folder
from output.errors import OutputError, naming, one_line
from output.names import file_name
from output.record import Record
from output.shape import Shape, file_of_one
from output.whole_file import make_folder


class FolderAppender(Appender):
    """A folder of articles, which appear at the commit. An article that is written again replaces its file.

    Until the commit files have hidden names made from theirs, so that a kill leaves nothing that the next run does not
    write over.
    """

    def __init__(self, path: Path, shape: Shape, mark: str | None) -> None:
        """Raises OutputError where the folder cannot be made, or is gone although it was written to."""
        self.path = path
        self.shape = shape
        self.records = 0 if mark is None else mark_of(mark, int, path)
        self.waiting: dict[Path, Path] = {}
        self.closed = False
        if mark is not None and not path.is_dir():
            raise gone(path)
        with naming(path):
            make_folder(path)

    def write(self, record: Record | bytes) -> None:
        if self.closed:
            raise OutputError(f"{one_line(self.path)}: already closed")
        record = as_record(record)
        path = self.path / file_name(record, self.shape.ending)
        with naming(path):
            self.waiting[path] = _hidden(path)
            self.waiting[path].parent.mkdir(parents=True, exist_ok=True)
            self.waiting[path].write_bytes(file_of_one(self.shape, record))
        self.records += 1

    def commit(self) -> str:
        for path, hidden in self.waiting.items():
            with naming(path):
                _sync(hidden)
                os.replace(hidden, path)
        for folder in {path.parent for path in self.waiting}:
            with naming(folder):
                sync_folder(folder)
        self.waiting.clear()
        with naming(self.path):
            sync_folder(self.path)
        return msgspec.json.encode(self.records).decode()

    def close(self) -> None:
        self.closed = True
        for hidden in self.waiting.values():
            hidden.unlink(missing_ok=True)
        self.waiting.clear()


def _hidden(path: Path) -> Path:
    """The name of a file that waits: the same for the same article, never too long, and none that `sweep` takes."""
    return path.with_name(f".broadsheet-{hashlib.blake2b(path.name.encode(), digest_size=8).hexdigest()}.waiting")


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
