"""The file a corpus is cleaned into: hidden while it grows, and kept by a kill for the next run to go on with."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

import output
from broadsheet.delivery import STANDARD_OUTPUT, Destination
from output.appender import sync_folder
from output.compression import inner_ending
from output.errors import naming
from output.record import Record
from output.shapes import BY_ENDING
from output.sink import Sink


def growing_path(destination: Destination) -> Path | None:
    """The file a destination means, where it is one that can grow and be cut back; None for everything else."""
    target = destination.target
    if target in (None, STANDARD_OUTPUT) or "://" in str(target) or str(target).endswith(("/", os.sep)):
        return None
    path = Path(os.path.realpath(str(target)))
    if path.exists() and not path.is_file():
        return None
    return path if destination.format is not None or inner_ending(path) in BY_ENDING else None


def beside(path: Path, ending: str) -> Path:
    """A hidden name in the path's folder that belongs to it; short, since the path's own may be as long as allowed."""
    name = hashlib.blake2b(path.name.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
    return path.with_name(f".broadsheet-{name}{ending}")


class CorpusFile(Sink):
    """Writes to the hidden file. It gets its name when the run is complete, or was stopped by hand."""

    def __init__(self, path: Path, form: str | None, mark: str | None) -> None:
        """mark: where to go on; None: from the beginning. Raises OutputError."""
        self.path = path
        self.hidden = beside(path, "".join(path.suffixes[-2:])[-64:])
        if mark is not None and not self.hidden.exists() and path.exists():
            with naming(path):  # the run before was stopped by hand, and what it had done got its name
                shutil.copyfile(path, self.hidden)
        self.appender = output.append_to(self.hidden, mark, form, overwrite=mark is None)
        self.kept = mark is not None
        """Whether a ledger knows of the hidden file: it is then left for the next run."""
        self.closed = False

    def write(self, record: Record) -> None:
        self.appender.write(record)

    def commit(self) -> str:
        """Makes what was written durable, and returns the mark that goes with it. Raises OutputError."""
        return self.appender.commit()

    def close(self, commit: bool = True) -> None:
        if self.closed:
            return
        self.closed = True
        try:
            if commit:
                self.appender.commit()
        finally:
            self.appender.close()
        if commit:
            self._appear()
        elif not self.kept:
            self.hidden.unlink(missing_ok=True)

    def _appear(self) -> None:
        with naming(self.path):
            with suppress(OSError):  # mostly there is nothing to replace
                os.chmod(self.hidden, stat.S_IMODE(self.path.stat().st_mode))
            os.replace(self.hidden, self.path)
            sync_folder(self.path.parent)
