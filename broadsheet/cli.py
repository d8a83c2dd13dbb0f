"""The command line: `broadsheet scrape`, `broadsheet clean`, `broadsheet demo`."""

from __future__ import annotations

import signal
import sys
from itertools import chain
from typing import Any, NoReturn, get_args

import click
import msgspec

from broadsheet.command_options import (
    ARCHIVE_OPTION,
    CONTACT_OPTION,
    FORMATS,
    KEEP_FREE,
    STATE_OPTION,
    Wanted,
    checked_targets,
    cleaning_command,
    crawling_command,
)
from broadsheet.delivery import deliver
from broadsheet.ending import answer_for, finish, interrupt, leave, leave_quietly
from broadsheet.errors import BroadsheetError, Exit
from items import ArticleKind

EPILOG = (
    "Exit codes: 0 ok, 1 error, 2 usage, bad or refused URL or missing input, 3 disk, 4 configuration, 5 the state file"
    " is in use, 10 some or all inputs failed, 11 interrupted, 12 nothing found."
)


@click.group(epilog=EPILOG)
@click.version_option(package_name="broadsheet", message="%(prog)s %(version)s")
def commands() -> None:
    """Fetch news pages and save clean articles: the article, whole, and nothing else."""


@commands.command(epilog=EPILOG)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@cleaning_command
@click.option("--report", metavar="FILE", help="Write what went, by kind, site and document, as JSON; show the gist.")
@click.option("--text-field", default="text", show_default=True, metavar="NAME", help="What rows call their text.")
@click.option("--html-field", default="html", show_default=True, metavar="NAME", help="What rows call their HTML.")
@click.option("--url-field", default="url", show_default=True, metavar="NAME", help="What rows call their address.")
@click.option("--id-field", default="id", show_default=True, metavar="NAME", help="What rows call their id.")
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Only pages of this host and those below it.")
@click.option("--since", metavar="DAY", help="Only pages fetched on YYYY-MM-DD or later.")
@click.option("--until", metavar="DAY", help="Only pages fetched on YYYY-MM-DD or earlier.")
def clean(
    inputs: tuple[str, ...],
    wanted: Wanted,
    *,
    report: str | None,
    hosts: tuple[str, ...],
    since: str | None,
    until: str | None,
    **names: str,
) -> None:
    """Clean what is already there.

    INPUT is a page (.html .htm .xhtml), a text (.txt .md), rows of pages or texts (.jsonl .csv .tsv .parquet), a WARC
    file (.warc), each also packed (.gz .zst), a folder of these, or - for standard input. A run over a corpus that was
    killed goes on where it stopped when the same command is given again.
    """
    from broadsheet.cleaning import clean_inputs  # noqa: PLC0415  # each command loads only what it needs
    from broadsheet.corpus import CorpusRun, Wish  # noqa: PLC0415
    from broadsheet.inputs import Fields, check_inputs, chosen_pages, read_inputs  # noqa: PLC0415
    from output.quarantine import Quarantine  # noqa: PLC0415

    fields = Fields(**{name.removesuffix("_field"): value for name, value in names.items()})
    check_inputs(inputs)
    options = msgspec.structs.replace(wanted.options, tally=report is not None)
    chosen = chosen_pages(hosts, since, until)
    run = CorpusRun(Wish(inputs, wanted.destination, options, fields, report, chosen))
    with deliver(wanted.destination, run.sink) as delivery:
        run.begin(delivery)
        try:
            given = run.remaining(read_inputs(inputs, fields, chosen))
            set_aside = Quarantine(wanted.quarantine).take
            for name, outcome in clean_inputs(given, options, wanted.workers, wanted.limits, set_aside):
                run.take(delivery, name, outcome)
        except KeyboardInterrupt:
            run.interrupt(delivery)
            raise
        run.conclude(delivery)
    run.finish()
    finish(delivery)


