"""Whatever happens, in whatever order, and whenever the plug is pulled: nothing is lost, nothing is there twice."""

from __future__ import annotations

import gc
import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from items import Announced, Article, Block, Failure, Page
from scrapers.frontier.fates import NOT_FOLLOWED, READ, SAVED, TOO_DEEP, TRAP, UNCHANGED, Fate
from scrapers.frontier.found import Found
from scrapers.frontier.frontier import Arrival, Frontier
from scrapers.frontier.limits import Limits
from scrapers.frontier.outbox import Outbox
from scrapers.frontier.report import one_of_many, report_sites
from scrapers.frontier.state import State, reading
from scrapers.frontier.traps import MOST_ALIKE, pattern_of
from scrapers.pipelines import OutputPlace, record_json

SITE = "example.org"
REASONS = ("404 Not Found", "403 Forbidden", "410 Gone", "no answer in time", "robots.txt forbids it", "too large")


def found(number: int, kind: str = "article", fate: Fate | None = None) -> Found:
    url = f"https://example.org/{kind}/{number}"
    where = {"url": url, "given": url, "host": SITE, "pattern": pattern_of(url)}
    return Found(**where, kind=kind, depth=1, by="feed", fate=fate, priority=float(number))


class Crawls(RuleBasedStateMachine):
    """Random crawls over one state file and one target, killed at random."""

    @initialize()
    def begin(self) -> None:
        # Kills are feigned, no power is cut: a disk in memory does, and is many times as fast.
        self.folder = TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
        self.state_file = Path(self.folder.name) / "state.db"
        self.target = Path(self.folder.name) / "out.jsonl"
        self.discovered: set[str] = set()
        self.durable: set[str] = set()
        self.texts: dict[str, int] = {}
        self.in_vain: set[str] = set()
        """What somebody went for, and nobody would know what came of it after a kill."""
        self.accepted: set[str] = set()
        self.open()

    def open(self) -> None:
        self.frontier = Frontier(State(self.state_file), [SITE], Limits(in_flight=4, per_host=4))
        self.outbox = Outbox(self.frontier.articles, OutputPlace(str(self.target)), lambda line: None)
        self.leases = []

    @rule(numbers=st.lists(st.integers(0, 30), max_size=6), kind=st.sampled_from(["article", "feed", "section"]))
    def discover(self, numbers: list[int], kind: str) -> None:
        self.frontier.discover(SITE, [found(number, kind) for number in numbers])

    @rule(number=st.integers(31, 40))
    def discover_what_will_not_be_fetched(self, number: int) -> None:
        self.frontier.discover(SITE, [found(number, fate=Fate("too old", "of 2020-01-01"))])

    @rule()
    def take(self) -> None:
        lease = self.frontier.take()
        if lease is not None:
            assert lease.id not in {other.id for other in self.leases}
            self.leases.append(lease)
            self._is_safe()
            self.in_vain.add(lease.url)

    @rule(data=st.data())
    def fail(self, data: st.DataObject) -> None:
        self._accept(data, lambda lease: Failure(lease.given, data.draw(st.sampled_from(REASONS))))

    @rule(data=st.data(), names=st.lists(st.integers(0, 30), max_size=3))
    def read(self, data: st.DataObject, names: list[int]) -> None:
        outcome = Fate(data.draw(st.sampled_from([READ, UNCHANGED])))
        self._accept(data, lambda lease: outcome, tuple(found(number) for number in names))

    @rule(data=st.data(), same_as=st.none() | st.integers(0, 30), kind=st.sampled_from(["article", "article", "index"]))
    def clean(self, data: st.DataObject, same_as: int | None, kind: str) -> None:
        """An article of its own, one like another, a changed one, or a page that is none."""
        lease = self._lease(data)
        if lease is None:
            return
        edition = data.draw(st.integers(0, 2))
        text = f"Text of {lease.url if same_as is None else same_as}, edition {edition}."
        page = Page(content=text, url=lease.given)
        article = Article(
            id=lease.url, url=lease.given, title="Title", text=text, blocks=(Block("paragraph", text),), kind=kind
        )
        self.frontier.landed(lease)
        self.frontier.accept(Arrival(lease=lease, outcome=page), article, record_json)
        self.accepted.add(lease.url)

    @rule()
    def commit(self) -> None:
        self.frontier.commit()
        self._is_safe()

    @rule()
    def deliver(self) -> None:
        self.outbox.deliver()

    @rule(torn=st.binary(max_size=20))
    def kill(self, torn: bytes) -> None:
        """The process is gone: whatever was not committed is not there, and the target may end in anything."""
        self.frontier.state._connection.close()
        self.frontier.state._lock.release()
        self.accepted.clear()
        self.outbox._target.raw.close()
        gc.collect()
        with self.target.open("ab") as file:
            file.write(torn)
        self.open()

    @rule()
    def end(self) -> None:
        self.frontier.commit()
        self.outbox.deliver()
        self.outbox.close()
        self.frontier.close("finished")
        self.frontier.state.close()
        self._is_safe()
        self._target_is_the_store()
        self.open()

    @invariant()
    def discovered_is_the_sum_of_all_fates(self) -> None:
        if not hasattr(self, "frontier"):
            return
        with reading(self.state_file) as connection:
            for report in report_sites(connection):
                assert report.discovered == sum(report.fates.values())
        rows = self.frontier.state.rows("SELECT count(*) FROM urls")
        assert rows[0][0] == sum(self.frontier.urls.counts().values())

    @invariant()
    def every_article_has_its_versions_in_a_row(self) -> None:
        if not hasattr(self, "frontier"):
            return
        rows = self.frontier.state.rows("SELECT url, count(*), min(version), max(version) FROM articles GROUP BY url")
        assert all(first == 1 and last == count for _, count, first, last in rows)

    @invariant()
    def no_more_is_in_flight_than_allowed(self) -> None:
        assert not hasattr(self, "frontier") or len(self.frontier.in_flight) <= 4

    @invariant()
    def however_often_it_is_killed_few_pages_are_fetched_in_vain(self) -> None:
        assert not hasattr(self, "frontier") or len(self.in_vain) <= 4

    def teardown(self) -> None:
        if hasattr(self, "frontier"):
            self.end()
            self.frontier.state.close()
            self.folder.cleanup()

    def _lease(self, data: st.DataObject):
        return self.leases.pop(data.draw(st.integers(0, len(self.leases) - 1))) if self.leases else None

    def _accept(self, data: st.DataObject, outcome, named: tuple[Found, ...] = ()) -> None:
        lease = self._lease(data)
        if lease is not None:
            self.frontier.landed(lease)
            self.frontier.accept(Arrival(lease=lease, outcome=outcome(lease), found=named))
            self.accepted.add(lease.url)

    def _is_safe(self) -> None:
        self.in_vain -= self.accepted
        self.accepted.clear()

    def _target_is_the_store(self) -> None:
        """Every version once, in order, every line whole."""
        lines = self.target.read_bytes().splitlines()
        with reading(self.state_file) as connection:
            stored = [
                record.encode() for (record,) in connection.execute("SELECT record FROM articles ORDER BY sequence")
            ]
            saved = Counter(fate for (fate,) in connection.execute("SELECT fate FROM urls"))[SAVED]
        assert lines == stored
        assert len({(json.loads(line)["id"], json.loads(line)["version"]) for line in lines}) == len(lines)
        assert saved <= len(lines)


