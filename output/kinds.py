"""Sinks that are no files of records: databases, tables, places on other machines. Each is a module of its own.

Such a module is imported only when somebody names such a target, since most need a library that is an extra. It offers

    open_sink(target) -> Sink
    append_to(target, mark, *, overwrite) -> Appender
    read(target) -> Iterator[Record]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import PurePath
from typing import Any, NamedTuple, Protocol, cast

from output.appender import Appender
from output.compression import ENDINGS
from output.errors import UnknownTarget, one_line
from output.record import Record
from output.shapes import BY_ENDING as FILES
from output.sink import Sink


class Kind(NamedTuple):
    """Where a kind of sink is found, and what has to be installed for it."""

    module: str
    extra: str | None = None


class SinkModule(Protocol):
    """What the module of a kind offers."""

    def open_sink(self, target: str) -> Sink: ...

    def append_to(self, target: str, mark: str | None, *, overwrite: bool) -> Appender: ...

    def read(self, target: str) -> Iterator[Record]: ...


class Database(Protocol):
    """What a kind offers beside, to which records are only added."""

    def take_out(self, target: str, means: Meant, changes: Changes) -> int: ...


Meant = Callable[[str | None, str | None], bool]
"""Whether an article is meant, by its URL and its canonical one."""

Changes = Callable[[Mapping[str, Any]], dict[str, Any]]
"""What fields of another article's record are to be instead, by its fields. Empty: nothing."""

PARQUET = Kind("output.parquet", "parquet")
SQLITE = Kind("output.sqlite")
POSTGRES = Kind("output.postgres", "postgres")
REMOTE = Kind("output.remote", "remote")

BY_ENDING = {".parquet": PARQUET, ".sqlite": SQLITE, ".sqlite3": SQLITE, ".db": SQLITE}
BY_SCHEME = {
    "postgresql": POSTGRES,
    "postgres": POSTGRES,
    "s3": REMOTE,
    "gs": REMOTE,
    "sftp": REMOTE,
}


def module_for(target: str) -> SinkModule | None:
    """The module that knows such a target, imported; None where it is no business of these.

    Raises UnknownTarget for a scheme nobody knows, and where what the module needs is not installed.
    """
    kind = kind_of(target)
    if kind is None:
        return None
    try:
        return cast(SinkModule, import_module(kind.module))
    except ModuleNotFoundError as error:
        if kind.extra is None or (error.name or "").split(".")[0] == "output":
            raise
        raise UnknownTarget(
            f"{safe(target)}: needs {error.name}, which is not installed: pip install 'broadsheet[{kind.extra}]'"
        ) from error


def kind_of(target: str) -> Kind | None:
    """Which of these a target is; None: none. Raises UnknownTarget for a scheme nobody knows."""
    scheme = scheme_of(target)
    if scheme is None:
        return BY_ENDING.get(PurePath(target).suffix.lower())
    if scheme not in BY_SCHEME:
        raise UnknownTarget(f"{safe(target)}: no sink for {scheme}://; known are {known()}")
    return BY_SCHEME[scheme]


def scheme_of(target: str) -> str | None:
    """The part before `://`; None where there is none."""
    scheme, separator, _ = target.partition("://")
    return scheme.lower() if separator and scheme.replace("+", "").isalnum() else None


def safe(target: str) -> str:
    """The target as it can stand in a message: one line, no password."""
    scheme, separator, rest = target.partition("://")
    user, at, place = rest.partition("@")
    if separator and at and "/" not in user:
        rest = f"{user.partition(':')[0]}@{place}"
    return one_line(scheme + separator + rest)


def known_kinds() -> list[str]:
    """Endings and schemes."""
    return [*BY_ENDING, *(f"{scheme}://" for scheme in BY_SCHEME)]


def known() -> str:
    """Everything a target may be, for a message."""
    files = f"{', '.join(FILES)} (also {', '.join(ENDINGS)})"
    return f"{files}, {', '.join(known_kinds())}, a folder/ and - for standard output"
