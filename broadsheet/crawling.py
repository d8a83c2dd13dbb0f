"""`broadsheet crawl`: whole newspapers into a state file, and from there to a destination."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from rich.console import Console

from broadsheet.errors import BadConfiguration, BadInput, Busy, DiskRefused, Exit, Interrupted
from broadsheet.progress import CrawlProgress
from broadsheet.scraping import check_crawl_size, check_urls
from cleaners import Options
from output import OutputError
from scrapers.browser import NoBrowser, browser_settings
from scrapers.discovery.owners import site_of
from scrapers.frontier.errors import StateBusy, StateError
from scrapers.frontier.fates import READ, SAVED
from scrapers.frontier.state import State
from scrapers.pipelines import STANDARD_OUTPUT, OutputPlace
from scrapers.run_news import Crawl, CrawlOutcome, run_news_spider
from scrapers.sources import BadSources, Sources, read_sources
from scrapers.spiders.article import BadArgument
from scrapers.spiders.news import NewsSpider

DEFAULT_TARGET = "articles.jsonl"
DEFAULT_STATE = "broadsheet.db"


class Manners(NamedTuple):
    """How a crawl behaves towards the sites."""

    delay: float | None = None
    concurrency: int | None = None
    contact: str | None = None
    allow_private: bool = False
    browser_sites: tuple[str, ...] = ()
    """Addresses of sites whose pages are fetched with a browser."""

    def settings(self) -> dict[str, object]:
        """The same as Scrapy settings."""
        settings: dict[str, object] = {"BROADSHEET_ALLOW_PRIVATE": self.allow_private}
        if self.delay is not None:
            settings["DOWNLOAD_DELAY"] = self.delay
        if self.concurrency is not None:
            settings["CONCURRENT_REQUESTS"] = self.concurrency
        if self.contact is not None:
            settings["BROADSHEET_CONTACT"] = self.contact
        if self.browser_sites:
            settings |= browser_settings(self.browser_sites, allow_private=self.allow_private)
        return settings


class Plan(NamedTuple):
    """What a command line and a sources file come to together."""

    crawl: Crawl
    targets: tuple[str, ...]
    state: str
    manners: Manners


def plan(
    sites: Sequence[str],
    file: str | None,
    state: str,
    targets: tuple[str, ...],
    *,
    due: bool,
    contact: str | None,
    delay: float | None,
    concurrency: int | None,
    since: str | None,
    max_articles: int | None,
    **rest: Any,
) -> Plan:
    """What is given on the command line comes before the sources file. Raises BadInput for a file that is none."""
    try:
        sources = read_sources(file) if file is not None else Sources()
        chosen = sources.chosen(sites) if file is not None else ()
    except BadSources as error:
        raise BadInput(str(error)) from None
    if file is not None and not chosen:
        raise BadInput(f"{file}: no newspaper in it is enabled")
    given = sources.crawl
    crawl = Crawl(
        sites=[source.home for source in chosen] or sites,
        sources=chosen,
        due_only=due,
        since=since or given.since,
        max_articles=max_articles or given.max_articles,
        **rest,
    )
    manners = Manners(
        delay if delay is not None else given.delay,
        concurrency or given.concurrency,
        contact or given.contact,
        browser_sites=tuple(source.home for source in chosen if source.browser),
    )
    # The state file's own default is the same, so that naming it on the command line changes nothing.
    place = given.state if given.state is not None and state == DEFAULT_STATE else state
    outputs = (given.output,) if isinstance(given.output, str) else given.output
    return Plan(crawl, targets or outputs or (default_target(),), place, manners)


def default_target() -> str:
    """Where articles go without -o: a reader gets them as lines, a person as a file."""
    return DEFAULT_TARGET if sys.stdout.isatty() else STANDARD_OUTPUT


def crawl_to(
    targets: Sequence[str],
    form: str | None,
    wanted: Crawl,
    state_file: str,
    *,
    options: Options,
    manners: Manners,
    settings: Mapping[str, object],
) -> Exit:
    """Crawls, says how it goes and went on standard error, and returns what that means to a script.

    Raises BadInput, Busy (another crawl has the state file), DiskRefused, and Interrupted.
    """
    check_urls((*wanted.sites, *wanted.feeds, *wanted.sitemaps), allow_private=manners.allow_private)
    _check_arguments(wanted)
    scrapy_settings = {**_mannerly(manners), **settings}
    check_crawl_size(wanted.max_articles, wanted.sites, manners.contact)
    console = Console(stderr=True)
    state = open_state(state_file)
    known = _articles(state, wanted)
    with CrawlProgress(console) as progress:
        try:
            outcome = run_news_spider(
                wanted,
                state,
                places=[OutputPlace(target, form) for target in targets],
                options=options,
                settings=scrapy_settings,
                watch=progress.show,
                say=partial(print_line, console),
            )
        except StateError as error:
            raise DiskRefused(str(error)) from None
        except OutputError as error:
            raise DiskRefused(
                f"{error}; what was saved is in {state.path}, and the same command goes on from there"
            ) from None
    say(console, outcome, targets, str(state.path), known)
    if outcome.interrupted and not wanted.watch:
        raise Interrupted("interrupted: run the same command again, and it goes on from here")
    return exit_code(outcome, known)


def _mannerly(manners: Manners) -> dict[str, object]:
    try:
        return manners.settings()
    except NoBrowser as error:
        raise BadConfiguration(str(error)) from None


def open_state(path: str) -> State:
    """The state file, opened for a crawl. Raises Busy, DiskRefused."""
    try:
        return State(path)
    except StateBusy as error:
        raise Busy(str(error)) from None
    except StateError as error:
        raise DiskRefused(str(error)) from None


def exit_code(outcome: CrawlOutcome, known: int) -> Exit:
    """What a run came to, for a script. known: articles that the state file had of these sites before."""
    if outcome.failed:
        return Exit.INPUTS_FAILED
    return Exit.OK if outcome.saved or known else Exit.NOTHING_FOUND


def say(console: Console, outcome: CrawlOutcome, targets: Sequence[str], state: str, known: int) -> None:
    """The summary: what was saved, what became of the rest, and where everything is."""
    files = [target for target in targets if target != STANDARD_OUTPUT]
    where = f" to {', '.join(files)}" if files else ""
    fates = Counter[str]()
    for (_, fate), count in outcome.fates.items():
        fates[fate] += count
    line = f"{outcome.saved:,} new {'article' if outcome.saved == 1 else 'articles'} saved{where}"
    others = [f"{count:,} {fate}" for fate, count in fates.most_common() if fate not in (SAVED, READ)]
    print_line(console, ", ".join((line, *others)) + f" · {outcome.seconds:.0f} s")
    if outcome.withheld:
        print_line(console, _withheld(outcome.withheld))
    print_line(console, f"state file: {state} (broadsheet status --state {os.path.relpath(state)} tells more)")
    if not outcome.saved and not outcome.interrupted:
        print_line(console, _nothing_new(state, known))


def _withheld(count: int) -> str:
    texts = "the text of 1 article is" if count == 1 else f"the texts of {count:,} articles are"
    return f"{texts} not stored: the pages say noarchive or noindex; --keep-withheld stores such texts from now on"


def print_line(console: Console, text: str) -> None:
    """One line, as it is."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _nothing_new(state: str, known: int) -> str:
    if not known:
        return "no article was found"
    name = os.path.relpath(state)
    return (
        f"nothing new: {known:,} articles are known from earlier runs. To start over: --state OTHER, or delete {name}"
    )


def _articles(state: State, wanted: Crawl) -> int:
    sites = [site_of(home) for home in wanted.sites]
    rows = state.rows(
        f"SELECT count(DISTINCT articles.url) FROM articles JOIN urls ON urls.id = articles.url"
        f" WHERE site IN ({', '.join('?' * len(sites))})",
        sites,
    )
    return int(rows[0][0])


def _check_arguments(wanted: Crawl) -> None:
    try:
        NewsSpider.check_arguments(site=" ".join(wanted.sites), since=wanted.since, until=wanted.until)
    except BadArgument as error:
        raise BadInput(str(error)) from None
