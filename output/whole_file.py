"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from output.errors import naming

BUFFER = 1 << 16  # bytes


class WholeFile:
    """A file under a hidden name in its target's folder until `commit` gives it the target's name.

    Until then whoever looks at the target sees nothing, or the file that was there before. A killed program leaves
    the hidden `.broadsheet-….part` behind, never half a target. Missing folders are made. The permissions of a file
    that is replaced are kept, and a link goes on pointing to where it pointed.
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
            self.temporary = hidden or self.final.with_name(f".broadsheet-{secrets.token_hex(8)}.part")
            self.stream: BinaryIO = open(self.temporary, "wb" if hidden else "xb", buffering=BUFFER)  # noqa: SIM115
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


def make_folder(path: Path) -> None:
    """Makes the folder and those around it, where missing. Raises OSError where it cannot be made or written to."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, f"{path} is a file, not a folder") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, f"{path} cannot be written to")
