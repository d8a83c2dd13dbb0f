"""PostgreSQL (`postgresql://user@host/database`, 12 or newer): a table `articles`, and every version an article had.

Records come in batches through COPY, each batch one transaction; an article that is there already is replaced by its
newer version. Writing the same record again changes nothing, so a batch whose answer was lost is simply sent again.
When the server goes away, a batch waits for it to come back. PostgreSQL holds no U+0000: it becomes U+FFFD.
Needs psycopg 3.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from output.appender import Appender, as_json, as_record, mark_of
from output.columns import COLUMNS, NAMES, Column, Holds, record_from
from output.errors import OutputError
from output.jsonl import json_line
from output.kinds import Changes, Meant, safe
from output.record import Record
from output.sink import Sink

BATCH = 1000
"""Records after which a batch is sent, where nobody commits before."""
PATIENCE = 600.0  # seconds that a server may be away
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # seconds between attempts; the last one again and again
FETCHED = 500  # rows read at a time
LOCK = 0x62726F61647368  # "broadsh": keeps two programs from migrating one database at once

TYPES = {
    Holds.TEXT: "text",
    Holds.INTEGER: "bigint",
    Holds.NUMBER: "double precision",
    Holds.TRUTH: "boolean",
    Holds.TEXTS: "text[]",
    Holds.JSON: "jsonb",
}
FIELDS = ", ".join(f'"{column.name}" {TYPES[column.holds]}' for column in COLUMNS)
MIGRATIONS = (
    f"""
    CREATE TABLE articles (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, {FIELDS}, UNIQUE (id));
    CREATE INDEX articles_published ON articles (published);
    CREATE TABLE versions (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL, hash bytea NOT NULL, record jsonb,
        UNIQUE (id, hash)
    );
    """,
)
"""Each takes the tables one step further; `broadsheet_layout` says how many a database has behind it."""
COLUMN_LIST = ", ".join(f'"{name}"' for name in NAMES)
INCOMING = f"CREATE TEMPORARY TABLE incoming (place bigint, hash bytea, {FIELDS}) ON COMMIT DROP"
COPY = f"COPY incoming (place, hash, {COLUMN_LIST}) FROM STDIN"
# What is new of the batch: versions nobody has seen, the last one of each article being the one to show.
SAVE = f"""
WITH seen AS (
    INSERT INTO versions (id, hash)
    SELECT id, hash FROM (SELECT DISTINCT ON (id, hash) id, hash, place FROM incoming ORDER BY id, hash, place) one
    ORDER BY place
    ON CONFLICT DO NOTHING
    RETURNING id, hash
), fresh AS (
    SELECT DISTINCT ON (id) incoming.*, min(place) OVER (PARTITION BY id) AS came
    FROM incoming JOIN seen USING (id, hash) ORDER BY id, place DESC
), replaced AS (
    UPDATE versions SET record = to_jsonb(articles) - 'number'
    FROM articles JOIN fresh USING (id)
    WHERE versions.id = articles.id AND versions.record IS NULL
)
INSERT INTO articles ({COLUMN_LIST}) SELECT {COLUMN_LIST} FROM fresh ORDER BY came
ON CONFLICT (id) DO UPDATE SET {", ".join(f'"{name}" = excluded."{name}"' for name in NAMES if name != "id")}
"""
# Versions that came and were replaced in one and the same batch.
PASSED = """
UPDATE versions SET record = to_jsonb(incoming) - 'place' - 'hash'
FROM incoming
WHERE versions.id = incoming.id AND versions.hash = incoming.hash AND versions.record IS NULL
AND incoming.hash <> (
    SELECT last.hash FROM incoming last WHERE last.id = incoming.id ORDER BY last.place DESC LIMIT 1
)
"""
Result = TypeVar("Result")
log = logging.getLogger(__name__)


class Server:
    """A connection that comes back. `place` in messages has no password."""

    def __init__(self, target: str) -> None:
        """Raises OutputError where there is no such server or database now, or the tables cannot be made."""
        self.target = target
        self.place = safe(target)
        self.connection: psycopg.Connection[tuple[Any, ...]] | None = None
        try:
            self._connect()
        except psycopg.Error as error:
            raise self._said(error) from error

    def lasting(self, work: Callable[[psycopg.Connection[tuple[Any, ...]]], Result]) -> Result:
        """Does the work in a transaction; as often as the server goes away, from the start when it is back.

        Raises OutputError where the server refuses the work, or stays away for longer than PATIENCE.
        """
        begun = time.monotonic()
        for attempt in range(1_000_000):
            try:
                connection = self.connection or self._connect()
                with connection.transaction():
                    return work(connection)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                self.close()
                if time.monotonic() - begun > PATIENCE:
                    raise self._said(error) from error
                log.log(logging.DEBUG if attempt else logging.WARNING, "%s; waiting for it", self._said(error))
                time.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            except psycopg.Error as error:
                raise self._said(error) from error
        raise AssertionError

    def close(self) -> None:
        """Lets go of the connection."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        self.connection = psycopg.connect(self.target, autocommit=True, connect_timeout=10)
        with self.connection.transaction():
            migrate(self.connection)
        return self.connection

    def _said(self, error: psycopg.Error) -> OutputError:
        return OutputError(f"{self.place}: {' '.join(str(error).split())}")


