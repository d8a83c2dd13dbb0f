"""How a command ends: what is said, and the exit code that means it."""

from __future__ import annotations

import os
import sys
from types import FrameType
from typing import NoReturn

import click

from broadsheet.delivery import Delivery
from broadsheet.errors import Exit


def finish(delivery: Delivery) -> NoReturn:
    """Says what came of it and ends the program with the code that means it."""
    if delivery.is_worth_a_summary():
        click.echo(delivery.summary(), err=True)
    sys.exit(delivery.exit_code())


def answer_for(error: Exception) -> NoReturn:
    """Ends the program for errors of the rooms, which know nothing of exit codes, and for our own mistakes."""
    from output import OutputError, UnknownTarget  # noqa: PLC0415

    if isinstance(error, UnknownTarget):
        leave(str(error), Exit.USAGE)
    if isinstance(error, OutputError):
        leave(str(error), Exit.DISK)
    if os.environ.get("BROADSHEET_TRACEBACK"):
        raise error
    leave(f"internal error: {type(error).__name__}: {error} (BROADSHEET_TRACEBACK=1 shows where)", Exit.ERROR)


def leave(message: str, code: Exit) -> NoReturn:
    """Ends the program with one line on standard error."""
    click.echo(f"broadsheet: {message}".replace("\n", " "), err=True)
    sys.exit(code)


def leave_quietly() -> NoReturn:
    """Nobody reads our output any more: no error, but nothing more to say either, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(Exit.OK)


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Handles SIGTERM as Ctrl-C."""
    raise KeyboardInterrupt
