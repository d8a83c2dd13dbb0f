"""One writer a state file, known by name."""

from __future__ import annotations

import fcntl
import os
import sys
from contextlib import suppress
from pathlib import Path

from scrapers.frontier.errors import StateBusy, StateError

ENDING = "-lock"


class Lock:
    """The right to write to a state file, until `release` or the end of the process, however that comes.

    The system lets go of the lock of a process that was killed, so a stale one hinders nobody. The file beside the
    state file says who has it; it stays when the lock is gone, since taking it away would open a race.
    """

    def __init__(self, state: Path) -> None:
        """Raises StateBusy where another process has it, StateError where the folder cannot be written to."""
        self.path = state.with_name(state.name + ENDING)
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StateError(f"{self.path}: {error.strerror}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._file, 1000, 0).decode("utf-8", "replace").strip()
            os.close(self._file)
            raise StateBusy(f"{state}: in use by {holder or 'another process'}") from None
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, _who().encode("utf-8", "replace"), 0)
        except OSError as error:
            os.close(self._file)
            raise StateError(f"{self.path}: {error.strerror}") from None

    def release(self) -> None:
        """Lets the next one in."""
        with suppress(OSError):  # it would only have been tidier
            os.ftruncate(self._file, 0)
        os.close(self._file)


def _who() -> str:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return f"process {os.getpid()} ({command[:200]})\n"
