"""`broadsheet export`: from anything to anything, chosen, in order, once, with a card that tells the truth."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import RECORDS as arbitrary_records  # noqa: N811  # a strategy
from records import save, some_record

import output
from broadsheet.choosing import Choice, site_name
from broadsheet.digest import Digest
from broadsheet.errors import BadInput
from broadsheet.export_place import card_path
from broadsheet.exporting import choice_of, export, export_to, summary
from output import Record
from output.jsonl import json_line
from scrapers.frontier.state import State

TESTS = Path(__file__).parent
TARGETS = [
    "out.jsonl",
    "out.jsonl.zst",
    "out.json",
    "out.csv",
    "out.parquet",
    "out.sqlite",
    "out.warc.gz",
    "folder/",
    "out-{part:9KB}.jsonl",
]
EVERYTHING = Choice(include_reserved=True)


@pytest.fixture(autouse=True)
def state_home(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def varied(number: int) -> Record:
    return msgspec.structs.replace(
        some_record(number),
        url=f"https://{'news.' if number % 2 else ''}example.{'org' if number % 3 else 'net'}/{number}",
        language=("en", "de", None)[number % 3],
        published=f"2026-{1 + number % 12:02}-01",
        word_count=number,
        kind="article" if number % 5 else "index",
    )


RECORDS = [varied(number) for number in range(60)]


def by_number(records) -> list[Record]:
    return sorted(records, key=lambda record: int(record.id.removeprefix("id-")))


@pytest.mark.parametrize("source", ["in.jsonl.gz", "in.parquet", "in.sqlite", "in.csv", "folder/"])
@pytest.mark.parametrize("target", ["out.jsonl", "out.parquet"])
def test_from_anything_to_anything(tmp_path, source, target):
    save(f"{tmp_path}/{source}", RECORDS)
    done = export(f"{tmp_path}/{source}", f"{tmp_path}/{target}", None, EVERYTHING)
    assert (done.records, done.read, done.resumed) == (60, 60, 0)
    assert by_number(output.read(tmp_path / target)) == RECORDS


@pytest.mark.parametrize("target", TARGETS)
def test_exactly_once_through_kills(tmp_path, target):
    save(f"{tmp_path}/in.jsonl", RECORDS)
    code = """
import random, sys
import kill_moments
import output.parquet  # not once more in each process
from broadsheet import export_place, exporting
exporting.AT_ONCE = 7
kill_moments.WATCHED += (exporting.__file__, export_place.__file__)
def work():
    exporting.export(sys.argv[1], sys.argv[2], None, exporting.Choice())