def migrate(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Makes the tables, or takes older ones to today's layout. Raises psycopg.Error."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
    connection.execute("SET LOCAL client_min_messages = warning")
    connection.execute("CREATE TABLE IF NOT EXISTS broadsheet_layout (step integer NOT NULL)")
    row = connection.execute("SELECT coalesce(max(step), 0) FROM broadsheet_layout").fetchone()
    done = row[0] if row else 0
    for step, migration in enumerate(MIGRATIONS[done:], start=done + 1):
        connection.execute(migration.encode())
        connection.execute("INSERT INTO broadsheet_layout VALUES (%s)", (step,))
    for column in COLUMNS:
        name, kind = sql.Identifier(column.name), sql.SQL(TYPES[column.holds])
        connection.execute(sql.SQL("ALTER TABLE articles ADD COLUMN IF NOT EXISTS {} {}").format(name, kind))


def save(connection: psycopg.Connection[tuple[Any, ...]], lines: list[bytes]) -> None:
    """Makes each record the newest version of its article, unless it was one before. Raises psycopg.Error."""
    different = {hashlib.blake2b(line, digest_size=16).digest(): line for line in lines}
    connection.execute(INCOMING.encode())
    with connection.cursor().copy(COPY.encode()) as copy:
        copy.set_types(["int8", "bytea", *(COPIED[column.holds] for column in COLUMNS)])
        for place, (hash, line) in enumerate(different.items()):
            copy.write_row([place, hash, *row_of(as_record(line))])
    connection.execute(SAVE.encode())
    connection.execute(PASSED.encode())


COPIED = {**TYPES, Holds.INTEGER: "int8", Holds.NUMBER: "float8", Holds.TRUTH: "bool"}


def row_of(record: Record) -> list[Any]:
    """The record's values as psycopg takes them."""
    return [_cell(column, getattr(record, column.name)) for column in COLUMNS]


def _cell(column: Column, value: Any) -> Any:
    if value is None or value is msgspec.UNSET:
        return None
    if column.holds is Holds.JSON:
        return Jsonb(_holdable(msgspec.to_builtins(value)))
    return _holdable(value)


def _holdable(value: Any) -> Any:
    """The value without U+0000."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {name: _holdable(part) for name, part in value.items()}
    return [_holdable(part) for part in value] if isinstance(value, (list, tuple)) else value


class PostgresAppender(Appender):
    """Articles in a database, a transaction a commit at least."""

    def __init__(self, target: str, mark: str | None) -> None:
        """Raises OutputError where there is no such server or database now."""
        self.records = 0 if mark is None else mark_of(mark, int, safe(target))
        self.server = Server(target)
        self.lines: list[bytes] = []

    def write(self, record: Record | bytes) -> None:
        self.lines.append(as_json(record))
        if len(self.lines) >= BATCH:
            self.send()

    def send(self) -> None:
        """Saves what waits."""
        if self.lines:
            self.server.lasting(lambda connection: save(connection, self.lines))
            self.records += len(self.lines)
            self.lines.clear()

    def commit(self) -> str:
        self.send()
        return str(self.records)

    def close(self) -> None:
        self.lines.clear()
        self.server.close()


class PostgresSink(Sink):
    """Batches are saved as they come and stay, also after an abort, which only leaves out the last one."""

    def __init__(self, target: str) -> None:
        """Raises OutputError where there is no such server or database now."""
        self.appender = PostgresAppender(target, None)
        self.name = self.appender.server.place

    def _write(self, record: Record) -> None:
        self.appender.write(record)

    def _close(self, commit: bool) -> None:
        try:
            if commit:
                self.appender.send()
        finally:
            self.appender.close()


def open_sink(target: str) -> Sink:
    """The database, to be added to."""
    return PostgresSink(target)


def append_to(target: str, mark: str | None, *, overwrite: bool) -> Appender:
    """The database, to be added to for days."""
    return PostgresAppender(target, mark)


def take_out(target: str, means: Meant, changes: Changes) -> int:
    """Takes articles and their versions out; the server reuses their space after its next VACUUM.

    changes: what the records of others are to say instead of what they say of those.
    """

    def work(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
        rows = connection.execute("SELECT id, url, canonical_url FROM articles").fetchall()
        gone = [id for id, url, canonical in rows if means(url, canonical)]
        connection.execute("DELETE FROM articles WHERE id = ANY(%s)", (gone,))
        connection.execute("DELETE FROM versions WHERE id = ANY(%s)", (gone,))
        _change(connection, changes)
        return len(gone)

    server = Server(target)
    try:
        return server.lasting(work)
    finally:
        server.close()


def _change(connection: psycopg.Connection[tuple[Any, ...]], changes: Changes) -> None:
    """Changes records of articles that stay, and what they are known by."""
    cursor = connection.cursor(row_factory=dict_row)
    copies = "SELECT * FROM articles WHERE first_seen IS NOT NULL OR cardinality(other_urls) > 0 ORDER BY number"
    for row in cursor.execute(copies).fetchall():
        changed = changes(row)
        if changed:
            record = msgspec.structs.replace(record_from(row, nested=_as_it_is), **changed)
            for column in (column for column in COLUMNS if column.name in changed):
                update = sql.SQL("UPDATE articles SET {} = %s WHERE number = %s").format(sql.Identifier(column.name))
                connection.execute(update, (_cell(column, changed[column.name]), row["number"]))
            hash = hashlib.blake2b(json_line(record), digest_size=16).digest()
            connection.execute("UPDATE versions SET hash = %s WHERE id = %s AND record IS NULL", (hash, record.id))
    for row in cursor.execute(
        "SELECT number, record FROM versions WHERE record IS NOT NULL ORDER BY number"
    ).fetchall():
        changed = changes(row["record"])
        if changed:
            after = Jsonb({**row["record"], **changed})
            connection.execute("UPDATE versions SET record = %s WHERE number = %s", (after, row["number"]))


def read(target: str) -> Iterator[Record]:
    """The newest version of every article, in the order in which they first came. Raises OutputError."""
    try:
        with psycopg.connect(target) as connection, connection.cursor("articles", row_factory=dict_row) as cursor:
            cursor.itersize = FETCHED
            cursor.execute("SELECT * FROM articles ORDER BY number")
            for row in cursor:
                yield record_from(row, nested=_as_it_is)
    except (psycopg.Error, ValueError) as error:
        raise OutputError(f"{safe(target)}: cannot be read: {' '.join(str(error).split())}") from error


def _as_it_is(value: Any) -> Any:
    return value
