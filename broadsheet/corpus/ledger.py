"""What is known of a run over a corpus, in one SQLite file beside the output: how far it has got, and what went.

Everything that belongs together is stored in one transaction, so after a kill the figures are those of exactly the rows
that the output holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from items import Failure

MOST_DOCUMENTS = 1000
"""How many documents are named, those that lost most first: memory stays constant."""
MOST_FAILURES = 1000
SCHEMA = """
CREATE TABLE IF NOT EXISTS progress (only INTEGER PRIMARY KEY CHECK (only = 1), content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS shares (step INTEGER PRIMARY KEY, documents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS kinds (
    kind TEXT PRIMARY KEY, blocks INTEGER NOT NULL, words INTEGER NOT NULL, documents INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sites (
    site TEXT PRIMARY KEY, documents INTEGER NOT NULL, words INTEGER NOT NULL, removed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS documents (row INTEGER PRIMARY KEY, share REAL NOT NULL, content TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS worst ON documents (share DESC, row);
CREATE TABLE IF NOT EXISTS failures (row INTEGER PRIMARY KEY, source TEXT NOT NULL, reason TEXT NOT NULL);
"""
ADD_KIND = """INSERT INTO kinds VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
blocks = blocks + excluded.blocks, words = words + excluded.words, documents = documents + excluded.documents"""
ADD_SITE = """INSERT INTO sites VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
documents = documents + excluded.documents, words = words + excluded.words, removed = removed + excluded.removed"""
ADD_SHARE = "INSERT INTO shares VALUES (?, ?) ON CONFLICT DO UPDATE SET documents = documents + excluded.documents"
FORGET_DOCUMENTS = """DELETE FROM documents WHERE row IN
(SELECT row FROM documents ORDER BY share DESC, row LIMIT -1 OFFSET ?)"""
FORGET_FAILURES = "DELETE FROM failures WHERE row IN (SELECT row FROM failures ORDER BY row LIMIT -1 OFFSET ?)"


class Progress(msgspec.Struct):
    """How far a run has got."""

    made_of: str = ""
    """A hash of everything the output depends on: inputs, settings, cleaner."""
    mark: str | None = None
    """How far the output has got (see `output.append_to`)."""
    rows: int = 0
    saved: int = 0
    skipped: int = 0
    failed: int = 0
    words: int = 0
    """Of all articles saved, before cleaning."""
    removed: int = 0
    losing: int = 0
    """Articles of which anything was removed."""


class DocumentLoss(msgspec.Struct, frozen=True):
    """What one document lost."""

    row: int
    name: str
    id: str
    url: str | None
    words: int
    """Before cleaning."""
    removed_words: int
    share: float
    removed: list[dict[str, Any]]


class Gathered(NamedTuple):
    """What has happened since it was last stored."""

    kinds: dict[str, list[int]]
    sites: dict[str, list[int]]
    shares: dict[int, int]
    documents: list[DocumentLoss]
    failures: list[tuple[int, Failure]]

    @classmethod
    def nothing(cls) -> Gathered:
        return cls({}, {}, {}, [], [])


class Ledger:
    """The file, or with None for a path a temporary one that nobody else sees."""

    def __init__(self, path: Path | None) -> None:
        """Raises sqlite3.Error where the file is none of ours or cannot be made."""
        self.path = path
        self.database = sqlite3.connect("" if path is None else path, isolation_level=None)
        try:
            if path is not None:
                self.database.execute("PRAGMA synchronous = FULL")
            self.database.executescript(SCHEMA)
        except BaseException:
            self.database.close()
            raise

    def progress(self) -> Progress | None:
        """What was last stored."""
        found = self.database.execute("SELECT content FROM progress").fetchone()
        return msgspec.json.decode(found[0], type=Progress) if found else None

    def store(self, progress: Progress, gathered: Gathered) -> None:
        """Adds what has happened, all of it or nothing. Raises sqlite3.Error."""
        self.database.execute("BEGIN IMMEDIATE")
        try:
            self._add(gathered)
            content = msgspec.json.encode(progress).decode()
            self.database.execute("INSERT OR REPLACE INTO progress VALUES (1, ?)", (content,))
            self.database.execute("COMMIT")
        except BaseException:
            self.database.execute("ROLLBACK")
            raise

    def _add(self, gathered: Gathered) -> None:
        run = self.database.executemany
        run(ADD_KIND, ((kind, *counts) for kind, counts in gathered.kinds.items()))
        run(ADD_SITE, ((site, *counts) for site, counts in gathered.sites.items()))
        run(ADD_SHARE, gathered.shares.items())
        run(
            "INSERT INTO documents VALUES (?, ?, ?)",
            ((loss.row, loss.share, msgspec.json.encode(loss).decode()) for loss in gathered.documents),
        )
        run("INSERT INTO failures VALUES (?, ?, ?)", ((row, f.source, f.reason) for row, f in gathered.failures))
        self.database.execute(FORGET_DOCUMENTS, (MOST_DOCUMENTS,))
        self.database.execute(FORGET_FAILURES, (MOST_FAILURES,))

    def kinds(self) -> Iterator[tuple[str, int, int, int]]:
        """Kind, blocks, words and documents, most words first."""
        return iter(self.database.execute("SELECT * FROM kinds ORDER BY words DESC, kind"))

    def sites(self) -> Iterator[tuple[str, int, int, int]]:
        """Site, documents, words and removed words, most removed words first."""
        return iter(self.database.execute("SELECT * FROM sites ORDER BY removed DESC, site"))

    def shares(self) -> dict[int, int]:
        """How many documents lost which share, by the step of the scale."""
        return dict(self.database.execute("SELECT step, documents FROM shares"))

    def documents(self) -> Iterator[DocumentLoss]:
        """Those that lost the largest share, largest first."""
        found = self.database.execute("SELECT content FROM documents ORDER BY share DESC, row")
        return (msgspec.json.decode(content, type=DocumentLoss) for (content,) in found)

    def failures(self) -> Iterator[tuple[str, str]]:
        """The first inputs that gave nothing, and why."""
        return iter(self.database.execute("SELECT source, reason FROM failures ORDER BY row"))

    def close(self) -> None:
        """Lets go of the file."""
        self.database.close()

    def delete(self) -> None:
        """Lets go of the file and takes it away."""
        self.close()
        if self.path is not None:
            for name in (self.path, self.path.with_name(self.path.name + "-journal")):
                name.unlink(missing_ok=True)
