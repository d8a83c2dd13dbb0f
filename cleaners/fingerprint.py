"""What made an article, in eight digits: the settings it was cleaned with, and what the judges knew."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from cleaners.options import Options

DIGITS = 8
KNOWLEDGE = ("rules", "judges", "model", "metadata")
"""Folders of this package whose files (not modules) the judges and readers learn from."""


@cache
def settings_hash(options: Options) -> str:
    """8 hex digits: the same for the same options and the same rules, weights and tables.

    `explain` and `tally` do not count, since they change no article.
    """
    chosen = msgspec.structs.replace(options, explain=False, tally=False)
    settings = msgspec.json.encode({**msgspec.structs.asdict(chosen), "body": sorted(chosen.body)}, order="sorted")
    return hashlib.sha256(settings + knowledge_hash()).hexdigest()[:DIGITS]


@cache
def knowledge_hash() -> bytes:
    """SHA-256 over the names and contents of all files that hold knowledge."""
    total = hashlib.sha256()
    for folder in KNOWLEDGE:
        for file in sorted(files("cleaners").joinpath(folder).iterdir(), key=lambda file: file.name):
            if _is_knowledge(file):
                total.update(f"{folder}/{file.name}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.digest()


def _is_knowledge(file: Traversable) -> bool:
    return file.is_file() and not file.name.startswith(".") and not file.name.endswith((".py", ".pyc"))
