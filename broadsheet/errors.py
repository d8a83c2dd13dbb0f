"""What the front door says when something is wrong: one line, and a number a script can rely on."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes. They are part of the interface: docs/exit-codes.md says the same."""

    OK = 0
    ERROR = 1
    USAGE = 2
    DISK = 3
    CONFIGURATION = 4
    BUSY = 5
    INPUTS_FAILED = 10
    INTERRUPTED = 11
    NOTHING_FOUND = 12


class BroadsheetError(Exception):
    """Something a person can mend; the message is one line that names what and where."""

    exit_code = Exit.ERROR


class BadInput(BroadsheetError):
    """An input that does not exist or cannot be an input at all, found before any work."""

    exit_code = Exit.USAGE


class BadConfiguration(BroadsheetError):
    """A setting or settings file that makes no sense."""

    exit_code = Exit.CONFIGURATION


class Busy(BroadsheetError):
    """Another run has what this one needs."""

    exit_code = Exit.BUSY


class DiskRefused(BroadsheetError):
    """The disk said no: unwritable, full, not ours."""

    exit_code = Exit.DISK


class Interrupted(BroadsheetError):
    """Somebody stopped the program; what was done until then is saved."""

    exit_code = Exit.INTERRUPTED
