"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from output.errors import naming

BUFFER = 1 << 16  # bytes
HIDDEN = ".broadsheet-{}.part"
UNLOCKED = 60.0  # seconds


class WholeFile:
    """A file under a hidden name in its target's folder until `commit` gives it the target's name.

    Until then whoever looks at the target sees nothing, or the file that was there before. A killed program leaves
    the hidden `.broadsheet-….part` behind, never half a target, and `sweep` takes it away. Missing folders are made.
    The permissions of a file that is replaced are kept, and a link goes on pointing to where it pointed.
    """

    def __init__(self, path: Path, hidden: Path | None = None) -> None:
        """hidden: another name until then, in the same folder, which only one program uses; what has it is replaced.

        Raises OutputError where the folder cannot be made or written to, or where the path is a folder.
        """
        self.path = path
        with naming(path):
            if os.path.isdir(path):
                raise IsADirectoryError(errno.EISDIR, "is a folder")
            self.final = Path(os.path.realpath(path))
            make_folder(self.final.parent)
            # The hidden name does not hold the target's: that may be as long as the file system allows.
            self.temporary = hidden or self.final.with_name(HIDDEN.format(secrets.token_hex(8)))
            self.stream: BinaryIO = open(self.temporary, "wb" if hidden else "xb", buffering=BUFFER)  # noqa: SIM115
            _lock(self.stream)
        with suppress(OSError):  # mostly there is nothing to replace
            os.chmod(self.temporary, stat.S_IMODE(self.final.stat().st_mode))

    def commit(self) -> None:
        """Gives the file its name, once all of it is on the disk. Raises OutputError, the target then untouched."""
        try:
            with naming(self.path):
                self.stream.flush()
                os.fsync(self.stream.fileno())
                self.stream.close()
                os.replace(self.temporary, self.final)
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Takes the hidden file away."""
        with suppress(OSError):  # a full disk refuses what is still in the buffer
            self.stream.close()
        with suppress(OSError):
            self.temporary.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file that holds these bytes, or leaves its place as it was. Raises OutputError."""
    file = WholeFile(path)
    try:
        with naming(path):
            file.stream.write(content)
    except BaseException:
        file.discard()
        raise
    file.commit()


def sweep(folder: Path) -> None:
    """Takes away what killed programs left half-written in a folder: hidden files that nobody has locked.

    Only those that are older than a minute, so that none is met between its making and its locking.
    """
    with suppress(OSError):
        for path in folder.glob(HIDDEN.format("*")):
            if time.time() - path.stat().st_mtime > UNLOCKED:
                with suppress(OSError), path.open("rb") as stream:
                    _lock(stream)
                    path.unlink()


def _lock(stream: BinaryIO) -> None:
    """Raises BlockingIOError where another program has it. Where files cannot be locked at all, it goes on without."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        pass


def make_folder(path: Path) -> None:
    """Makes the folder and those around it, where missing. Raises OSError where it cannot be made or written to."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, f"{path} is a file, not a folder") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, f"{path} cannot be written to")
