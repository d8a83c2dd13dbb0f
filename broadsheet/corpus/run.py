"""One run over a corpus: what it takes to go on where it stopped, and to tell what it took out.

The order is always the same: records are written, made durable, and then the ledger says in one transaction how far
that was and what went. Whatever a kill leaves beyond that is cut off by the next run.
"""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import msgspec
from rich.console import Console

from broadsheet.corpus.ledger import Gathered, Ledger, Progress
from broadsheet.corpus.report import gather, gather_failure, show_report, write_report
from broadsheet.corpus.target import CorpusFile, CorpusFiles, beside, growing_paths, open_corpus
from broadsheet.delivery import Delivery, Destination
from broadsheet.inputs import Given
from broadsheet.inputs.rows import Fields
from broadsheet.inputs.sources import STANDARD_INPUT
from cleaners import Options
from cleaners.assemble import CLEANER_VERSION
from cleaners.fingerprint import settings_hash
from items import Article, Failure
from output import OutputError
from output.errors import one_line
from scrapers.warc import EVERYTHING, Wanted

# After so much the output is made durable: what a kill can cost is a few seconds' work.
ROWS_A_CHECKPOINT = 5000
CHARACTERS_A_CHECKPOINT = 2_000_000
LEDGER = ".ledger"


class Wish(msgspec.Struct, frozen=True):
    """Everything a run is asked for."""

    inputs: Sequence[str]
    destination: Destination
    options: Options
    fields: Fields
    report: str | None
    chosen: Wanted = EVERYTHING
    """Which pages are taken."""

    def made_of(self) -> str:
        """A hash of everything the output depends on; "" where an input cannot be read twice."""
        if STANDARD_INPUT in self.inputs:
            return ""
        told = [
            [fact for name in self.inputs for fact in _facts(Path(name))],
            [settings_hash(self.options), CLEANER_VERSION, self.options.explain, self.options.tally],
            [
                self.destination.targets[1:],
                self.destination.format,
                self.destination.keep_all,
                msgspec.structs.astuple(self.fields),
            ],
            msgspec.structs.astuple(self.chosen),
        ]
        return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def _facts(path: Path) -> Iterator[tuple[str, int, int]]:
    """What tells that a file, or one of a folder's, is still the same: its place, size and time of change."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            told = file.stat()
            yield os.path.realpath(file).encode("utf-8", "surrogateescape").hex(), told.st_size, told.st_mtime_ns


class CorpusRun:
    """The run. `sink` is where its records go; None: elsewhere, and nothing can be gone on with."""

    def __init__(self, wish: Wish) -> None:
        """Goes on with an interrupted run of the same wish where there is one. Raises OutputError."""
        self.wish = wish
        self.news = ""
        """What a person should know about how the run begins."""
        self.paths = growing_paths(wish.destination)
        self.path = self.paths[0] if self.paths else None
        self.sink: CorpusFile | CorpusFiles | None = None
        self.progress = Progress(made_of=wish.made_of() if self.path else "")
        self.ledger = Ledger(None)
        self.gathered = Gathered.nothing()
        self.characters = self.rows = 0
        if self.path is not None:
            self._find(self.path)

    def _find(self, path: Path) -> None:
        known = self._known(beside(path, LEDGER))
        wanted = self.wish.destination
        self.sink = open_corpus(self.paths, wanted.format, known.mark if known else None, wanted.targets)
        if known:
            self.progress = known
            cut = self.sink.cut
            self.news = f"going on after {known.rows:,} inputs, {known.saved:,} of them saved"
            self.news += f"; cut off {cut} that the interruption left unfinished" if cut else ""

    def _known(self, place: Path) -> Progress | None:
        """The progress of the run that is gone on with, whose ledger is then this run's."""
        if not place.exists():
            return None
        try:
            ledger = Ledger(place)
            found = ledger.progress()
        except sqlite3.Error:
            place.unlink()
            return None
        if found and found.mark is not None and self.progress.made_of and found.made_of == self.progress.made_of:
            self.ledger = ledger
            return found
        self.news = "starting over: the inputs, the settings or the cleaner are not those of the interrupted run"
        ledger.delete()
        return None

    def remaining(self, given: Iterable[Given]) -> Iterator[Given]:
        """The inputs that are not done yet."""
        return islice(iter(given), self.progress.rows, None)

    def take(self, delivery: Delivery, name: str, outcome: Article | Failure) -> None:
        """Delivers what became of one input and counts it: both or, where somebody stops the program, neither."""
        with undisturbed():
            saved = delivery.saved
            delivery.take(name, outcome)
            if isinstance(outcome, Failure):
                gather_failure(self.gathered, self.progress, outcome)
            elif delivery.saved > saved:
                gather(self.gathered, self.progress, name, outcome)
                self.characters += len(outcome.text)
            self.progress.rows += 1
            self.rows += 1
            if self.rows >= ROWS_A_CHECKPOINT or self.characters >= CHARACTERS_A_CHECKPOINT:
                self.checkpoint(delivery)

    def begin(self, delivery: Delivery) -> None:
        """Counts on from where the run before stopped."""
        delivery.saved, delivery.skipped, delivery.failed = (
            self.progress.saved,
            self.progress.skipped,
            self.progress.failed,
        )
        if self.news:
            delivery.tell(self.news)

    def checkpoint(self, delivery: Delivery) -> None:
        """Makes everything so far durable."""
        if self.sink is not None and self.progress.made_of:
            self.progress.mark = self.sink.commit()
            self._keep_ledger()
            self.sink.keep()
        self._store(delivery)

    def _store(self, delivery: Delivery) -> None:
        progress = self.progress
        progress.saved, progress.skipped, progress.failed = delivery.saved, delivery.skipped, delivery.failed
        with self._saying():
            self.ledger.store(progress, self.gathered)
        self.gathered = Gathered.nothing()
        self.characters = self.rows = 0

    @contextmanager
    def _saying(self) -> Iterator[None]:
        """Turns what the ledger's database says into ours, which names the target."""
        try:
            yield
        except sqlite3.Error as error:
            place = one_line(self.wish.destination.targets[0]) if self.paths else "temporary files"
            raise OutputError(f"{place}: the figures of the run: {error}") from error

    def _keep_ledger(self) -> None:
        """Gives the ledger its place beside the output: only runs that take a while need one."""
        if self.ledger.path is None and self.path is not None:
            self.ledger.close()
            with self._saying():
                self.ledger = Ledger(beside(self.path, LEDGER))

    def conclude(self, delivery: Delivery) -> None:
        """Counts the rest; called when all inputs are done, before the sink is closed."""
        if self.ledger.path is not None:
            self.checkpoint(delivery)
        else:
            self._store(delivery)

    def interrupt(self, delivery: Delivery) -> None:
        """Stores how far the run has got, for the next one to go on; called before the sink is closed."""
        self.checkpoint(delivery)
        self._report(complete=False)

    def finish(self) -> None:
        """Writes the report and forgets the run; called when the sink was closed well."""
        self._report(complete=True)
        self.ledger.delete()

    def _report(self, *, complete: bool) -> None:
        if self.wish.report is not None:
            write_report(Path(self.wish.report), self.ledger, self.progress, complete=complete)
            show_report(self.ledger, self.progress, Console(stderr=True))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Puts off Ctrl-C and SIGTERM until the end of the block."""
    stopped: list[int] = []
    before = {number: signal.signal(number, lambda number, _: stopped.append(number)) for number in STOPPING}
    try:
        yield
    finally:
        for number, answer in before.items():
            signal.signal(number, answer)
    if stopped:
        raise KeyboardInterrupt


STOPPING = (signal.SIGINT, signal.SIGTERM)
