"""What `broadsheet demo` shows: the newspapers, the scraping, one page before and after, and where the JSON lies."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace
from rich.console import Console
from rich.text import Text

import output
from broadsheet.demo.server import DemoServer
from broadsheet.errors import BroadsheetError, Exit
from broadsheet.show import printable, say, shorten
from cleaners import Options
from items import Article, Failure, Judged
from output.names import file_name

if TYPE_CHECKING:
    from scrapers.run import Outcome

SHOWN = "the-bell-that-came-up-with-the-nets"
"""Part of the address of the page that is shown before and after."""
WIDEST = 120
WORKERS = 2
MOST_ROWS = 5
"""Of a run of lines removed for one reason."""
# The newspapers are our own, and nobody else reads them: no need to wait between two pages.
AT_ONCE = {"DOWNLOAD_DELAY": "0"}


def run_demo(folder: str, console: Console) -> Exit:
    """Runs the whole demo, saves one JSON file an article in `folder`, and returns the exit code that fits.

    Once a process, in its main thread (see `run_article_spider`). Raises OutputError where the folder cannot be
    written to, and BroadsheetError where loopback has no port left.
    """
    target = folder if folder.endswith(("/", os.sep)) else folder + "/"
    server = DemoServer()
    with output.open(target) as sink, _open(server):
        _introduce(server, console)
        tour = Tour(sink, console)
        outcome = tour.scrape(server)
    shown = next((article for article in tour.articles if SHOWN in (article.url or "")), None)
    if shown is not None and shown.judged is not None:
        _show_before_and_after(shown.title or "", shown.judged, console)
    if tour.articles:
        _say_where(Path(target), tour.articles, console)
    if outcome.interrupted:
        return Exit.INTERRUPTED
    return Exit.INPUTS_FAILED if outcome.failed else Exit.OK


def _open(server: DemoServer) -> DemoServer:
    try:
        return server.open()
    except OSError as error:
        raise BroadsheetError(f"the demo found no free port on this machine ({error})") from None


class Tour:
    """Takes what comes of the pages: a line for each, and a file for each article."""

    def __init__(self, sink: output.Sink, console: Console) -> None:
        self.articles: list[Article] = []
        self._sink = sink
        self._console = console

    def scrape(self, server: DemoServer) -> Outcome:
        """Scrapes every article, and the two front pages, which are none."""
        from scrapers.run import run_article_spider  # noqa: PLC0415  # takes a second, when there is something to read

        fronts = [stand.index_urls[0] for stand in server.stands]
        urls = [*server.urls(), *fronts]
        say(self._console, Text(f"Scraping {len(urls)} pages", "bold"))
        return run_article_spider(
            urls,
            on_article=self._article,
            on_failure=self._failure,
            on_skipped=self._skipped,
            options=Options(explain=True),
            workers=WORKERS,
            allow_private=True,
            scrapy_settings=AT_ONCE,
        )

    def _article(self, article: Article) -> None:
        self.articles.append(article)
        self._sink.write(output.record_of(replace(article, judged=None)))
        self._line("saved  ", "green", article.title or "", f"{article.word_count} words")

    def _skipped(self, article: Article, reason: str) -> None:
        self._line("skipped", "yellow", article.title or article.url or "", reason)

    def _failure(self, failure: Failure) -> None:
        self._line("failed ", "red", failure.source, failure.reason)

    def _line(self, what: str, colour: str, name: str, remark: str) -> None:
        room = min(self._console.width, WIDEST) - len(what) - 4
        remark = shorten(remark, room // 2)
        line = Text.assemble("  ", (what, colour), f" {shorten(name, room - len(remark) - 2)}  ", (remark, "dim"))
        say(self._console, line)


def _introduce(server: DemoServer, console: Console) -> None:
    say(console, Text("Two small newspapers, on sale on this machine while the demo runs", "bold"))
    for stand in server.stands:
        about = f"{len(stand.urls)} articles, language {stand.paper.language}"
        say(console, Text.assemble(f"  {stand.paper.name:<19} ", (f"{stand.base}/", "cyan"), (f"  {about}", "dim")))
    say(console)


class Row(NamedTuple):
    """What stands beside each other: a piece of the page, and what became of it."""

    before: str
    after: str
    kept: bool


def _show_before_and_after(title: str, judged: Sequence[Judged], console: Console) -> None:
    half = (min(console.width, WIDEST) - 3) // 2
    bar = " | " if console.options.ascii_only else " │ "
    kept = sum(one.verdict.keep for one in judged)
    say(console)
    say(console, Text(f"Before and after: {shorten(title, 2 * half - 20)}", "bold"))
    say(console)
    rows = [Row("THE PAGE, AS TEXT", "WHAT BROADSHEET KEPT", True), Row("", "", True), *_rows(judged)]
    for row in rows:
        left = Text(shorten(row.before, half), "" if row.kept else "red")
        left.pad_right(half - left.cell_len)
        line = Text.assemble(left, (bar, "dim"), (shorten(row.after, half), "" if row.kept else "dim"))
        line.rstrip()
        say(console, line)
    say(console)
    say(console, Text(f"{kept} of {len(judged)} lines are the article. Every other line has its reason."))


def _rows(judged: Sequence[Judged]) -> Iterator[Row]:
    """A row for every line, but of many that went for the same reason only the first."""
    for (keep, why), run in groupby(judged, key=_fate):
        lines = [printable(one.block.text) for one in run]
        if keep:
            yield from (Row(line, line, True) for line in lines)
            continue
        shown = lines if len(lines) <= MOST_ROWS else lines[: MOST_ROWS - 1]
        yield Row(shown[0], f"- {why}", False)
        yield from (Row(line, "-", False) for line in shown[1:])
        if len(shown) < len(lines):
            yield Row(f"({len(lines) - len(shown)} more)", "-", False)


def _fate(judged: Judged) -> tuple[bool, str]:
    verdict = judged.verdict
    return verdict.keep, "" if verdict.keep else verdict.reason or verdict.rule.replace("_", " ")


def _say_where(folder: Path, articles: Sequence[Article], console: Console) -> None:
    files = sorted(folder / file_name(output.record_of(article), ".json") for article in articles)
    say(console)
    say(console, Text(f"{len(files)} articles saved, a JSON file each:", "bold"))
    for file in files:
        say(console, Text(f"  {file}"))
    say(console)
    say(console, Text("Now a page of your own, with every line's fate:", "bold"))
    say(console, Text("  broadsheet scrape --explain URL", "cyan"))
