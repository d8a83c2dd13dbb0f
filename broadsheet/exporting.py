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
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click
import msgspec

import output
from broadsheet.card import Card
from broadsheet.choosing import Choice, site_name
from broadsheet.errors import BadInput, Exit
from broadsheet.export_place import Place, Progress
from output.errors import naming
from output.jsonl import record_in
from output.kinds import safe, scheme_of
from output.lines import read_lines
from output.record import Record
from output.rotation import rotation_of
from output.space import LEAST_FREE, Space
from output.targets import given_twice
from scrapers.frontier.errors import StateError
from scrapers.frontier.report import other_addresses
from scrapers.frontier.state import reading

AT_ONCE = 4096  # records between two commits
SQLITE_MAGIC = b"SQLite format 3\0"
# Of every article the newest version, in the order in which they were saved.
NEWEST = """
SELECT sequence, record, urls.url FROM articles AS one JOIN urls ON urls.id = one.url
WHERE NOT EXISTS (SELECT 1 FROM articles AS other WHERE other.url = one.url AND other.version > one.version)
ORDER BY sequence
"""


class Export(NamedTuple):
    """What came of an export."""

    target: str
    records: int
    read: int
    """Records the source has."""
    resumed: int
    """Records that an earlier, killed run had written already."""
    card: Path | None
    spared: int = 0
    """Records left out only because their publishers reserve their use for text and data mining."""


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
    if any(given_twice((source, target)) for target in targets):
        raise BadInput(f"{source}: is what is exported from; give another target")
    saved = True
    for target in targets:
        with suppress(output.ReaderGone):  # `… -o - | head` has what it wants
            done = export(source, target, form, choice, keep_free)
            click.echo(summary(done), err=True)
            saved = saved and done.records > 0
    return Exit.OK if saved else Exit.NOTHING_FOUND


def summary(done: Export) -> str:
    """What came of an export, in one line."""
    parts = [f"{done.records:,} of {done.read:,} records exported to {safe(done.target)}"]
    parts += [f"{done.resumed:,} of them by an earlier run"] if done.resumed else []
    if done.spared:
        parts.append(f"{done.spared:,} left out: reserved for text and data mining (--include-reserved takes them)")
    parts += [f"card: {done.card}"] if done.card is not None else []
    return ", ".join(parts)


def export(source: str, target: str, form: str | None, choice: Choice, keep_free: float = LEAST_FREE) -> Export:
    """Copies what is chosen, in the source's order. keep_free: megabytes to leave. Raises BadInput, OutputError."""
    place = Place(target, form, fingerprint(source, target, form, choice))
    chosen = Chosen(source, choice, Space((target,), keep_free))
    with place.saying():
        resumed = _make(target, chosen) if place.is_made_whole else _grow(place, chosen)
        place.finish()
    card = place.write_card(chosen.card.text(Path(source).name, said(choice)))
    return Export(target, chosen.card.records, chosen.read, resumed, card, chosen.spared)


class Chosen:
    """What is chosen of a source, counted while it goes by."""

    def __init__(self, source: str, choice: Choice, space: Space | None = None) -> None:
        """space: where it goes, looked at again and again."""
        self.source, self.choice, self._space = source, choice, space
        self.card, self.read = Card(), 0
        self.spared = 0
        """Left out only because their publishers wish it."""

    def __iter__(self) -> Iterator[tuple[Record, bytes]]:
        for record, line in source_lines(self.source):
            if self._space is not None and self.read % AT_ONCE == 0:
                self._space.check()
            self.read += 1
            if self.choice.takes(record):
                self.card.count(record, line)
                yield record, line
            elif self.choice.means(record):
                self.spared += 1


def _make(target: str, chosen: Chosen) -> int:
    """Makes a target as a whole. Returns how many records an earlier run has: none."""
    with output.open(target) as sink:
        for record, _ in chosen:
            sink.write(record)
    return 0


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
            others = other_addresses(db)
            for sequence, text, address in db.execute(NEWEST):
                line = text.encode() if isinstance(text, str) else text
                record = record_in(line, f"{source} article {sequence}")
                if address in others:
                    record = _with_others(record, others[address])
                    line = output.as_json(record)
                yield record, line
    except StateError as error:
        raise BadInput(str(error)) from None


def _with_others(record: Record, others: list[str]) -> Record:
    """The record with the addresses at which the article was met before and after it was written."""
    new = (url for url in others if url not in (record.url, record.canonical_url))
    return msgspec.structs.replace(record, other_urls=tuple(dict.fromkeys((*record.other_urls, *new))))


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
