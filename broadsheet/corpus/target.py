"""The file a corpus is cleaned into: hidden while it grows, and kept by a kill for the next run to go on with."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import msgspec

import output
from broadsheet.delivery import STANDARD_OUTPUT, Destination
from output.appender import sync_folder
from output.compression import inner_ending
from output.errors import calling, naming, one_line
from output.record import Record
from output.several import SeveralSinks
from output.shapes import BY_ENDING
from output.sink import Sink


def growing_paths(destination: Destination) -> tuple[Path, ...]:
    """The files a destination means, where all can grow and be cut back; none where one cannot."""
    found = [_growing_path(target, destination.format) for target in destination.targets]
    return tuple(path for path in found if path is not None) if None not in found else ()


def _growing_path(target: str, form: str | None) -> Path | None:
    if target == STANDARD_OUTPUT or "://" in target or target.endswith(("/", os.sep)):
        return None
    path = Path(os.path.realpath(target))
    if path.exists() and not path.is_file():
        return None
    return path if form is not None or inner_ending(path) in BY_ENDING else None


def beside(path: Path, ending: str) -> Path:
    """A hidden name in the path's folder that belongs to it; short, since the path's own may be as long as allowed."""
    name = hashlib.blake2b(path.name.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    return path.with_name(f".broadsheet-{name}{ending}")


class CorpusFile(Sink):
    """Writes to the hidden file. It gets its name when the run is complete, or was stopped by hand."""

    def __init__(self, path: Path, form: str | None, mark: str | None, given: str | None = None) -> None:
        """mark: where to go on; None: from the beginning. given: what messages call it. Raises OutputError."""
        self.path, self.given = path, given or str(path)
        self.name = one_line(self.given)
        self.hidden = beside(path, "".join(path.suffixes[-2:])[-64:])
        if mark is not None and not self.hidden.exists() and path.exists():
            with naming(self.given):  # the run before was stopped by hand, and what it had done got its name
                shutil.copyfile(path, self.hidden)
        with self._saying():
            self.appender = output.append_to(self.hidden, mark, form, overwrite=mark is None)
        self.kept = mark is not None
        """Whether a ledger knows of the hidden file: it is then left for the next run."""

    def _write(self, record: Record) -> None:
        with self._saying():
            self.appender.write(record)

    def commit(self) -> str:
        """Makes what was written durable, and returns the mark that goes with it. Raises OutputError."""
        with self._saying():
            return self.appender.commit()

    def keep(self) -> None:
        """Leaves the hidden file for the next run, whatever comes."""
        self.kept = True

    def _close(self, commit: bool) -> None:
        try:
            if commit:
                self.commit()
        finally:
            self.appender.close()
        if commit:
            self._appear()
        elif not self.kept:
            self.hidden.unlink(missing_ok=True)

    @property
    def cut(self) -> str | None:
        """What opening took away to get back to the mark."""
        return self.appender.cut

    def _saying(self) -> AbstractContextManager[None]:
        """Has messages name the target as it was given. Raises OutputError."""
        return calling(self.hidden, self.given)

    def _appear(self) -> None:
        with naming(self.given):
            with suppress(OSError):  # mostly there is nothing to replace
                os.chmod(self.hidden, stat.S_IMODE(self.path.stat().st_mode))
            os.replace(self.hidden, self.path)
            sync_folder(self.path.parent)


class CorpusFiles(SeveralSinks):
    """Several such files that grow together. Their mark is the list of their marks."""

    def __init__(self, files: list[CorpusFile]) -> None:
        super().__init__(files)
        self.files = files

    @property
    def cut(self) -> str | None:
        """What opening took away from each to get back to its mark."""
        return ", ".join(f"{file.cut} of {file.path.name}" for file in self.files if file.cut) or None

    def commit(self) -> str:
        """Makes durable what was written to each, and returns the mark that goes with it. Raises OutputError."""
        return msgspec.json.encode([file.commit() for file in self.files]).decode()

    def keep(self) -> None:
        """Leaves the hidden files for the next run."""
        for file in self.files:
            file.keep()


def open_corpus(
    paths: Sequence[Path], form: str | None, mark: str | None, given: Sequence[str]
) -> CorpusFile | CorpusFiles:
    """The files, opened at a mark that `commit` gave, or without one at their beginning. Raises OutputError.

    given: what messages call each.
    """
    if len(paths) == 1:
        return CorpusFile(paths[0], form, mark, given[0])
    marks = msgspec.json.decode(mark, type=list[str]) if mark is not None else [None] * len(paths)
    files: list[CorpusFile] = []
    try:
        for path, one, name in zip(paths, marks, given, strict=True):
            files.append(CorpusFile(path, form, one, name))
    except BaseException:
        SeveralSinks(files).abort()
        raise
    return CorpusFiles(files)
