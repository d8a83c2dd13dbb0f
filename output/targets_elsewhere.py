"""Targets on other machines, looked into: what knows them is an extra, and loaded when asked for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from output.kinds import module_for


def brought_here(target: str) -> AbstractContextManager[str]:
    """A copy of a target elsewhere, as a target on this machine. What was done to it is done there at the end.

    Raises OutputError, UnknownTarget.
    """
    copy: AbstractContextManager[str] = _remote(target).brought_here(target)
    return copy


def is_elsewhere(target: str) -> bool:
    """Whether there is something at a target elsewhere. Raises OutputError, UnknownTarget."""
    return bool(_remote(target).Place(target).exists())


def waiting_target(target: str) -> str:
    """Where on this machine what is to go to a target elsewhere waits for the close. Raises UnknownTarget."""
    remote = _remote(target)
    return str(remote.local_target(target, remote.waiting_folder(target)))


def _remote(target: str) -> Any:
    return module_for(target)
