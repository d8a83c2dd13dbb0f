"""Three newspapers of 2,000 articles, on hosts of their own, and two sites without end, day after day.

The first day's crawl is killed again and again. Every further day something is printed, changed, changed in its widgets
alone, or taken away, as a script by chance says. The script, and the logs of the servers, say what must come of it.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from gazette import Gazette, Paper, Story, printed
from gazette.traps import Calendar, Facets, Trap
from plug import IN_FLIGHT
from test_crawl import FAST, Desk

from scrapers.frontier.state import reading

pytestmark = pytest.mark.torture

SIZES = (900, 700, 400)
DAYS = 3
KILLS = 8
ANNOUNCERS = {"/feed.xml", "/sitemap.xml", "/news-sitemap.xml"}
TRAP_REQUESTS = 2000


class Town:
    """The sites of a town, and somebody who crawls all of them at once."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.desk = Desk(folder, patience=1800)
        self.luck = random.Random(2000)
        hosts = (f"127.0.0.{number}" for number in range(1, 10))
        papers = [Paper(articles=size, seed=number) for number, size in enumerate(SIZES)]
        self.papers = [stack.enter_context(printed(paper, next(hosts))) for paper in papers]
        self.traps = [stack.enter_context(printed(trap, next(hosts))) for trap in (Calendar(7), Facets(8))]
        self.sites = [*self.papers, *self.traps]
        self.versions = Counter(site.base + story.path for site in self.sites for story in stories_of(site))
        """How many versions of each article there must be."""
        self.gone: set[str] = set()

    def crawl(self) -> dict[str, set[str]]:
        """What each newspaper was asked for, by its address."""
        before = {paper.base: len(paper.log) for paper in self.papers}
        self.desk.crawl(*self._homes())
        return {paper.base: {request.path for request in paper.log[before[paper.base] :]} for paper in self.papers}

    def crawl_killed(self) -> None:
        """A crawl that is killed after some requests, until a last one comes to its end."""
        for _ in range(KILLS):
            enough = self._requests() + self.luck.randint(10, 250)
            process = self.desk.start("crawl", *self._homes(), "-o", "out.jsonl", *FAST)
            while self._requests() < enough:
                assert process.poll() is None
                time.sleep(0.02)
            process.kill()
            process.wait()
        self.desk.crawl(*self._homes())

    def _requests(self) -> int:
        return sum(len(site.log) for site in self.sites)

    def check(self) -> None:
        """Every article is there in as many versions as it has had; where not, its fate is named."""
        saved = Counter(record["canonical_url"] for record in self.desk.records)
        wrong = {url for url in saved | self.versions if saved[url] != self.versions[url]}
        assert not {url: (saved[url], self.versions[url], self.fates().get(url)) for url in wrong}

    def fates(self) -> dict[str, str]:
        with reading(self.desk.folder / "broadsheet.db") as state:
            return dict(state.execute("SELECT url, fate FROM urls"))

    def a_day_passes(self) -> dict[str, set[str]]:
        """What is printed; returns the pages of each newspaper that say that they are new or have changed."""
        return {paper.base: {story.path for story in self._edited(paper)} for paper in self.papers}

    def _edited(self, gazette: Gazette) -> Iterator[Story]:
        paper: Paper = gazette.paper
        there = [story for story in paper.stories if story.ways == "all" and gazette.base + story.path not in self.gone]
        *edited, busy, taken = self.luck.sample(there, 8)
        today = max(story.modified for story in paper.stories) + timedelta(hours=1)
        for story in edited:
            paper.edit(story, self.luck.randrange(6), f"The {story.number} of them will be counted once more.")
            story.modified = today
            self.versions[gazette.base + story.path] += 1
            yield story
        busy.visitors += 1
        busy.modified = today
        yield busy
        paper.gone[taken.path] = self.luck.choice((404, 410, 451))
        self.gone.add(gazette.base + taken.path)
        for _ in range(3):
            story = paper.publish()
            self.versions[gazette.base + story.path] += 1
            yield story

    def _homes(self) -> list[str]:
        return [site.home for site in self.sites]


def test_three_newspapers_day_after_day(tmp_path: Path) -> None:
    with ExitStack() as stack:
        town = Town(tmp_path, stack)
        town.crawl_killed()
        town.check()
        for paper in town.papers:
            asked = Counter(path.partition("?")[0] for path in paper.asked())
            again = sum(asked[story.path] - 1 for story in stories_of(paper))
            assert again <= IN_FLIGHT * KILLS
            assert not [path for path in asked if path.startswith("/private/")]
        assert max(len(trap.log) for trap in town.traps) <= TRAP_REQUESTS

        for _ in range(DAYS):
            changed = town.a_day_passes()
            asked_of = town.crawl()
            town.check()
            for base, asked in asked_of.items():
                assert {path for path in asked if not path.endswith(".xml")} == changed[base]
        asked_of = town.crawl()
        town.check()
        assert all(asked == ANNOUNCERS for asked in asked_of.values())

        # Every article's hour has come, and one of each newspaper was changed without a word.
        for paper in town.papers:
            story = next(story for story in paper.paper.stories if paper.base + story.path not in town.gone)
            story.text[0] = "Nobody was told of this."
            town.versions[paper.base + story.path] += 1
        town.desk.let_time_pass()
        town.crawl()
        town.check()
        fates = town.fates()
        assert {url for url, fate in fates.items() if fate == "gone"} == town.gone
        assert all(fates[url] in ("saved", "new version", "unchanged") for url in town.versions.keys() - town.gone)
        reports = [json.loads(line) for line in town.desk.run("status", "--json").stdout.splitlines()]
        assert all(report["discovered"] == sum(report["fates"].values()) for report in reports)
        assert sum(report["articles"] for report in reports) == len(town.versions)
        assert sum(report["versions"] for report in reports) == town.versions.total()


def stories_of(site: Gazette) -> list[Story]:
    return site.paper.paper.stories if isinstance(site.paper, Trap) else site.paper.stories