TestCrawls = Crawls.TestCase
TestCrawls.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_a_link_that_was_not_followed_is_when_a_feed_names_it(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        frontier = Frontier(state, [SITE], Limits())
        assert frontier.discover(SITE, [found(1, fate=Fate(NOT_FOLLOWED, "a short path"))]) == 0
        assert frontier.take() is None
        assert frontier.discover(SITE, [found(1)]) == 1
        assert frontier.discover(SITE, [found(1)]) == 0
        assert frontier.take() is not None
        assert frontier.urls.counts() == {"waiting": 1}


def test_what_is_too_deep_for_a_link_is_fetched_when_a_sitemap_names_it(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        frontier = Frontier(state, [SITE], Limits(per_host=2))
        for fate in (Fate(TOO_DEEP, "9 links from the home page"), Fate(TRAP, "like others")):
            deep = msgspec.structs.replace(found(1), by="link", depth=9, fate=fate)
            other = msgspec.structs.replace(deep, url=f"{deep.url}/{fate.name}")
            assert frontier.discover(SITE, [other]) == 0
            assert frontier.discover(SITE, [msgspec.structs.replace(other, by="sitemap", depth=1, fate=None)]) == 1
            assert frontier.take() is not None
        assert not +frontier.fates
        assert frontier.found == 2


def test_a_link_that_is_followed_after_all_is_counted_once(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        frontier = Frontier(state, [SITE], Limits())
        frontier.discover(SITE, [found(1, fate=Fate(NOT_FOLLOWED, "a short path"))])
        assert frontier.fates == {(SITE, NOT_FOLLOWED): 1}
        frontier.discover(SITE, [found(1)])
        lease = frontier.take()
        assert lease is not None
        frontier.accept(Arrival(lease=lease, outcome=Fate(READ)))
        assert +frontier.fates == {(SITE, READ): 1}


def test_of_links_alike_that_nobody_follows_a_hundred_are_remembered(tmp_path: Path) -> None:
    def links(kind: str, numbers: range) -> list[Found]:
        return [found(number, kind, fate=Fate(NOT_FOLLOWED, "a service page")) for number in numbers]

    with State(tmp_path / "state.db") as state:
        frontier = Frontier(state, [SITE], Limits())
        for begin in (0, 60, 120):  # page after page
            frontier.discover(SITE, links("article", range(begin, begin + 60)))
        frontier.discover(SITE, links("section", range(5)))
        assert frontier.urls.counts() == {NOT_FOLLOWED: MOST_ALIKE + 5}
        assert frontier.found == MOST_ALIKE + 5
        assert frontier.discover(SITE, [found(150)]) == 1
        frontier.close("finished")
        again = Frontier(state, [SITE], Limits())
        again.discover(SITE, links("article", range(200, 260)))
        assert again.urls.counts() == {NOT_FOLLOWED: MOST_ALIKE + 5, "waiting": 1}
        state.commit()
        with reading(tmp_path / "state.db") as connection:
            assert one_of_many(connection, "https://example.org/article/777") == "/article/0"
            assert one_of_many(connection, "https://example.org/section/777") is None


def test_what_a_killed_run_had_in_hand_comes_first(tmp_path: Path) -> None:
    """Or every kill would make pages be fetched in vain that the one before has not."""

    def taken(frontier: Frontier) -> set[str]:
        return {lease.url for lease in iter(frontier.take, None)}

    limits = Limits(in_flight=4, per_host=4)
    with State(tmp_path / "state.db") as state:
        frontier = Frontier(state, [SITE], limits)
        frontier.discover(SITE, [found(number) for number in range(8)])
        in_hand = taken(frontier)
        assert in_hand == {found(number).url for number in (4, 5, 6, 7)}
    for newer in (20, 30):
        with State(tmp_path / "state.db") as state:
            assert state.returned == 4
            frontier = Frontier(state, [SITE], limits)
            dated = msgspec.structs.replace(found(4), published="2026-11-01", announced=Announced(source="feed"))
            frontier.discover(SITE, [dated, *(found(newer + number) for number in range(8))])
            frontier.commit()
            assert taken(frontier) == in_hand
            if newer == 30:
                frontier.close("interrupted")
    with State(tmp_path / "state.db") as state:
        assert state.returned == 0
        frontier = Frontier(state, [SITE], limits)
        frontier.discover(SITE, [found(40)])
        assert taken(frontier) == in_hand


def test_further_pages_of_an_article_count_as_in_hand(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        frontier = Frontier(state, [SITE], Limits(in_flight=4, per_host=9))
        frontier.discover(SITE, [found(number) for number in range(8)])
        first = frontier.take()
        for _ in range(3):
            frontier.asked_again(first)
        assert frontier.take() is None
        frontier.accept(Arrival(lease=first, outcome=Fate(READ)))
        frontier.commit()
        assert len(list(iter(frontier.take, None))) == 4
