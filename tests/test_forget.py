"""`broadsheet forget`: gone from the state file, the crawl's targets and exports, and not fetched again."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

import output
from broadsheet.card import front_matter
from broadsheet.errors import BadInput
from broadsheet.forgetting import forget, wanted
from tests.copies import assert_only_copies_left, copies
from tests.records import some_record
from tests.servers import serving
from tests.test_scrapers_crawl import story

OTHERS = ("-o", "out.db", "-o", "out-{part:1B}.jsonl")


def broadsheet(*arguments: str, folder: Path) -> str:
    command = [sys.executable, "-m", "broadsheet", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stderr


def titles(path: Path) -> list[str]:
    return sorted(record.title or "" for record in output.read(path))


def test_a_page_goes_from_state_and_target_and_is_not_fetched_again(tmp_path: Path) -> None:
    paths = [f"/2024/05/0{number}/the-story-number-{number}-of-the-day" for number in (1, 2, 3)]
    words = "of the day that everybody reads"
    links = "".join(f"<p><a href='{path}'>The story {path[-12:]} {words}</a></p>" for path in paths)
    pages = {path: story(f"Story {number}") for number, path in enumerate(paths)}
    with serving({"/": f"<html><body>{links}</body></html>", **pages}) as site:
        asked = ("--allow-private", "-o", "out.jsonl", *OTHERS, "--state", "s.db", "-s", "DOWNLOAD_DELAY=0")
        crawl = ("crawl", site.url("/"), *asked)
        said = broadsheet(*crawl, folder=tmp_path)
        assert len(list(output.read(tmp_path / "out.jsonl"))) == 3, said
        said = broadsheet("forget", site.url(paths[1]), "--state", "s.db", folder=tmp_path)
        assert "s.db: 1 article forgotten" in said
        assert titles(tmp_path / "out.jsonl") == ["Story 0", "Story 2"]
        assert titles(tmp_path / "out.db") == titles(tmp_path / "out-{part:1B}.jsonl") == ["Story 0", "Story 2"]
        assert b"Story 1" not in b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
        before = site.hits.count(paths[1])
        broadsheet(*crawl, folder=tmp_path)
        assert site.hits.count(paths[1]) == before
        assert titles(tmp_path / "out.jsonl") == ["Story 0", "Story 2"]
        with closing(sqlite3.connect(tmp_path / "s.db")) as state:
            fates = dict(state.execute("SELECT given, fate FROM urls WHERE given LIKE '%number-2%'").fetchall())
        assert list(fates.values()) == ["forgotten"]


@pytest.mark.parametrize(
    "name",
    ["x.jsonl", "x.jsonl.gz", "x.json", "folder/", "x.csv", "x.warc.gz", "x.parquet", "x.db", "x-{part:1B}.jsonl.gz"],
)
def test_a_site_goes_from_whatever_was_saved(tmp_path: Path, name: str) -> None:
    target = str(tmp_path / name) + ("/" if name.endswith("/") else "")
    with output.open(target) as sink:
        for number in range(3):
            sink.write(some_record(number))
    assert forget("https://example.org/1", None, [target]) == {target: 1}
    assert len(list(output.read(target))) == 2
    assert not any(b"example.org/1" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert forget("example.org", None, [target]) == {target: 2}
    assert list(output.read(target)) == []


def test_a_page_goes_from_a_folder_of_markdown_and_of_lines(tmp_path: Path) -> None:
    for form in ("markdown", "jsonl"):
        target = f"{tmp_path / form}/"
        with output.open(target, form) as sink:
            for number in range(3):
                sink.write(some_record(number))
        assert forget("https://example.org/1", None, [target]) == {target: 1}
        assert not any(b"example.org/1" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert forget("example.org", None, [target]) == {target: 2}


def test_files_that_do_not_say_what_they_hold_are_named(tmp_path: Path) -> None:
    target = f"{tmp_path}/x/"
    with output.open(target, "text") as sink:
        sink.write(some_record(1))
    with pytest.raises(BadInput, match="by hand"):
        forget("example.org", None, [target])


def test_what_is_neither_a_page_nor_a_site_is_refused() -> None:
    with pytest.raises(BadInput, match="neither"):
        wanted("nonsense")


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.parquet", "x.db", "folder/", "markdown/", "x-{part:1B}.jsonl"])
def test_copies_do_not_say_where_what_is_forgotten_stood(tmp_path: Path, name: str) -> None:
    target, form = str(tmp_path / name) + "/" * name.endswith("/"), "markdown" if name == "markdown/" else None
    with output.open(target, form) as sink:
        for record in copies():
            sink.write(record)
    assert forget("https://example.org/1", None, [target]) == {target: 1}
    assert not any(b"example.org/1" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    if form:
        return
    assert_only_copies_left(target)


def test_replaced_versions_of_copies_do_not_say_it_either(tmp_path: Path) -> None:
    target = str(tmp_path / "x.db")
    _, second, *_ = copies()
    with output.open(target) as sink:
        for record in (second, replace(second, version=2)):
            sink.write(record)
    assert forget("https://example.org/1", None, [target]) == {target: 0}
    assert b"example.org/1" not in (tmp_path / "x.db").read_bytes()
    (left,) = output.read(target)
    with output.open(target) as sink:
        sink.write(left)  # it is known, so nothing is added
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (2,)


def test_a_crawl_forgets_the_first_of_two_copies(tmp_path: Path) -> None:
    page, links = (
        "/2024/05/01/the-story-of-the-day",
        "<p><a href='{}'>The story of the day that everybody reads</a></p>",
    )
    pages = {"/": f"<html><body>{links.format(page)}</body></html>", page: story("Everybody")}
    with serving(pages) as one, serving(pages, "127.0.0.2") as other:
        places = ("-o", "out.jsonl", "-o", "out.db", "-o", "out/", "--state", "s.db")
        crawl = ("crawl", one.url("/"), other.url("/"), "--allow-private", *places, "-s", "DOWNLOAD_DELAY=0")
        said = broadsheet(*crawl, folder=tmp_path)
        copy = next((record for record in output.read(tmp_path / "out.jsonl") if record.first_seen), None)
        assert copy is not None, said
        broadsheet("forget", str(copy.first_seen), "--state", "s.db", folder=tmp_path)
    for target in ("out.jsonl", "out.db", "out/"):
        (left,) = output.read(tmp_path / target)
        assert left == replace(copy, cluster=copy.id, first_seen=None), target
    with closing(sqlite3.connect(tmp_path / "s.db")) as state:
        assert state.execute("SELECT cluster FROM clusters").fetchall() == [(copy.id,)]


def test_the_card_of_an_export_is_counted_again(tmp_path: Path) -> None:
    with output.open(tmp_path / "in.jsonl") as sink:
        for number in range(3):
            sink.write(replace(some_record(number), canonical_url=None, url=f"https://paper{number}.example/{number}"))
    for target in ("out.csv", "folder/"):
        broadsheet("export", "in.jsonl", "-o", target, "--min-words", "0", "--include-reserved", folder=tmp_path)
        broadsheet("forget", "paper1.example", "--from", target, folder=tmp_path)
    for card in ("out.csv.card.md", "folder/corpus.card.md"):
        said = front_matter((tmp_path / card).read_text())
        assert (said["articles"], said["made_from"]) == (2, "in.jsonl")
        assert said["site"] == {"paper0.example": 1, "paper2.example": 1}


def test_a_card_that_cannot_be_counted_again_is_taken_away(tmp_path: Path) -> None:
    with output.open(tmp_path / "in.jsonl") as sink:
        sink.write(some_record(1))
    broadsheet("export", "in.jsonl", "-o", "md/", "--format", "markdown", folder=tmp_path)
    assert (tmp_path / "md/corpus.card.md").exists()
    broadsheet("forget", "https://example.org/1", "--from", "md/", folder=tmp_path)
    assert not (tmp_path / "md/corpus.card.md").exists()
