"""What `words.toml` knows of addresses, as sets to ask."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def listed(table: str, name: str) -> tuple[str, ...]:
    """The words of one entry in their order: split at white space."""
    return tuple(_tables()[table][name].split())


def lines(table: str, name: str) -> tuple[str, ...]:
    """The phrases of one entry in their order: one a line."""
    return tuple(filter(None, map(str.strip, _tables()[table][name].splitlines())))
