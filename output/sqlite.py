"""SQLite: the table `articles` with the record's field names, full-text search, and every version an article had.

    SELECT title, published FROM articles WHERE language = 'en';
    SELECT title FROM articles WHERE number IN (SELECT rowid FROM articles_fts('"harbour bridge"'));

`articles` holds each article's newest version, lists and objects as JSON text. What it replaced is kept in `versions`.
Writing the same record again changes nothing, so a record that is delivered twice is there once.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import msgspec

from output.appender import Appender, as_json, as_record, gone, mark_of
from output.columns import COLUMNS, NAMES, Holds, cells, record_from
from output.errors import OutputError, naming, one_line
from output.jsonl import json_line
from output.kinds import Changes, Meant
from output.record import Record
from output.sink import Sink
from output.whole_file import WholeFile, make_folder

LAYOUT = 1
"""Of the tables; kept in `user_version`."""
PATIENCE = 60  # seconds that another writer may take
TYPES = {Holds.INTEGER: "INTEGER", Holds.TRUTH: "INTEGER", Holds.NUMBER: "REAL"}
FIELDS = ", ".join(f'"{column.name}" {TYPES.get(column.holds, "TEXT")}' for column in COLUMNS)
TABLES = f"""
CREATE TABLE articles (number INTEGER PRIMARY KEY, {FIELDS}, UNIQUE (id));
CREATE INDEX articles_published ON articles (published);
CREATE TABLE versions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, hash BLOB NOT NULL, record TEXT, UNIQUE (id, hash)
);
CREATE VIRTUAL TABLE articles_fts USING fts5 (
    title, text, content="articles", content_rowid="number", tokenize="unicode61 remove_diacritics 2"
);
CREATE TRIGGER articles_fts_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_fts (rowid, title, text) VALUES (new.number, new.title, new.text);
END;
CREATE TRIGGER articles_fts_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text) VALUES ('delete', old.number, old.title, old.text);
END;
CREATE TRIGGER articles_fts_update AFTER UPDATE ON articles BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text) VALUES ('delete', old.number, old.title, old.text);
    INSERT INTO articles_fts (rowid, title, text) VALUES (new.number, new.title, new.text);
END;
PRAGMA user_version = {LAYOUT};
"""
COLUMN_LIST = ", ".join(f'"{name}"' for name in NAMES)
INSERT = f"""
INSERT INTO articles ({COLUMN_LIST}) VALUES ({", ".join("?" * len(NAMES))})
ON CONFLICT (id) DO UPDATE SET {", ".join(f'"{name}" = excluded."{name}"' for name in NAMES if name != "id")}
"""
SEEN = "INSERT INTO versions (id, hash) VALUES (?, ?) ON CONFLICT DO NOTHING"
OLD = f"SELECT {COLUMN_LIST} FROM articles WHERE id = ?"
REPLACED = "UPDATE versions SET record = ? WHERE id = ? AND record IS NULL AND hash <> ?"
ALL = f"SELECT {COLUMN_LIST} FROM articles ORDER BY number"


class Tables:
    """An open database with our tables in it. Every method raises OutputError."""

    def __init__(self, path: Path, file: Path | None = None) -> None:
        """path: what messages name; file: where the database is, if elsewhere. Tables and columns missing are made."""
        self.path = path
        with self.saying():
            self.db = sqlite3.connect(file or path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            with self.saying():
                self._make_tables()
        except BaseException:
            self.db.close()
            raise

    @contextmanager
    def saying(self) -> Iterator[None]:
        """Turns SQLite's errors inside the block into ours."""
        try:
            yield
        except sqlite3.Error as error:
            raise OutputError(f"{one_line(self.path)}: {error}") from error

    def begin(self) -> None:
        """Starts a transaction, once other writers have ended theirs."""
        with self.saying():
            if not self.db.in_transaction:
                self.db.execute("BEGIN IMMEDIATE")

    def end(self, commit: bool = True) -> None:
        """Ends the transaction, if there is one."""
        with self.saying():
            if self.db.in_transaction:
                self.db.execute("COMMIT" if commit else "ROLLBACK")

    def save(self, line: bytes) -> None:
        """Makes the record of a JSON line the newest version of its article, unless it was one before."""
        record = as_record(line)
        hash = hashlib.blake2b(line, digest_size=16).digest()
        with self.saying():
            if not self.db.execute(SEEN, (record.id, hash)).rowcount:
                return
            old = self.db.execute(OLD, (record.id,)).fetchone()
            if old is not None:
                before = json_line(record_from(dict(zip(NAMES, old, strict=True)))).decode()
                self.db.execute(REPLACED, (before, record.id, hash))
            self.db.execute(INSERT, cells(record))

    def close(self) -> None:
        """Lets go; the database is then one file, without a journal beside it."""
        with suppress(sqlite3.Error):  # another program has it open: then the journal stays
            self.db.execute("PRAGMA journal_mode = DELETE")
        self.db.close()

    def _make_tables(self) -> None:
        (layout,) = self.db.execute("PRAGMA user_version").fetchone()
        if layout > LAYOUT:
            raise OutputError(f"{one_line(self.path)}: was made by a newer version of Broadsheet")
        self.db.execute("PRAGMA synchronous = FULL")
        self.begin()
        there = {name for _, name, *_ in self.db.execute("PRAGMA table_info(articles)")}
        if not there:
            for statement in _statements(TABLES):
                self.db.execute(statement)
        elif layout == 0:
            raise OutputError(f"{one_line(self.path)}: has a table `articles` that is not ours")
        for column in COLUMNS:
            if there and column.name not in there:
                self.db.execute(f'ALTER TABLE articles ADD COLUMN "{column.name}" {TYPES.get(column.holds, "TEXT")}')
        self.end()


