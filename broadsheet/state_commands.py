"""`broadsheet why` and `broadsheet status`: what a state file can tell a person."""

from __future__ import annotations

import msgspec
from rich.console import Console
from rich.table import Table

from broadsheet.errors import BadInput
from scrapers.discovery.owners import site_of
from scrapers.frontier.errors import StateError
from scrapers.frontier.fates import MEANINGS, WAITING
from scrapers.frontier.report import SiteReport, Story, one_of_many, report_sites, tell_story
from scrapers.frontier.state import reading


def say_why(url: str, state: str, console: Console) -> None:
    """Tells what became of a URL. Raises BadInput for one that was never seen, and where there is no state file."""
    try:
        with reading(state) as connection:
            story = tell_story(connection, url)
            pattern = one_of_many(connection, url) if story is None else None
    except StateError as error:
        raise BadInput(str(error)) from None
    if pattern is not None:
        raise BadInput(f"{url}: never seen, or one of very many links like {pattern} that are not followed")
    if story is None:
        raise BadInput(f"{url}: never seen by a crawl with the state file {state}")
    for line in story_lines(story):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def story_lines(story: Story) -> list[str]:
    """A URL's story, a line a fact."""
    fate = story.fate or WAITING
    meaning = MEANINGS.get(fate, "nobody has been there yet")
    lines = [f"{story.given}", f"  {fate}: {story.detail or meaning}"]
    if story.url != story.given:
        lines.append(f"  known as {story.url}")
    source = f"{story.discovered_by} {story.discovered_on}" if story.discovered_on else story.discovered_by
    lines.append(f"  {story.discovered_at}  discovered ({story.kind}) by {source}")
    lines += [f"  {at}  {fate}{f': {detail}' if detail else ''}" for at, fate, detail in story.visits]
    if not story.visits and story.fate_at:
        lines.append(f"  {story.fate_at}  {fate}, without going there")
    if story.published:
        lines.append(f"  dated {story.published}")
    lines += [f"  version {version} saved at {saved_at}" for version, saved_at in story.versions]
    lines += [f"  also at {other}" for other in story.others]
    lines.append(f"  {_next(story)}")
    return lines


def say_status(site: str | None, state: str, console: Console, *, as_json: bool = False) -> None:
    """Tells what became of all URLs, site by site, as tables or as JSON, an object a line.

    Raises BadInput where there is no state file, or no such site.
    """
    wanted = None if site is None else site_of(site if "://" in site else f"https://{site}")
    try:
        with reading(state) as connection:
            reports = report_sites(connection, wanted)
            if wanted is not None and not reports:
                reports = report_sites(connection, site)
    except StateError as error:
        raise BadInput(str(error)) from None
    if not reports and site is not None:
        raise BadInput(f"{site}: no such site in the state file {state}")
    for report in reports:
        if as_json:
            console.out(msgspec.json.encode(report._asdict()).decode(), highlight=False)
        else:
            console.print(_table(report))


def _table(report: SiteReport) -> Table:
    table = Table(box=None, pad_edge=False, title=report.site, title_justify="left", title_style="bold")
    table.add_column("fate")
    table.add_column("URLs", justify="right")
    table.add_column("meaning", style="dim")
    for fate, count in report.fates.items():
        table.add_row(fate, f"{count:,}", MEANINGS.get(fate, "not fetched yet"))
    table.add_row("discovered", f"{report.discovered:,}", "the sum of all fates", style="bold")
    versions = f" in {report.versions:,} versions" if report.versions != report.articles else ""
    table.caption = f"{report.articles:,} articles{versions}"
    table.caption_justify = "left"
    return table


def _next(story: Story) -> str:
    return {
        "due": "due now",
        "later": f"looked at again from {story.due_at} on",
        "leased": "being fetched",
        "done": "not looked at again",
    }[story.state]
