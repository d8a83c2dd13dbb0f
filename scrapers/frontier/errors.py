"""What can be wrong with a state file, in one line for a person."""

from __future__ import annotations


class StateError(Exception):
    """The state file cannot be read or written; the message names it and says why."""


class StateBusy(StateError):
    """Another crawl has the state file; the message names its process."""