def _statements(script: str) -> Iterator[str]:
    """The statements of a script one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


class SqliteAppender(Appender):
    """A database that is added to, one transaction a commit. There is nothing to cut back: SQLite does it itself."""

    def __init__(self, path: Path, mark: str | None) -> None:
        """Raises OutputError where it is no database, not ours, or gone although it was written to."""
        self.path = path
        self.records = 0 if mark is None else mark_of(mark, int, path)
        self.lines: list[bytes] = []
        if mark is not None and not path.exists():
            raise gone(path)
        with naming(path):
            make_folder(path.absolute().parent)
        self.tables = Tables(path)
        with self.tables.saying():
            self.tables.db.execute("PRAGMA journal_mode = WAL")

    def write(self, record: Record | bytes) -> None:
        self.lines.append(as_json(record))

    def commit(self) -> str:
        if self.lines:
            self.tables.begin()
            for line in self.lines:
                self.tables.save(line)
            self.tables.end()
            self.records += len(self.lines)
            self.lines.clear()
        return str(self.records)

    def close(self) -> None:
        self.lines.clear()
        self.tables.close()


class SqliteSink(Sink):
    """All in one transaction. A new database appears at the commit; one that exists is added to."""

    def __init__(self, path: Path) -> None:
        """Raises OutputError where it cannot be written, is no database or not ours."""
        self.name = one_line(path)
        self.file = None if path.exists() else WholeFile(path)
        self.tables = Tables(path, None if self.file is None else self.file.temporary)
        if self.file is not None:  # nobody sees it before it is whole and on the disk
            self.tables.db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        self.tables.begin()

    def _write(self, record: Record) -> None:
        try:
            self.tables.save(json_line(record))
        except OutputError:
            self.abort()
            raise

    def _close(self, commit: bool) -> None:
        try:
            self.tables.end(commit)
            self.tables.close()
            if commit and self.file is not None:
                self.file.commit()
        finally:
            with suppress(sqlite3.Error):
                self.tables.db.close()
            if self.file is not None:
                self.file.discard()


def open_sink(target: str) -> Sink:
    """The database, to be added to."""
    return SqliteSink(Path(target))


def append_to(target: str, mark: str | None, *, overwrite: bool) -> Appender:
    """The database, to be added to for days."""
    return SqliteAppender(Path(target), mark)


def take_out(target: str, means: Meant, changes: Changes) -> int:
    """Takes articles and their versions out for good: neither table, index nor free space keeps a word of them.

    changes: what the records of others are to say instead of what they say of those.
    """
    tables = Tables(Path(target))
    try:
        with tables.saying():
            tables.db.execute("PRAGMA secure_delete = ON")
            tables.begin()
            rows = tables.db.execute("SELECT id, url, canonical_url FROM articles").fetchall()
            gone = [(id,) for id, url, canonical in rows if means(url, canonical)]
            for table in ("articles", "versions"):
                tables.db.executemany(f"DELETE FROM {table} WHERE id = ?", gone)
            _change(tables.db, changes)
            tables.db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
            tables.end()
    finally:
        tables.close()
    return len(gone)


def _change(db: sqlite3.Connection, changes: Changes) -> None:
    """Changes records of articles that stay, and what they are known by."""
    copies = "SELECT number FROM articles WHERE first_seen IS NOT NULL OR other_urls <> '[]' ORDER BY number"
    for (number,) in db.execute(copies).fetchall():
        row = db.execute(f"SELECT {COLUMN_LIST} FROM articles WHERE number = ?", (number,)).fetchone()
        told = dict(zip(NAMES, row, strict=True))
        changed = changes({**told, "other_urls": msgspec.json.decode(told["other_urls"] or "[]")})
        if changed:
            record = msgspec.structs.replace(record_from(told), **changed)
            now = dict(zip(NAMES, cells(record), strict=True))
            names = ", ".join(f'"{name}" = ?' for name in changed)
            db.execute(f"UPDATE articles SET {names} WHERE number = ?", (*(now[name] for name in changed), number))
            hash = hashlib.blake2b(json_line(record), digest_size=16).digest()
            db.execute("UPDATE OR IGNORE versions SET hash = ? WHERE id = ? AND record IS NULL", (hash, record.id))
    for (number,) in db.execute("SELECT number FROM versions WHERE record IS NOT NULL ORDER BY number").fetchall():
        (text,) = db.execute("SELECT record FROM versions WHERE number = ?", (number,)).fetchone()
        before = msgspec.json.decode(text)
        changed = changes(before)
        if changed:
            after = msgspec.json.encode({**before, **changed}).decode()
            db.execute("UPDATE versions SET record = ? WHERE number = ?", (after, number))


def read(target: str) -> Iterator[Record]:
    """The newest version of every article, in the order in which they first came. Raises OutputError."""
    path = Path(target)
    with naming(path):
        path.open("rb").close()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.row_factory = sqlite3.Row
            columns = [name for _, name, *_ in db.execute("PRAGMA table_info(articles)")]
            wanted = ", ".join(f'"{name}"' for name in NAMES if name in columns)
            for row in db.execute(f"SELECT {wanted} FROM articles ORDER BY number"):
                yield record_from(dict(row))
    except (sqlite3.Error, ValueError) as error:
        raise OutputError(f"{one_line(path)}: cannot be read: {error}") from error
