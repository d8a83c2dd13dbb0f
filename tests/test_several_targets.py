"""Several targets at once: each gets everything once, whatever becomes of the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gazette import Paper, printed
from test_archive import story

import output
from items import Article
from scrapers.frontier import deliveries
from scrapers.frontier.articles import Articles
from scrapers.frontier.deliveries import Deliveries
from scrapers.frontier.state import State
from scrapers.pipelines import OutputPlace, record_json

ROOT = Path(__file__).parent.parent
COMMAND = (sys.executable, "-m", "broadsheet")


def broadsheet(folder: Path, *words: str, **how: object) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    how.setdefault("stdout", subprocess.PIPE)
    return subprocess.run(
        [*COMMAND, *words], cwd=folder, env=env, stderr=subprocess.PIPE, text=True, check=False, timeout=300, **how
    )


@pytest.fixture
def page(tmp_path) -> Path:
    (tmp_path / "page.html").write_text(story("The lemons"))
    return tmp_path


class TestClean:
    def test_every_target_holds_the_same(self, page):
        targets = ("a.jsonl", "b.jsonl.gz", "c.parquet", "d.sqlite", "e/")
        done = broadsheet(page, "clean", "page.html", *(word for target in targets for word in ("-o", target)))
        assert done.returncode == 0, done.stderr
        assert "1 article saved to a.jsonl, b.jsonl.gz, c.parquet, d.sqlite, e/" in done.stderr
        first, *others = ([record.title for record in output.read(f"{page}/{target}")] for target in targets)
        assert first == ["The lemons"]
        assert all(other == first for other in others)

    def test_where_one_cannot_be_opened_none_is_touched(self, page):
        (page / "a.jsonl").write_text("old\n")
        for other, code in (("b.nothing", 2), ("page.html/b.jsonl", 3)):
            done = broadsheet(page, "clean", "page.html", "-o", "a.jsonl", "-o", "c.parquet", "-o", other)
            assert done.returncode == code, done.stderr
            assert len(done.stderr.splitlines()) == 1
            assert (page / "a.jsonl").read_text() == "old\n"
            assert sorted(path.name for path in page.iterdir()) == ["a.jsonl", "page.html"]

    @pytest.mark.parametrize(
        ("one", "other", "said"),
        [
            ("a.jsonl", "a.jsonl", "a.jsonl is given twice"),
            ("a.jsonl", "./a.jsonl", "./a.jsonl (a.jsonl) is given twice"),
            ("new", "link/new/", "link/new/ (new) is given twice"),
            ("postgres://u:secret@h/d", "postgresql://u:secret@h/d", "//u@h/d (postgres://u@h/d) is given twice"),
        ],
    )
    def test_the_same_twice_is_refused_however_it_is_spelled(self, page, one, other, said):
        (page / "new").mkdir()
        (page / "link").symlink_to(page)
        for command in (("clean", "page.html"), ("export", "page.html")):
            done = broadsheet(page, *command, "-o", one, "-o", other)
            assert done.returncode == 2
            assert said in done.stderr

    @pytest.mark.parametrize("other", ["a.jsonl", "a.parquet"])
    def test_a_reader_that_goes_away_costs_the_others_nothing(self, page, other):
        reading, writing = os.pipe()
        os.close(reading)
        done = broadsheet(page, "clean", "page.html", "-o", "-", "-o", other, stdout=writing)
        os.close(writing)
        assert done.returncode == 0, done.stderr
        assert [record.title for record in output.read(page / other)] == ["The lemons"]


def kept(state: State, numbers: range) -> None:
    articles = Articles(state)
    for number in numbers:
        row = state.execute(
            "INSERT INTO urls (url, given, site, host, pattern, kind, depth, discovered_by, priority, state,"
            " discovered_at) VALUES (?1, ?1, 'example.org', 'example.org', '', 'article', 1, 'feed', 1.0, 'done',"
            " '2026-01-01')",
            (f"https://example.org/{number}",),
        ).lastrowid
        assert row is not None
        articles.keep(row, 1, "", str(number), record_json(Article(id=str(number), title="Title")))


def ids(path: Path) -> list[str]:
    return [record.id for record in output.read(path)]


class TestCrawl:
    def test_one_that_fails_costs_the_others_nothing_and_goes_on_itself(self, tmp_path, monkeypatch):
        monkeypatch.setattr(deliveries, "REST", 0.0)
        said: list[str] = []
        good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
        with State(tmp_path / "state.db") as state:
            places = [OutputPlace(str(path)) for path in (bad, good)]
            both = Deliveries(Articles(state), places, said.append)
            kept(state, range(5))
            both.deliver()
            full = os.open("/dev/full", os.O_WRONLY)
            os.dup2(full, both._targets[0]._outbox._target.raw.fileno())  # from here on the disk refuses
            os.close(full)
            kept(state, range(5, 10))
            both.deliver()
            assert ids(good) == [str(number) for number in range(10)]
            assert len(said) == 1
            assert said[0].startswith(f"{bad}: ")
            kept(state, range(10, 12))
            both.deliver()
            both.close()
            state.commit()
        assert ids(bad) == ids(good) == [str(number) for number in range(12)]

    def test_one_that_stays_broken_is_told_at_the_end(self, tmp_path):
        with printed(Paper(articles=12)) as gazette:
            done = broadsheet(
                tmp_path, "crawl", gazette.home, "-o", "/dev/full", "-o", "out.jsonl", "--format", "jsonl",
                "--allow-private", "--delay", "0",
            )  # fmt: skip
        assert done.returncode == 3, done.stderr
        assert "/dev/full: No space left" in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr
        found = [json.loads(line)["canonical_url"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
        assert sorted(found) == sorted(gazette.base + one.path for one in gazette.paper.stories)
