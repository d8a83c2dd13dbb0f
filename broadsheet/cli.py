"""The command line: `broadsheet scrape`, `broadsheet clean`, `broadsheet demo`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn, TypeVar

import click

from broadsheet.errors import BadInput, BroadsheetError, Exit
from cleaners.options import BODY_PARTS, DEFAULT_BODY, Options, parse_body

F = TypeVar("F", bound=Callable[..., Any])

EPILOG = (
    "Exit codes: 0 ok, 1 error, 2 usage, bad or refused URL or missing input, 3 disk, 4 configuration,"
    " 10 some or all inputs failed, 11 interrupted."
)


def cores() -> int:
    """How many cores this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shared_options(command: F) -> F:
    """The options that every cleaning command has."""
    for option in reversed(
        (
            click.option(
                "-o",
                "output",
                metavar="OUT",
                help="Where to save: x.jsonl (also .gz, .zst), x.json, folder/ (one file an article), - (standard"
                " output). Without it a terminal gets something to read, a pipe JSON lines.",
            ),
            click.option(
                "--format",
                "form",
                type=click.Choice(["json", "jsonl", "text", "markdown"]),
                help="What is written, whatever the name says.",
            ),
            click.option("--explain", is_flag=True, help="Add what was removed: text, judge, rule, how sure."),
            click.option("--all", "keep_all", is_flag=True, help="Keep pages that are no articles, with their kind."),
            click.option(
                "--body",
                default=",".join(sorted(DEFAULT_BODY)),
                show_default=True,
                metavar="PARTS",
                help=f"What counts as body beside paragraphs, of {', '.join(BODY_PARTS)}.",
            ),
            click.option(
                "--second-opinion",
                type=click.Choice(["never", "unsure", "always"]),
                default="unsure",
                show_default=True,
                help="When trafilatura is asked too.",
            ),
            click.option(
                "--workers",
                type=click.IntRange(1, 512),
                default=cores,
                show_default="the machine's cores",
                help="Cleaning processes.",
            ),
        )
    ):
        command = option(command)
    return command


def cleaning_options(explain: bool, body: str, second_opinion: Any, strictness: Any = "careful") -> Options:
    """The command line's words as options of the cleaner. Raises click's usage error."""
    try:
        parts = parse_body(body)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--body") from None
    return Options(explain=explain, body=parts, second_opinion=second_opinion, strictness=strictness)


@click.group(epilog=EPILOG)
@click.version_option(package_name="broadsheet", message="%(prog)s %(version)s")
def commands() -> None:
    """Fetch news pages and save clean articles: the article, whole, and nothing else."""


@commands.command(epilog=EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@shared_options
@click.option(
    "--strictness",
    type=click.Choice(["careful", "balanced", "thorough"]),
    default="careful",
    show_default=True,
    help="Plain text: how much content may be risked to remove more residue.",
)
def clean(
    inputs: tuple[str, ...],
    output: str | None,
    form: str | None,
    explain: bool,
    keep_all: bool,
    body: str,
    second_opinion: str,
    workers: int,
    strictness: str,
) -> None:
    """Clean what is already there.

    INPUT is a page (.html .htm .xhtml), a text (.txt .md), JSON lines with "html" or "text" (.jsonl), a WARC file
    (.warc), each also packed (.gz .zst), a folder of these, or - for standard input.
    """
    from broadsheet.cleaning import clean_inputs  # noqa: PLC0415  # each command loads only what it needs
    from broadsheet.delivery import Destination, deliver  # noqa: PLC0415
    from broadsheet.inputs import check_inputs, read_inputs  # noqa: PLC0415

    options = cleaning_options(explain, body, second_opinion, strictness)
    check_inputs(inputs)
    with deliver(Destination(output, form, explain, keep_all)) as delivery:
        for name, outcome in clean_inputs(read_inputs(inputs), options, workers):
            delivery.take(name, outcome)
    finish(delivery)


@commands.command(epilog=EPILOG)
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option("-i", "url_file", metavar="FILE", help="Read addresses from a file, one a line; - for standard input.")
@shared_options
@click.option("--allow-private", is_flag=True, help="Allow loopback and private addresses.")
@click.option("-s", "settings", multiple=True, metavar="NAME=VALUE", help="Any Scrapy setting.")
def scrape(
    urls: tuple[str, ...],
    url_file: str | None,
    output: str | None,
    form: str | None,
    explain: bool,
    keep_all: bool,
    body: str,
    second_opinion: str,
    workers: int,
    allow_private: bool,
    settings: tuple[str, ...],
) -> None:
    """Fetch pages, clean them, save the articles."""
    from broadsheet.delivery import Destination  # noqa: PLC0415
    from broadsheet.scraping import check_urls, read_urls, scrape_to, scrapy_settings  # noqa: PLC0415

    if not urls and url_file is None:
        raise click.UsageError("give a URL, or a file of URLs with -i")
    options = cleaning_options(explain, body, second_opinion)
    check_urls(urls, allow_private=allow_private)
    finish(
        scrape_to(
            Destination(output, form, explain, keep_all),
            [*urls, *(read_urls(url_file) if url_file is not None else ())],
            options,
            workers=workers,
            allow_private=allow_private,
            settings=scrapy_settings(settings),
        )
    )


@commands.command(epilog=EPILOG)
@click.option("-o", "folder", default="articles/", show_default=True, metavar="FOLDER", help="Where to save.")
def demo(folder: str) -> None:
    """Start a small newspaper on this machine, scrape it, and show before and after."""
    from rich.console import Console  # noqa: PLC0415

    from broadsheet.demo import run_demo  # noqa: PLC0415

    sys.exit(run_demo(folder, Console()))


def finish(delivery: Any) -> NoReturn:
    """Says what came of it and ends the program with the code that means it."""
    if not delivery.is_terminal() or delivery.failed or delivery.skipped:
        click.echo(delivery.summary(), err=True)
    sys.exit(delivery.exit_code())


def main() -> NoReturn:
    """Runs the command line; whatever happens ends in one line and a documented exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        commands.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        _leave("interrupted; what was done is saved", Exit.INTERRUPTED)
    except BroadsheetError as error:
        _leave(str(error), error.exit_code)
    except BrokenPipeError:
        _leave_quietly()
    except Exception as error:
        _answer_for(error)
    sys.exit(Exit.OK)


def _answer_for(error: Exception) -> NoReturn:
    """Errors of the rooms, which know nothing of exit codes; and our own mistakes."""
    from output import OutputError, UnknownTarget  # noqa: PLC0415

    if isinstance(error, UnknownTarget):
        _leave(str(error), Exit.USAGE)
    if isinstance(error, OutputError):
        _leave(str(error), Exit.DISK)
    if os.environ.get("BROADSHEET_TRACEBACK"):
        raise error
    _leave(f"internal error: {type(error).__name__}: {error} (BROADSHEET_TRACEBACK=1 shows where)", Exit.ERROR)


def _leave(message: str, code: Exit) -> NoReturn:
    click.echo(f"broadsheet: {message}".replace("\n", " "), err=True)
    sys.exit(code)


def _leave_quietly() -> NoReturn:
    """Nobody reads our output any more: no error, but nothing more to say either, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(Exit.OK)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


__all__ = ["BadInput", "main"]