@commands.command(epilog=EPILOG)
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option("-i", "url_file", metavar="FILE", help="Read addresses from a file, one a line; - for standard input.")
@cleaning_command
@ARCHIVE_OPTION
@CONTACT_OPTION
@click.option("--allow-private", is_flag=True, help="Allow loopback and private addresses.")
@click.option("-s", "settings", multiple=True, metavar="NAME=VALUE", help="Any Scrapy setting.")
def scrape(
    urls: tuple[str, ...],
    url_file: str | None,
    wanted: Wanted,
    *,
    archive: str | None,
    contact: str | None,
    allow_private: bool,
    settings: tuple[str, ...],
) -> None:
    """Fetch pages, clean them, save the articles."""
    from broadsheet.scraping import check_urls, read_urls, scrape_to, scrapy_settings  # noqa: PLC0415

    if not urls and url_file is None:
        raise click.UsageError("give a URL, or a file of URLs with -i")
    check_urls(urls, allow_private=allow_private)
    delivery = scrape_to(
        wanted.destination,
        chain(urls, read_urls(url_file) if url_file is not None else ()),
        wanted.options,
        workers=wanted.workers,
        allow_private=allow_private,
        contact=contact,
        settings={**wanted.settings(), "BROADSHEET_ARCHIVE": archive or "", **scrapy_settings(settings)},
    )
    finish(delivery)


@commands.command(epilog=EPILOG)
@crawling_command
@click.option("--due", is_flag=True, help="Only what its schedule has due.")
def crawl(**given: Any) -> None:
    """Fetch whole newspapers, and when run again only what is new or changed.

    SITE is the address of a newspaper's front page. Without -o articles go to articles.jsonl, or to a pipe as lines.
    """
    sys.exit(_crawl(**given))


@commands.command(epilog=EPILOG)
@crawling_command
def watch(**given: Any) -> None:
    """Crawl newspapers and go on: feeds and changes when they are due, until Ctrl-C or SIGTERM.

    For those who want a process of their own; a timer that runs `broadsheet crawl --due` does the same.
    """
    sys.exit(_crawl(due=False, watch=True, **given))


def _crawl(
    sites: tuple[str, ...],
    wanted: Wanted,
    *,
    state: str,
    sources: str | None,
    archive: str | None,
    settings: tuple[str, ...],
    allow_private: bool,
    keep_withheld: bool,
    **rest: Any,
) -> Exit:
    from broadsheet import crawling  # noqa: PLC0415
    from broadsheet.scraping import scrapy_settings  # noqa: PLC0415

    if not sites and sources is None:
        raise click.UsageError("give the address of a newspaper, or a file of them with --sources")
    plan = crawling.plan(sites, sources, state, wanted.destination.targets, **rest)
    return crawling.crawl_to(
        plan.targets,
        wanted.destination.format,
        plan.crawl,
        plan.state,
        options=wanted.options,
        manners=plan.manners._replace(allow_private=allow_private),
        settings={
            "BROADSHEET_WORKERS": wanted.workers,
            "BROADSHEET_ALL": wanted.destination.keep_all,
            "BROADSHEET_ARCHIVE": archive or "",
            **wanted.settings(),
            **({"BROADSHEET_STORE_WITHHELD": True} if keep_withheld else {}),
            **scrapy_settings(settings),
        },
    )


@commands.command(epilog=EPILOG)
@click.argument("url")
@STATE_OPTION
def why(url: str, state: str) -> None:
    """Tell what became of a URL: who named it, when it was fetched, why it was saved or not."""
    from rich.console import Console  # noqa: PLC0415

    from broadsheet.state_commands import say_why  # noqa: PLC0415

    say_why(url, state, Console())


@commands.command(epilog=EPILOG)
@click.argument("site", required=False)
@STATE_OPTION
@click.option("--json", "as_json", is_flag=True, help="One JSON object a site.")
def status(site: str | None, state: str, as_json: bool) -> None:
    """Tell what became of all URLs a crawl has seen, site by site."""
    from rich.console import Console  # noqa: PLC0415

    from broadsheet.state_commands import say_status  # noqa: PLC0415

    say_status(site, state, Console(), as_json=as_json)


