"""`broadsheet export`: from a crawl's state file, or from what a sink wrote, to any sink, with a card beside it.

An export that was killed goes on where it was: how far that is stands in `$XDG_STATE_HOME/broadsheet/exports/` until it
is through, and a file has a hidden name (`.export-x.csv`) until then. A Parquet file, to which nothing can be added, is
made again from its beginning, which takes no longer than reading back what waited for it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

import output
from broadsheet.card import Card
from broadsheet.choosing import Choice, site_name
from broadsheet.errors import BadInput, Exit
from output.errors import naming
from output.jsonl import record_in
from output.kinds import safe, scheme_of
from output.lines import read_lines
from output.record import Record
from output.rotation import rotation_of
from output.space import LEAST_FREE, Space
from output.targets import is_database, is_folder, is_made_whole
from output.waiting import state_folder
from scrapers.frontier.errors import StateError
from scrapers.frontier.state import reading

AT_ONCE = 4096  # records between two commits
STANDARD_OUTPUT = "-"
SQLITE_MAGIC = b"SQLite format 3\0"
# Of every article the newest version, in the order in which they were saved.
NEWEST = """
SELECT sequence, record FROM articles AS one
WHERE NOT EXISTS (SELECT 1 FROM articles AS other WHERE other.url = one.url AND other.version > one.version)
ORDER BY sequence
"""


class Progress(msgspec.Struct, frozen=True):
    """How far an export has got."""

    records: int
    digest: str
    """Of the records so far: where the source has changed meanwhile, the export starts over."""
    mark: str


class Export(NamedTuple):
    """What came of an export."""

    target: str
    records: int
    read: int
    """Records the source has."""
    resumed: int
    """Records that an earlier, killed run had written already."""
    card: Path | None


def check_source(source: str) -> None:
    """Raises BadInput where there is no such file or folder."""
    if scheme_of(source) is None and not os.path.exists(source) and rotation_of(source) is None:
        raise BadInput(f"{source}: no such file or folder")


def choice_of(*, since: str | None, sites: tuple[str, ...], **others: Any) -> Choice:
    """What the command line said. Raises BadInput for a day that is none."""
    if since is not None:
        try:
            date.fromisoformat(since)
        except ValueError:
            raise BadInput(f"--since {since}: not a day, as in 2026-01-31") from None
    return Choice(since=since, sites=tuple(map(site_name, sites)), **others)


def export_to(
    source: str, targets: tuple[str, ...], form: str | None, choice: Choice, keep_free: float = LEAST_FREE
) -> Exit:
    """Exports to each target, says on standard error what came of it, and returns what that means to a script."""
    check_source(source)
    saved = True
    for target in targets:
        done = export(source, target, form, choice, keep_free)
        click.echo(summary(done), err=True)
        saved = saved and done.records > 0
    return Exit.OK if saved else Exit.NOTHING_FOUND


def summary(done: Export) -> str:
    """What came of an export, in one line."""
    parts = [f"{done.records:,} of {done.read:,} records exported to {safe(done.target)}"]
    parts += [f"{done.resumed:,} of them by an earlier run"] if done.resumed else []
    parts += [f"card: {done.card}"] if done.card is not None else []
    return ", ".join(parts)


def export(source: str, target: str, form: str | None, choice: Choice, keep_free: float = LEAST_FREE) -> Export:
    """Copies what is chosen, in the source's order. keep_free: megabytes to leave. Raises BadInput, OutputError."""
    place = Place(target, form, fingerprint(source, target, form, choice))
    chosen = Chosen(source, choice, Space((target,), keep_free))
    resumed = 0
    if place.is_made_whole:
        with output.open(target) as sink:
            for record, _ in chosen:
                sink.write(record)
    else:
        resumed = _grow(place, chosen)
    place.finish()
    card = place.write_card(chosen.card.text(Path(source).name, said(choice)))
    return Export(target, chosen.card.records, chosen.read, resumed, card)


class Chosen:
    """What is chosen of a source, counted while it goes by."""

    def __init__(self, source: str, choice: Choice, space: Space | None = None) -> None:
        """space: where it goes, looked at again and again."""
        self.source, self.choice, self._space = source, choice, space
        self.card, self.read = Card(), 0

    def __iter__(self) -> Iterator[tuple[Record, bytes]]:
        for record, line in source_lines(self.source):
            if self._space is not None and self.read % AT_ONCE == 0:
                self._space.check()
            self.read += 1
            if self.choice.takes(record):
                self.card.count(record, line)
                yield record, line


