"""What the crawls of this machine together may ask of a host: one SQLite file that all processes of a user share.

Nothing in it is worth keeping: a file that is lost or broken is begun anew. A process that is killed blocks nobody:
what it had under way counts only while it lives.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
import tempfile
import time
from contextlib import closing
from pathlib import Path

logger = logging.getLogger(__name__)

SCHEMA = """
CREATE TABLE IF NOT EXISTS hosts (
    host         TEXT PRIMARY KEY,          -- with its port, unless that is the scheme's own
    last_at      REAL NOT NULL DEFAULT 0,   -- when it was asked last, or had answered last; seconds since 1970
    closed_until REAL NOT NULL DEFAULT 0    -- it asked to be left alone until then
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS under_way (
    number INTEGER PRIMARY KEY,
    host   TEXT NOT NULL,
    pid    INTEGER NOT NULL,
    born   TEXT NOT NULL,                   -- when the process began: process numbers are given out again
    since  REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS under_way_host ON under_way (host);
"""
BUSY = 1.0  # seconds to wait for another process's transaction, which takes a fraction of a millisecond
POLL = 0.1  # seconds between two looks whether a connection is free
FORGOTTEN = 7 * 86400.0  # seconds after which a host that nobody asks is taken out
LONGEST_REQUEST = 900.0  # seconds after which a request of a living process no longer counts


class Wait(Exception):
    """Not now; `seconds` says when to ask again."""

    def __init__(self, seconds: float, *, closed: bool = False) -> None:
        super().__init__(f"{seconds:.3f} s")
        self.seconds = seconds
        self.closed = closed
        """The host asked for it (Retry-After); otherwise it is our own delay, or all connections are taken."""


class Budget:
    """The shared file, or one of this process's own where there is no safe place for a shared one."""

    def __init__(self, path: str | None = None) -> None:
        """path: the file; None: in the user's runtime folder."""
        self._path = path or _shared_path()
        self._born = _birth(os.getpid())
        self._database = self._open()

    def begin(self, host: str, delay: float, most: int) -> int:
        """The number of a request that may go out this moment, to be given to `end`.

        delay: seconds between two requests; most: requests under way at once. Raises Wait.
        """
        with self._transaction():
            now = time.time()
            last_at, closed_until = self._row(host)
            if closed_until > now:
                raise Wait(closed_until - now, closed=True)
            # No wait is longer than the delay, even where somebody has set the clock back.
            if (left := min(delay, last_at + delay - now)) > 0:
                raise Wait(left)
            if self._connections(host, now) >= most:
                raise Wait(POLL)
            self._database.execute(
                "INSERT INTO hosts (host, last_at) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET last_at = ?",
                (host, now, now),
            )
            number = self._database.execute(
                "INSERT INTO under_way (host, pid, born, since) VALUES (?, ?, ?, ?)",
                (host, os.getpid(), self._born, now),
            ).lastrowid
        assert number is not None
        return number

    def end(self, number: int, host: str, *, rest: bool) -> None:
        """The answer has come, or never will. rest: the delay begins now, not when the request went out."""
        with self._transaction():
            self._database.execute("DELETE FROM under_way WHERE number = ?", (number,))
            if rest:
                self._database.execute("UPDATE hosts SET last_at = ? WHERE host = ?", (time.time(), host))

    def close_host(self, host: str, seconds: float) -> None:
        """Nobody asks the host anything for so long."""
        until = time.time() + seconds
        with self._transaction():
            self._database.execute(
                "INSERT INTO hosts (host, closed_until) VALUES (?, ?) ON CONFLICT (host) DO UPDATE"
                " SET closed_until = max(closed_until, excluded.closed_until)",
                (host, until),
            )

    def closed_for(self, host: str) -> float:
        """Seconds that the host still wants to be left alone; 0: it may be asked."""
        return max(0.0, self._row(host)[1] - time.time())

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()

    def _row(self, host: str) -> tuple[float, float]:
        row = self._database.execute("SELECT last_at, closed_until FROM hosts WHERE host = ?", (host,)).fetchone()
        return row or (0.0, 0.0)

    def _connections(self, host: str, now: float) -> int:
        """Requests of living processes; those of dead ones are taken out."""
        rows = self._database.execute(
            "SELECT number, pid, born, since FROM under_way WHERE host = ?", (host,)
        ).fetchall()
        dead = [number for number, pid, born, since in rows if now - since > LONGEST_REQUEST or _birth(pid) != born]
        self._database.executemany("DELETE FROM under_way WHERE number = ?", ((number,) for number in dead))
        return len(rows) - len(dead)

    def _transaction(self) -> _Transaction:
        return _Transaction(self._database)

    def _open(self) -> sqlite3.Connection:
        try:
            return _opened(self._path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                logger.warning("%s: %s; other crawls on this machine are not taken into account", self._path, error)
                return _opened(":memory:")
        logger.warning("%s: broken, begun anew", self._path)
        for ending in ("", "-wal", "-shm"):
            Path(self._path + ending).unlink(missing_ok=True)
        return _opened(self._path)


class _Transaction:
    """Takes the file for itself at once, so that looking and taking are one; an exception undoes nothing but itself."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        try:
            self._database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:  # somebody holds it for longer than anybody should
            raise Wait(POLL) from error

    def __exit__(self, *_: object) -> None:
        self._database.execute("COMMIT")


def _opened(path: str) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    # A power cut may lose the file's last moments, a kill never does.
    database.execute("PRAGMA synchronous = OFF")
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript(SCHEMA)
    database.execute("DELETE FROM hosts WHERE max(last_at, closed_until) < ?", (time.time() - FORGOTTEN,))
    return database


def _shared_path() -> str:
    """A file in a folder that belongs to this user alone; in memory where somebody else owns that folder."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(runtime, "broadsheet") if runtime else Path(tempfile.gettempdir(), f"broadsheet-{user}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        logger.warning("%s: %s; other crawls on this machine are not taken into account", folder, error.strerror)
        return ":memory:"
    if not stat.S_ISDIR(found.st_mode) or (hasattr(os, "getuid") and found.st_uid != user):
        logger.warning("%s: not ours; other crawls on this machine are not taken into account", folder)
        return ":memory:"
    return str(folder / "hosts.db")


def _birth(pid: int) -> str:
    """When a process began, in the system's own count; "" where there is no such process."""
    try:
        with closing(open(f"/proc/{pid}/stat", "rb")) as file:
            return file.read().rpartition(b")")[2].split()[19].decode()
    except OSError:
        return _alive(pid)


def _alive(pid: int) -> str:
    """Where there is no /proc: whether there is such a process at all."""
    if os.path.isdir("/proc/self"):
        return ""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return ""
    except OSError:
        pass
    return "alive"