@commands.command(epilog=EPILOG)
@click.argument("folder", metavar="ARCHIVE", type=click.Path(exists=True, file_okay=False))
@cleaning_command
@click.option("--from", "earlier", metavar="OLD", help="What the articles were: a state file, or an earlier output.")
@click.option("--report", metavar="FILE", help="Write all that has changed there, as JSON.")
@click.option("--site", "hosts", multiple=True, metavar="SITE", help="Only this site and what is below it.")
@click.option("--since", metavar="DAY", help="Only pages fetched on YYYY-MM-DD or later.")
def reclean(
    folder: str,
    wanted: Wanted,
    *,
    earlier: str | None,
    report: str | None,
    hosts: tuple[str, ...],
    since: str | None,
) -> None:
    """Make the articles of an archive again with today's cleaner, without fetching, and tell what has changed.

    ARCHIVE is the folder given to --archive when the pages were fetched.
    """
    from broadsheet import recleaning  # noqa: PLC0415
    from broadsheet.inputs import chosen_pages  # noqa: PLC0415

    delivery, found = recleaning.reclean(
        folder,
        wanted.destination,
        earlier,
        chosen_pages(hosts, since, None),
        wanted.options,
        workers=wanted.workers,
        limits=wanted.limits,
    )
    if report is not None:
        recleaning.write_report(report, found)
    if earlier is None:
        click.echo(f"{delivery.saved:,} articles made again; --from OLD tells what has changed", err=True)
    for line in recleaning.report_lines(found) if earlier is not None else ():
        click.echo(line, err=True)
    finish(delivery)


@commands.command(epilog=EPILOG)
@click.argument("source", metavar="FROM")
@click.option("-o", "targets", multiple=True, required=True, metavar="TO", help="Where to save; may be given again.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="What is written, whatever the name says.")
@click.option("--since", metavar="DAY", help="Only what was published on YYYY-MM-DD or later.")
@click.option("--site", "sites", multiple=True, metavar="SITE", help="Only this site and what is below it.")
@click.option("--language", "languages", multiple=True, metavar="CODE", help="Only this language (ISO 639-1).")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(sorted(get_args(ArticleKind))), help="Only this kind."
)
@click.option("--min-words", type=click.IntRange(0), default=0, metavar="N", help="Only what has so many words.")
@click.option("--include-reserved", is_flag=True, help="Also what its publisher does not want used for data mining.")
@KEEP_FREE
def export(source: str, targets: tuple[str, ...], form: str | None, keep_free: int, **given: Any) -> None:
    """Copy articles from one place to another, with a card that says what is in the corpus.

    FROM is a crawl's state file (broadsheet.db), or what was saved before: JSON lines, Parquet, SQLite, …
    """
    from broadsheet.exporting import choice_of, export_to  # noqa: PLC0415

    sys.exit(export_to(source, checked_targets(targets), form, choice_of(**given), keep_free))


@commands.command(epilog=EPILOG)
@click.argument("name", metavar="URL|SITE")
@click.option("--state", metavar="FILE", help="The state file of the crawl that knows it.")
@click.option("--from", "targets", multiple=True, metavar="TARGET", help="What was saved or exported; again for more.")
@KEEP_FREE
def forget(name: str, state: str | None, targets: tuple[str, ...], keep_free: int) -> None:
    """Take a page or a whole site out of a crawl's state file, the crawl's own targets, and what was exported.

    A crawl with that state file does not fetch the addresses again.
    """
    from broadsheet.forgetting import forget as forgotten  # noqa: PLC0415

    if state is None and not targets:
        raise click.UsageError("say what to take it out of: --state FILE, --from TARGET")
    for target, count in forgotten(name, state, targets, keep_free).items():
        click.echo(f"{target}: {count} article{'' if count == 1 else 's'} forgotten", err=True)


@commands.command(epilog=EPILOG)
@click.option("-o", "folder", default="articles/", show_default=True, metavar="FOLDER", help="Where to save.")
def demo(folder: str) -> None:
    """Start a small newspaper on this machine, scrape it, and show before and after."""
    from rich.console import Console  # noqa: PLC0415

    from broadsheet.demo import run_demo  # noqa: PLC0415

    sys.exit(run_demo(folder, Console()))


def main() -> NoReturn:
    """Runs the command line; whatever happens ends in one line and a documented exit code."""
    signal.signal(signal.SIGTERM, interrupt)
    try:
        commands.main(standalone_mode=False)
    except click.exceptions.Exit as ended:
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        where = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "broadsheet"
        leave(f"{error.format_message()} (see {where} --help)", Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        leave("interrupted", Exit.INTERRUPTED)
    except BroadsheetError as error:
        leave(str(error), error.exit_code)
    except BrokenPipeError:
        leave_quietly()
    except Exception as error:
        answer_for(error)
    sys.exit(Exit.OK)
