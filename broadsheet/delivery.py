"""Where results go: articles to a sink or the terminal, one line for everything that gave none to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

import output
from broadsheet.errors import Exit, Interrupted
from broadsheet.show import printable, show_article, show_explained
from items import Article, Failure
from output.making import record_of
from output.record import Record
from output.several import opened_together
from output.sink import Sink
from output.space import LEAST_FREE, Space

STANDARD_OUTPUT = "-"
# A progress bar is worth its line from here on.
MORE_THAN_A_FEW = 4


class Destination(NamedTuple):
    """Where articles shall go, as the command line said it."""

    targets: tuple[str, ...]
    """Each `-o`; none: a terminal gets something to read, a pipe gets JSON lines."""
    format: str | None
    explain: bool
    keep_all: bool
    """Pages that are no articles are kept too."""
    keep_free: float = LEAST_FREE
    """Megabytes to leave on the disks of the targets."""

    def is_terminal(self) -> bool:
        """Whether articles are shown rather than saved."""
        return self.format is None and self.targets in ((), (STANDARD_OUTPUT,)) and sys.stdout.isatty()

    def elsewhere(self) -> tuple[str, ...]:
        """The targets that are not standard output."""
        return tuple(target for target in self.targets if target != STANDARD_OUTPUT)


class Rate(ProgressColumn):
    """How many results a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "–")


class Delivery:
    """Takes results one by one, and counts them."""

    def __init__(self, destination: Destination, sink: Sink | None, console: Console, progress: Progress) -> None:
        self.saved = self.skipped = self.failed = 0
        self._destination = destination
        self._sink = sink
        self._space = Space(destination.targets, destination.keep_free)
        self._console = console
        self._progress = progress
        self._task = progress.add_task("", total=None)

    def expect(self, total: int | None) -> None:
        """Says how many results there will be, where that is known."""
        self._progress.update(self._task, total=total)

    def take(self, name: str, outcome: Article | Failure) -> None:
        """Saves, shows or names what became of one input. Raises OutputError."""
        if isinstance(outcome, Failure):
            self.failure(outcome)
        else:
            self.article(name, outcome)

    def tell(self, news: str) -> None:
        """One line on standard error about the run as a whole."""
        self._progress.console.print(escape(printable(f"broadsheet: {news}")), highlight=False, soft_wrap=True)

    def is_worth_a_summary(self) -> bool:
        """Whether a person would not know the outcome from what was shown or written anyway."""
        return bool(self._destination.elsewhere()) or self.failed > 0 or self.skipped > 0

    def article(self, name: str, article: Article) -> None:
        """Saves or shows an article; what is none is named with its reason. Raises OutputError."""
        reason = None if self._destination.keep_all else article.objection
        if reason is not None:
            self.skipped += 1
            self.say("skipped", name, reason)
        elif self._sink is not None:
            self._space.check()
            self._sink.write(record_of(article))
            self.saved += 1
        else:
            (show_explained if self._destination.explain else show_article)(article, self._console)
            self.saved += 1
        self._advance()

    def record(self, record: Record) -> None:
        """Saves a record that was made already. Raises OutputError."""
        if self._sink is not None:
            self._space.check()
            self._sink.write(record)
        self.saved += 1
        self._advance()

    def failure(self, failure: Failure) -> None:
        """Names an input that gave nothing, and why."""
        self.failed += 1
        self.say("failed", failure.source, failure.reason)
        self._advance()

    def say(self, what: str, name: str, reason: str) -> None:
        """One line on standard error."""
        line = escape(printable(f"{name}: {reason}"))
        colour = {"failed": "red", "skipped": "yellow"}.get(what, "default")
        self._progress.console.print(f"[{colour}]{what}[/] {line}", highlight=False, soft_wrap=True)

    def exit_code(self) -> Exit:
        """What the counts mean to a script."""
        return Exit.INPUTS_FAILED if self.failed or not self.saved else Exit.OK

    def summary(self) -> str:
        """The counts in one line."""
        noun = "article" if self.saved == 1 else "articles"
        places = ", ".join(map(printable, self._destination.elsewhere()))
        where = f" to {places}" if places else ""
        parts = [f"{self.saved:,} {noun} saved{where}"]
        parts += [f"{self.skipped:,} skipped"] if self.skipped else []
        parts += [f"{self.failed:,} failed"] if self.failed else []
        return ", ".join(parts)

    def _advance(self) -> None:
        done = self.saved + self.skipped + self.failed
        counts = f"{self.saved:,} saved · {self.skipped:,} skipped · {self.failed:,} failed"
        self._progress.update(self._task, advance=1, description=counts)
        if done == MORE_THAN_A_FEW and not self._destination.is_terminal():
            self._progress.start()


@contextmanager
def deliver(destination: Destination, sink: Sink | None = None) -> Iterator[Delivery]:
    """Opens the destination and closes it: whole when the block ends well or is interrupted, untouched otherwise.

    sink: where articles go, if it is open already.
    Raises OutputError where it cannot be written, UnknownTarget where nobody knows what it is, Interrupted on Ctrl-C.
    """
    errors = Console(stderr=True)
    progress = Progress(
        SpinnerColumn(),
        MofNCompleteColumn(),
        BarColumn(),
        Rate(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )
    if sink is None and not destination.is_terminal():
        sink = _open(destination)
    delivery = Delivery(destination, sink, Console(), progress)
    try:
        with sink if sink is not None else _nothing():
            try:
                yield delivery
            except KeyboardInterrupt:
                if sink is not None:
                    sink.close()  # what is done is done, and is kept
                raise Interrupted(f"interrupted: {delivery.summary()}") from None
    finally:
        progress.stop()


def _open(destination: Destination) -> Sink:
    openings = [partial(output.open, target, _form(destination, target)) for target in destination.targets]
    return opened_together(openings) if openings else output.open(STANDARD_OUTPUT, destination.format or "jsonl")


def _form(destination: Destination, target: str) -> str | None:
    return destination.format or ("jsonl" if target == STANDARD_OUTPUT else None)


@contextmanager
def _nothing() -> Iterator[None]:
    yield