chance = random.Random(3)
print(sum(kill_moments.killed_at(chance.randrange(1, 900), work) for _ in range(8)))
work()
"""
    said = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "in.jsonl", f"{tmp_path}/{target}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(said.stdout) > 2
    assert by_number(output.read(f"{tmp_path}/{target}")) == RECORDS
    assert not list(tmp_path.glob(".export-*"))
    assert not list((tmp_path / "state").rglob("*.json"))


@given(records=st.lists(arbitrary_records, min_size=1, max_size=40))
@settings(max_examples=10)
def test_any_records_come_out_of_parquet_field_for_field(records):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", folder)
        patch.setattr("output.row_groups.TOGETHER", 3)
        patch.setattr("output.row_groups.GROUP", 3000)  # several groups, each of several tables
        patch.setattr("broadsheet.exporting.AT_ONCE", 7)
        save(f"{folder}/in.jsonl", records)
        assert export(f"{folder}/in.jsonl", f"{folder}/out.parquet", None, EVERYTHING).records == len(records)
        assert list(output.read(f"{folder}/out.parquet")) == records


def test_a_record_that_is_none_is_one_line(tmp_path):
    save(tmp_path / "in.jsonl", RECORDS[:3])
    bad = json_line(RECORDS[3]).replace(b'"title":', b'"title":5,"other":')
    (tmp_path / "in.jsonl").write_bytes((tmp_path / "in.jsonl").read_bytes() + bad + b"\n")
    with pytest.raises(output.OutputError, match=r"no record: Expected `str \| null`, got `int` - at `\$.title`"):
        export(f"{tmp_path}/in.jsonl", f"{tmp_path}/out.parquet", None, EVERYTHING)
    assert not (tmp_path / "out.parquet").exists()


def test_a_source_that_changed_after_a_kill_is_exported_from_its_start(tmp_path, monkeypatch):
    save(tmp_path / "in.jsonl", RECORDS)
    monkeypatch.setattr("broadsheet.exporting.AT_ONCE", 10)
    monkeypatch.setattr("broadsheet.export_place.os.replace", lambda *_: 1 / 0)  # dies at the last step
    with pytest.raises(ZeroDivisionError):
        export(f"{tmp_path}/in.jsonl", f"{tmp_path}/out.csv", None, EVERYTHING)
    monkeypatch.undo()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    save(tmp_path / "in.jsonl", RECORDS[1:])
    assert export(f"{tmp_path}/in.jsonl", f"{tmp_path}/out.csv", None, EVERYTHING).resumed == 0
    assert list(output.read(tmp_path / "out.csv")) == RECORDS[1:]


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (Choice(since="2026-06-01"), lambda record: record.published >= "2026-06-01"),
        (Choice(sites=("example.net",)), lambda record: "example.net" in record.url),
        (Choice(sites=("news.example.org",)), lambda record: "//news.example.org/" in record.url),
        (Choice(languages=("de", "fr")), lambda record: record.language == "de"),
        (Choice(kinds=("article",)), lambda record: record.kind == "article"),
        (Choice(min_words=30), lambda record: record.word_count >= 30),
    ],
)
def test_only_what_is_chosen(tmp_path, choice, chosen):
    save(tmp_path / "in.jsonl", RECORDS)
    export(f"{tmp_path}/in.jsonl", f"{tmp_path}/out.jsonl", None, choice)
    expected = [record for record in RECORDS if chosen(record)]
    assert list(output.read(tmp_path / "out.jsonl")) == expected
    assert 0 < len(expected) < len(RECORDS)


def test_what_publishers_reserve_is_left_out_and_told(tmp_path):
    reserved = msgspec.structs.replace(RECORDS[1].rights, reserved=True)
    save(tmp_path / "in.jsonl", [msgspec.structs.replace(RECORDS[1], rights=reserved), *RECORDS[2:6]])
    done = export(f"{tmp_path}/in.jsonl", f"{tmp_path}/out.jsonl", None, Choice())
    assert list(output.read(tmp_path / "out.jsonl")) == RECORDS[2:6]
    assert "4 of 5 records exported" in summary(done)
    assert ", 1 left out: reserved for text and data mining (--include-reserved takes them)" in summary(done)
    assert export(f"{tmp_path}/in.jsonl", f"{tmp_path}/out.jsonl", None, EVERYTHING).records == 5
    assert 'mining: {"not reserved":4,"reserved":1}' in card_path(f"{tmp_path}/out.jsonl").read_text()


def test_the_card_tells_what_is_in_the_corpus(tmp_path):
    save(tmp_path / "in.jsonl", RECORDS)
    export(f"{tmp_path}/in.jsonl", f"{tmp_path}/out.jsonl", None, Choice(languages=("de",)))
    text = (tmp_path / "out.jsonl.card.md").read_text()
    head = dict(line.split(": ", 1) for line in text.split("---")[1].strip().splitlines())
    facts = {name: json.loads(value) for name, value in head.items()}
    german = [record for record in RECORDS if record.language == "de"]
    assert facts["articles"] == len(german)
    assert facts["words"] == sum(record.word_count for record in german)
    assert facts["sha256"] == hashlib.sha256((tmp_path / "out.jsonl").read_bytes()).hexdigest()
    assert facts["chosen_by"] == {"languages": ["de"]}
    assert facts["language"] == {"de": 20}
    assert sum(facts["site"].values()) == sum(facts["month"].values()) == 20
    assert "| example.org | " in text


def test_the_hash_of_a_corpus_does_not_depend_on_how_it_is_handed_over(monkeypatch):
    lines = [json_line(record) for record in RECORDS]
    for together in (1, 3000, 1 << 30):
        monkeypatch.setattr("broadsheet.digest.TOGETHER", together)
        digest, expected = Digest(), hashlib.sha256()
        for line in lines:
            digest.add(line)
            expected.update(line + b"\n")
            if len(line) % 3 == 0:
                assert digest.hexdigest() == expected.hexdigest()
        assert digest.hexdigest() == expected.hexdigest()


def test_the_same_export_gives_the_same_bytes(tmp_path):
    save(tmp_path / "in.jsonl", RECORDS)
    for target in ("one/out.parquet", "two/out.parquet"):
        export(f"{tmp_path}/in.jsonl", f"{tmp_path}/{target}", None, EVERYTHING)
    for name in ("out.parquet", "out.parquet.card.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_file_that_is_there_is_replaced_and_a_database_added_to(tmp_path):
    for name, kept in (("out.jsonl", 50), ("out.db", 60)):
        save(tmp_path / "in.jsonl", RECORDS[:20])
        export(f"{tmp_path}/in.jsonl", f"{tmp_path}/{name}", None, EVERYTHING)
        save(tmp_path / "in.jsonl", RECORDS[10:])
        export(f"{tmp_path}/in.jsonl", f"{tmp_path}/{name}", None, EVERYTHING)
        assert len(list(output.read(tmp_path / name))) == kept


def test_a_state_file_gives_the_newest_version_of_each_article(tmp_path):
    with_versions = [some_record(1), some_record(2), some_record(1, "Changed.")]
    state = State(tmp_path / "state.db")
    state.execute(
        "INSERT INTO urls (id, url, given, site, host, kind, pattern, depth, discovered_by, discovered_at, priority,"
        " state) SELECT value, value, value, 's', 'h', 'article', '', 1, 'feed', '', 0, 'done' FROM json_each('[1,2]')"
    )
    for url, version, record in zip((1, 2, 1), (1, 1, 2), with_versions, strict=True):
        state.execute(
            "INSERT INTO articles (url, version, saved_at, source, content, record) VALUES (?, ?, '', '', '', ?)",
            (url, version, json_line(record).decode()),
        )
    state.commit()
    state.close()
    export(f"{tmp_path}/state.db", f"{tmp_path}/out.jsonl", None, EVERYTHING)
    assert list(output.read(tmp_path / "out.jsonl")) == with_versions[1:]


def test_what_cannot_be_exported_is_one_line(tmp_path):
    def said(*arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "broadsheet", "export", *arguments]
        done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    code, line = said(f"{tmp_path}/none.jsonl", "-o", f"{tmp_path}/out.csv")
    assert (code, line) == (2, f"broadsheet: {tmp_path}/none.jsonl: no such file or folder\n")
    (tmp_path / "bad.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(output.UnknownTarget, match=f"^{tmp_path}/out.xyz: no sink for .xyz"):
        export(f"{tmp_path}/bad.jsonl", f"{tmp_path}/out.xyz", None, EVERYTHING)
    with pytest.raises(BadInput, match="is what is exported from"):
        export_to(f"{tmp_path}/bad.jsonl", (f"{tmp_path}/other/../bad.jsonl",), None, EVERYTHING)
    code, line = said(f"{tmp_path}/bad.jsonl", "-o", f"{tmp_path}/out.csv")
    assert code == 3
    assert f"{tmp_path}/bad.jsonl line 1: no record" in line
    assert line.count("\n") == 1


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path):
    save(tmp_path / "in.jsonl", RECORDS * 20)
    command = f"{sys.executable} -m broadsheet export {tmp_path}/in.jsonl -o - | head -1"
    done = subprocess.run(command, shell=True, cwd=TESTS.parent, capture_output=True, text=True, check=True)
    assert done.stdout == json_line(RECORDS[0]).decode() + "\n"
    assert done.stderr == ""


def test_arguments():
    with pytest.raises(BadInput, match="--since yesterday: not a day"):
        choice_of(since="yesterday", sites=())
    assert choice_of(since=None, sites=("https://www.Example.org/x", "a.net")).sites == ("example.org", "a.net")
    assert site_name("Example.org") == "example.org"
    assert str(card_path("x/out-{day}.jsonl")) == "x/out-all.jsonl.card.md"
