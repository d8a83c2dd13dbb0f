"""The options that commands share, and what they come to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import click

from broadsheet.delivery import Destination
from cleaners.limits import LEAST_MEGABYTES, MEGABYTES_A_PAGE, SECONDS_A_PAGE, Limits
from cleaners.options import BODY_PARTS, DEFAULT_BODY, Options, parse_body
from cleaners.workers import cores

QUARANTINE = "quarantine"
LEAST_FREE = 100
"""Of `output.space`, which would import the whole room."""
FORMATS = ("json", "jsonl", "text", "markdown", "csv", "huggingface", "warc")
"""Of `output.FORMATS`, which takes longer to import than help should take to appear."""
KEEP_FREE = click.option(
    "--keep-free",
    type=click.IntRange(0),
    default=LEAST_FREE,
    show_default=True,
    metavar="MB",
    help="Stop before less than this is left on a disk.",
)
OPTIONS = (
    click.option(
        "-o",
        "targets",
        multiple=True,
        metavar="OUT",
        help="Where to save: x.jsonl (also .gz, .zst), x.json, folder/ (one file an article), - (standard output);"
        " may be given again. Without it a terminal gets something to read, a pipe JSON lines.",
    ),
    click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        help="What is written, whatever the name says.",
    ),
    click.option("--explain", is_flag=True, help="Add what was removed: text, judge, rule, how sure."),
    click.option("--all", "keep_all", is_flag=True, help="Keep pages that are no articles, with their kind."),
    click.option(
        "--body",
        default=",".join(part for part in BODY_PARTS if part in DEFAULT_BODY),
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
        "--strictness",
        type=click.Choice(["careful", "balanced", "thorough"]),
        default="careful",
        show_default=True,
        help="Plain text: how much content may be risked to remove more residue.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(1, 512),
        default=cores,
        show_default="the machine's cores",
        help="Cleaning processes.",
    ),
    click.option(
        "--page-seconds",
        type=click.FloatRange(min=0.1),
        default=SECONDS_A_PAGE,
        show_default=True,
        help="CPU time a page may take; then a simpler way is tried.",
    ),
    click.option(
        "--page-memory",
        type=click.IntRange(min=LEAST_MEGABYTES),
        default=MEGABYTES_A_PAGE,
        show_default=True,
        metavar="MB",
        help="Memory of a cleaning process.",
    ),
    click.option(
        "--quarantine",
        default=QUARANTINE,
        show_default=True,
        metavar="FOLDER",
        help="Where pages that broke the cleaner are set aside.",
    ),
    KEEP_FREE,
)
ARCHIVE_OPTION = click.option(
    "--archive", metavar="FOLDER", help="Keep every answer as it came, as WARC, to be cleaned again by reclean."
)
CONTACT_OPTION = click.option(
    "--contact", metavar="ADDRESS", help="Your mail or web address, for the sites to see; needed for over 100 pages."
)
STATE_OPTION = click.option(
    "--state", default="broadsheet.db", show_default=True, metavar="FILE", help="What the crawl remembers."
)
CRAWL_OPTIONS = (
    click.argument("sites", nargs=-1, metavar="SITE..."),
    STATE_OPTION,
    ARCHIVE_OPTION,
    click.option("--sources", metavar="FILE", help="Crawl the newspapers of a sources.toml; SITE names some."),
    click.option("--feed", "feeds", multiple=True, metavar="URL", help="A feed that the site does not name itself."),
    click.option("--sitemap", "sitemaps", multiple=True, metavar="URL", help="A sitemap it does not name itself."),
    click.option("--since", metavar="DAY", help="Leave out articles from before YYYY-MM-DD."),
    click.option("--until", metavar="DAY", help="Leave out articles from after YYYY-MM-DD."),
    click.option("--max-articles", type=click.IntRange(1), metavar="N", help="Stop after so many new articles."),
    click.option("--delay", type=click.FloatRange(0), metavar="SECONDS", help="Between two requests to a host."),
    click.option("--concurrency", type=click.IntRange(1), metavar="N", help="Requests under way to all hosts."),
    CONTACT_OPTION,
    click.option("--allow-private", is_flag=True, help="Allow loopback and private addresses."),
    click.option("--keep-withheld", is_flag=True, help="Store texts though their pages say noindex or noarchive."),
    click.option("-s", "settings", multiple=True, metavar="NAME=VALUE", help="Any Scrapy setting."),
)


class Wanted(NamedTuple):
    """What the options that all cleaning commands share come to."""

    destination: Destination
    options: Options
    workers: int
    limits: Limits
    quarantine: str

    def settings(self) -> dict[str, str]:
        """As the settings of a crawl that are not options of cleaning."""
        return {
            "BROADSHEET_PAGE_SECONDS": str(self.limits.seconds),
            "BROADSHEET_PAGE_MEGABYTES": str(self.limits.megabytes),
            "BROADSHEET_QUARANTINE": self.quarantine,
            "BROADSHEET_KEEP_FREE": str(self.destination.keep_free),
        }


def cleaning_command(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the shared options, and hands it what they come to as `wanted`."""

    @wraps(command)
    def with_options(**given: Any) -> None:
        destination = Destination(
            checked_targets(given.pop("targets")),
            given.pop("form"),
            given["explain"],
            given.pop("keep_all"),
            given.pop("keep_free"),
        )
        workers = given.pop("workers")
        options = Options(
            explain=given.pop("explain"),
            body=_body(given.pop("body")),
            second_opinion=given.pop("second_opinion"),
            strictness=given.pop("strictness"),
        )
        limits = Limits(given.pop("page_seconds"), given.pop("page_memory"))
        command(wanted=Wanted(destination, options, workers, limits, given.pop("quarantine")), **given)

    for option in reversed(OPTIONS):
        with_options = option(with_options)
    return with_options


def crawling_command(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options of a crawl, beside those that all cleaning commands share."""
    command = cleaning_command(command)
    for option in reversed(CRAWL_OPTIONS):
        command = option(command)
    return command


def checked_targets(given: tuple[str, ...]) -> tuple[str, ...]:
    """The targets as given. Raises click.BadParameter where one is given twice, however it is spelled."""
    if len(given) > 1:
        from output.targets import given_twice  # noqa: PLC0415

        twice = given_twice(given)
        if twice is not None:
            raise click.BadParameter(f"{twice} is given twice", param_hint="-o")
    return given


def _body(value: str) -> frozenset[str]:
    try:
        return parse_body(value)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--body") from None
