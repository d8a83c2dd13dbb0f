"""The state file: one SQLite database, one writer, every commit on the disk before it counts."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from scrapers.frontier.errors import StateError
from scrapers.frontier.lock import Lock
from scrapers.frontier.moments import now

APPLICATION = 0x42_53_48_54  # "BSHT", in the header of the file: another program's database is not written into
LAYOUT = 1
READERS_WAIT = 5.0  # seconds
AGAIN = 10_000_000.0
"""Added to the priority of what a killed run had in hand, until it is in hand again: a crawl that is killed again and
again thus never has more than one run's URLs fetched in vain."""

Row = tuple[Any, ...]


class State:
    """An open state file.

    What is done goes into one transaction until `commit`, which returns once it is on the disk: neither kill -9 nor a
    power cut takes anything back. A second process may read meanwhile.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Opens or makes it, for writing. Raises StateBusy, StateError."""
        self.path = Path(path).absolute()
        _check_folder(self.path)
        self._lock = Lock(self.path)
        try:
            with self.saying():
                self._connection = _connect(self.path)
                self._prepare()
        except BaseException:
            self._lock.release()
            raise
        self.returned = self._take_back()
        """URLs that a process had in hand when it was killed; they are due again, before all others."""

    def execute(self, statement: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Runs one statement within the transaction. Raises StateError."""
        with self.saying():
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            return self._connection.execute(statement, values)

    def execute_many(self, statement: str, values: Iterable[Sequence[Any]]) -> None:
        """Runs one statement for each of the values within the transaction. Raises StateError."""
        with self.saying():
            if not self._connection.in_transaction:
                self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(statement, values)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query. Raises StateError."""
        with self.saying():
            return self._connection.execute(statement, values).fetchall()

    def commit(self) -> None:
        """Makes everything since the last commit durable, as one. Raises StateError: nothing of it then is."""
        self.commit_for_now()
        try:
            log = os.open(f"{self.path}-wal", os.O_RDONLY)  # is there as long as the file is open
            try:
                os.fsync(log)
            finally:
                os.close(log)
        except OSError as error:
            raise StateError(f"{self.path}: {error.strerror}") from error

    def commit_for_now(self) -> None:
        """The same, but what is safe from a kill is safe from a power cut with the next `commit` only.

        Thirty times as fast. Raises StateError.
        """
        with self.saying():
            self._connection.commit()

    def begin_run(self, sites: Sequence[str]) -> int:
        """Enters a run into the book, and returns its number."""
        run = self.execute(
            "INSERT INTO runs (started_at, pid, sites) VALUES (?, ?, ?)", (now(), os.getpid(), " ".join(sites))
        ).lastrowid
        self.commit()
        assert run is not None
        return run

    def end_run(self, run: int, ending: str) -> None:
        """Says how a run ended."""
        self.execute("UPDATE runs SET ended_at = ?, ending = ? WHERE run = ?", (now(), ending, run))
        self.commit()

    def close(self) -> None:
        """Commits nothing: what was not committed is as if it had not happened."""
        self._connection.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def saying(self) -> _Saying:
        """Turns SQLite's errors into ours, with the file's name."""
        return _Saying(self.path)

    def _prepare(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")  # `commit` does the rest
        connection.execute("PRAGMA foreign_keys = ON")
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
            schema = files("scrapers.frontier").joinpath("schema.sql").read_text(encoding="utf-8")
            connection.executescript(
                f"BEGIN; {schema} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {LAYOUT}; COMMIT;"
            )
        check_layout(connection, self.path)

    def _take_back(self) -> int:
        """We have the lock: whoever left a lease, or a run without an end, is dead."""
        returned = self.execute(
            "UPDATE urls SET state = 'due', priority = priority + ? WHERE state = 'leased'", (AGAIN,)
        ).rowcount
        self.execute("UPDATE runs SET ended_at = ?, ending = 'killed' WHERE ending IS NULL", (now(),))
        self.commit()
        return returned


class _Saying:
    """Made for every statement: a class takes a quarter of the time that a generator does."""

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, sqlite3.Error):
            raise StateError(f"{self._path}: {error}") from error


@contextmanager
def reading(path: str | os.PathLike[str]) -> Iterator[sqlite3.Connection]:
    """A state file to look into, also while a crawl writes to it. Raises StateError where there is none."""
    file = Path(path).absolute()
    if not file.is_file():
        raise StateError(f"{path}: no state file here")
    connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=READERS_WAIT)
    try:
        check_layout(connection, file)
        yield connection
    except sqlite3.Error as error:
        raise StateError(f"{path}: {error}") from error
    finally:
        connection.close()


def check_layout(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StateError for a database that is not ours, or of another version."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise StateError(f"{path}: is a database, but not a state file of broadsheet")
    layout = connection.execute("PRAGMA user_version").fetchone()[0]
    if layout != LAYOUT:
        raise StateError(f"{path}: has layout {layout}, and this version of broadsheet knows {LAYOUT}")


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=READERS_WAIT, isolation_level=None)


def _check_folder(path: Path) -> None:
    if path.is_dir():
        raise StateError(f"{path}: is a folder, not a state file")
    if not path.parent.is_dir():
        raise StateError(f"{path}: there is no folder {path.parent}")