def _grow(place: Place, chosen: Chosen) -> int:
    """Adds to a target what an earlier run has not. Returns how many records that run had added."""
    progress = place.progress()
    if progress is not None and not _still_true(progress, Chosen(chosen.source, chosen.choice)):
        progress = None
    done, card = progress.records if progress else 0, chosen.card
    with output.append_to(place.working, progress.mark if progress else None, place.form, overwrite=True) as appender:
        for _, line in chosen:
            if card.records > done:
                appender.write(line)
                if card.records % AT_ONCE == 0:
                    place.remember(card, appender.commit())
        place.remember(card, appender.commit())
    return done


def source_lines(source: str) -> Iterator[tuple[Record, bytes]]:
    """The records of a state file or of what a sink wrote. Raises BadInput, OutputError."""
    return _state_lines(source) if is_state_file(source) else read_lines(source)


def is_state_file(source: str) -> bool:
    """Whether it is a crawl's state file, and not a database that a sink made."""
    path = Path(source)
    if not path.is_file():
        return False
    with naming(path), path.open("rb") as stream:
        if stream.read(len(SQLITE_MAGIC)) != SQLITE_MAGIC:
            return False
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'deliveries'").fetchone() is not None


def _state_lines(source: str) -> Iterator[tuple[Record, bytes]]:
    try:
        with reading(source) as db:
            for sequence, record in db.execute(NEWEST):
                line = record.encode() if isinstance(record, str) else record
                yield record_in(line, f"{source} article {sequence}"), line
    except StateError as error:
        raise BadInput(str(error)) from None


def _still_true(progress: Progress, chosen: Chosen) -> bool:
    """Whether the source still begins with what was written of it."""
    for _ in chosen:
        if chosen.card.records == progress.records:
            return chosen.card.digest() == progress.digest
    return chosen.card.records == progress.records == 0


def fingerprint(source: str, target: str, form: str | None, choice: Choice) -> str:
    """Names an export: the same for the same source, target and choice."""
    where = [os.path.abspath(source) if scheme_of(source) is None else source, target, form or ""]
    return hashlib.sha256(msgspec.json.encode([*where, msgspec.to_builtins(choice)])).hexdigest()


def said(choice: Choice) -> dict[str, object]:
    """What was chosen by, without what chooses nothing."""
    nothing = msgspec.to_builtins(Choice())
    return {name: value for name, value in msgspec.to_builtins(choice).items() if value != nothing[name]}


class Place:
    """A target: what is written until the export is through, and where it stands how far that is."""

    def __init__(self, target: str, form: str | None, fingerprint: str) -> None:
        self.target, self.form = target, form
        self.is_made_whole = is_made_whole(target, form)
        self.is_here = scheme_of(target) is None and target != STANDARD_OUTPUT and not _is_device(target)
        self.working = self._hidden() if self._can_hide() else target
        self._file = state_folder("exports") / f"{fingerprint[:16]}.json"

    def progress(self) -> Progress | None:
        """How far an earlier run of the same export has got; None: it has not, or is through."""
        try:
            return PROGRESS.decode(self._file.read_bytes())
        except (OSError, msgspec.DecodeError):
            return None

    def remember(self, card: Card, mark: str) -> None:
        """Says how far this run has got. Raises OutputError."""
        if self.target == STANDARD_OUTPUT:
            return
        with naming(self._file):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new = self._file.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(Progress(card.records, card.digest(), mark)))
            new.replace(self._file)

    def finish(self) -> None:
        """Gives the target its name. Raises OutputError."""
        if self.working != self.target:
            with naming(self.target):
                os.replace(self.working, self.target)
        self._file.unlink(missing_ok=True)

    def write_card(self, text: str) -> Path | None:
        """Writes the card beside a target on this machine. Raises OutputError."""
        if not self.is_here:
            return None
        path = card_path(self.target)
        with naming(path):
            path.write_text(text, encoding="utf-8")
        return path

    def _can_hide(self) -> bool:
        """One file gets its name at the end; a database that exists is added to, a folder grows file by file."""
        if not self.is_here or self.is_made_whole or is_folder(self.target) or rotation_of(self.target) is not None:
            return False
        return not (is_database(self.target) and os.path.exists(self.target))

    def _hidden(self) -> str:
        path = Path(self.target)
        return str(path.with_name(f".export-{path.name}"))


def card_path(target: str) -> Path:
    """Where the card of a target stands: `x.parquet.card.md`, `folder/corpus.card.md`."""
    if is_folder(target):
        return Path(target) / "corpus.card.md"
    rotation = rotation_of(target)
    return Path(f"{rotation.target('all') if rotation is not None else target}.card.md")


def _is_device(target: str) -> bool:
    return os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target)


PROGRESS = msgspec.json.Decoder(Progress)
