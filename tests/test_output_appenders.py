"""What a crawl writes to: exactly once, whatever kills it. A new sink is one line in APPENDERS."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from records import contents, some_record

import output
from output import OutputError, UnknownTarget
from output.jsonl import json_line
from output.targets import is_there

# target, and the format where the ending does not say it
APPENDERS: list[tuple[str, str | None]] = [
    ("out.jsonl", None),
    ("out.jsonl.gz", None),
    ("out.jsonl.zst", None),
    ("out.json", None),
    ("out.json.gz", None),
    ("folder/", None),
    ("folder/", "jsonl"),
    ("out.csv", None),
    ("out.csv.zst", None),
    ("out.jsonl", "huggingface"),
    ("out.warc.gz", None),
    ("out.parquet", None),
    ("out.sqlite", None),
    ("out-{part:3KB}.jsonl.gz", None),
    ("out-{day}.csv", None),
    ("out-{part:2KB}.parquet", None),
]
MADE_AT_THE_CLOSE = {"out.parquet", "out-{part:2KB}.parquet"}
FILES = ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.json", "out.json.zst", "out.txt.gz", "out.md"]
TESTS = Path(__file__).parent


def kill_again_and_again(target: str, format: str | None, *, records: int, kills: int, seed: int = 1) -> int:
    """How many of the kills came before the delivery was through."""
    arguments = map(str, (target, format or "", records, kills, seed))
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    program = subprocess.run(
        [sys.executable, TESTS / "kill_moments.py", *arguments],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert program.returncode == 0, program.stderr
    return int(program.stdout)


def delivered(target: str) -> list[output.Record]:
    return sorted(output.read(target), key=lambda record: int(record.id.removeprefix("id-")))


@pytest.mark.parametrize(("target", "format"), APPENDERS)
class TestEverySink:
    def test_exactly_once_after_kills_at_any_line(self, tmp_path, target, format):
        killed = kill_again_and_again(f"{tmp_path}/{target}", format, records=200, kills=20)
        assert killed > 5
        assert delivered(f"{tmp_path}/{target}") == [some_record(number) for number in range(200)]

    def test_what_is_not_committed_is_cut_off(self, tmp_path, target, format):
        path = f"{tmp_path}/{target}"
        with output.append_to(path, None, format) as appender:
            appender.write(some_record(1))
            mark = appender.commit()
            appender.write(some_record(2))
        assert list(output.read(path)) == [some_record(1)]
        with output.append_to(path, mark, format) as appender:
            assert appender.cut is None
            appender.write(json_line(some_record(3)))
            appender.commit()
        assert delivered(path) == [some_record(1), some_record(3)]

    def test_every_commit_leaves_a_target_that_can_be_read(self, tmp_path, target, format):
        if target in MADE_AT_THE_CLOSE:
            return
        path = f"{tmp_path}/{target}"
        with output.append_to(path, None, format) as appender:
            for number in range(3):
                assert appender.commit() == appender.commit()
                appender.write(some_record(number))
                appender.commit()
                assert delivered(path) == [some_record(each) for each in range(number + 1)]

    def test_nothing_written_is_nothing_read(self, tmp_path, target, format):
        with output.append_to(f"{tmp_path}/{target}", None, format) as appender:
            appender.commit()
        assert list(output.read(f"{tmp_path}/{target}")) == []

    def test_a_target_that_is_gone(self, tmp_path, target, format):
        with output.append_to(f"{tmp_path}/{target}", None, format) as appender:
            appender.write(some_record(1))
            mark = appender.commit()
        with pytest.raises(OutputError, match=r"elsewhere.*: is gone"):
            output.append_to(f"{tmp_path}/elsewhere/{target}", mark, format)
        assert "elsewhere" not in os.listdir(tmp_path)

    def test_a_mark_of_something_else(self, tmp_path, target, format):
        with output.append_to(f"{tmp_path}/{target}", None, format) as appender:
            appender.commit()
        with pytest.raises(OutputError, match="the mark of another kind"):
            output.append_to(f"{tmp_path}/{target}", "nonsense", format)


@pytest.mark.parametrize("name", FILES)
class TestFiles:
    def test_the_same_bytes_as_a_file_written_whole(self, tmp_path, name):
        with output.append_to(tmp_path / name) as appender:
            for number in range(3):
                appender.write(some_record(number))
            appender.commit()
        with output.open(tmp_path / "whole" / name) as sink:
            for number in range(3):
                sink.write(some_record(number))
        with (
            output.compression.reading(tmp_path / name) as one,
            output.compression.reading(tmp_path / "whole" / name) as two,
        ):
            assert one.read() == two.read()

    def test_a_torn_tail_is_cut_off_and_told(self, tmp_path, name):
        with output.append_to(tmp_path / name) as appender:
            appender.write(some_record(1))
            mark = appender.commit()
        whole = contents(tmp_path)
        with open(tmp_path / name, "ab") as stream:
            stream.write(b'{"id": "half a rec')
        with output.append_to(tmp_path / name, mark) as appender:
            assert appender.cut is not None
            assert appender.cut.endswith(" bytes")
        assert contents(tmp_path) == whole

    def test_a_file_of_somebody_else_is_not_touched(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"theirs")
        with pytest.raises(OutputError, match=f"{name}: exists and is not of this crawl"):
            output.append_to(tmp_path / name)
        assert contents(tmp_path) == {name: b"theirs"}

    def test_unless_it_is_to_be_overwritten(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"theirs" * 10_000)
        with output.append_to(tmp_path / name, overwrite=True) as appender:
            appender.commit()
        assert b"theirs" not in (tmp_path / name).read_bytes()

    @pytest.mark.parametrize("change", [lambda old: old[: len(old) // 2], lambda old: bytes(len(old) + 9)])
    def test_a_file_that_was_changed_meanwhile(self, tmp_path, name, change):
        with output.append_to(tmp_path / name) as appender:
            appender.write(some_record(1))
            mark = appender.commit()
        changed = change((tmp_path / name).read_bytes())
        (tmp_path / name).write_bytes(changed)
        with pytest.raises(OutputError, match=f"{name}: changed since"):
            output.append_to(tmp_path / name, mark)
        assert (tmp_path / name).read_bytes() == changed

    def test_two_at_once_are_refused(self, tmp_path, name):
        with (
            output.append_to(tmp_path / name) as appender,
            pytest.raises(OutputError, match=f"{name}: another run is writing to it"),
        ):
            output.append_to(tmp_path / name, appender.commit())


def test_a_full_disk_is_one_line_and_the_file_goes_back_to_the_mark(tmp_path):
    code = """
import resource, sys, output
from records import noise, some_record
appender = output.append_to(sys.argv[1])
appender.write(some_record(1))
mark = appender.commit()
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
for attempt in range(2):
    try:
        for number in range(100):
            appender.write(some_record(number, noise(4000, number)))
            appender.commit()
    except output.OutputError as error:
        print(error)
appender.close()
"""
    path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
    said = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "out.jsonl"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert said == [f"{tmp_path / 'out.jsonl'}: File too large", f"{tmp_path / 'out.jsonl'}: gave up after an error"]
    assert len(list(output.read(tmp_path / "out.jsonl"))) > 10


def test_standard_output(capsysbinary):
    with output.append_to("-") as appender:
        appender.write(json_line(some_record(1)))
        assert appender.commit()
    assert msgspec.json.decode(capsysbinary.readouterr().out, type=output.Record) == some_record(1)


class TestRotation:
    def test_a_file_that_is_full_is_followed_by_the_next(self, tmp_path):
        target = tmp_path / "out-{part:3KB}.jsonl"
        with output.append_to(target) as appender:
            for number in range(10):
                appender.write(some_record(number))
            mark = appender.commit()
        sizes = {name: len(content) for name, content in contents(tmp_path).items()}
        assert sorted(sizes) == [f"out-{part:05}.jsonl" for part in range(1, len(sizes) + 1)]
        one = len(json_line(some_record(1))) + 1
        assert all(3000 <= size < 3000 + one for size in sorted(sizes.values())[1:])
        with output.append_to(target, mark) as appender:
            assert appender.cut is None
            appender.write(some_record(10))
            appender.commit()
        assert delivered(str(target)) == [some_record(number) for number in range(11)]

    def test_every_day_has_its_file_and_days_go_forward(self, tmp_path):
        target = tmp_path / "out-{day}.jsonl"
        moments = [None, "2026-11-25T23:59:00Z", "2026-11-26T00:00:01Z", "2026-11-25T23:59:59Z", None]
        with output.append_to(target) as appender:
            for number, moment in enumerate(moments):
                appender.write(msgspec.structs.replace(some_record(number), fetched_at=moment))
            appender.commit()
        files = {name: content.count(b"\n") for name, content in contents(tmp_path).items()}
        assert files == {"out-undated.jsonl": 1, "out-2026-11-25.jsonl": 1, "out-2026-11-26.jsonl": 3}

    def test_files_of_somebody_else_are_not_touched(self, tmp_path):
        (tmp_path / "out-00002.jsonl").write_bytes(b"theirs")
        with pytest.raises(OutputError, match=r"out-00002.jsonl: exists and is not of this crawl"):
            output.append_to(tmp_path / "out-{part:3KB}.jsonl")

    def test_files_begun_after_the_mark_are_taken_away(self, tmp_path):
        target = tmp_path / "out-{part:1KB}.jsonl"
        with output.append_to(target) as appender:
            appender.write(some_record(0))
            mark = appender.commit()
            for number in range(1, 9):
                appender.write(some_record(number))
        with output.append_to(target, mark) as appender:
            assert "out-00002.jsonl" in appender.cut
        assert delivered(str(target)) == [some_record(0)]

    @pytest.mark.parametrize(("target", "format"), [("out-{part:1KB}.jsonl", None), ("out-{day}.parquet", None)])
    def test_files_written_whole(self, tmp_path, target, format):
        with output.open(tmp_path / target, format) as sink:
            for number in range(10):
                sink.write(some_record(number))
        assert delivered(str(tmp_path / target)) == [some_record(number) for number in range(10)]

    def test_one_placeholder_is_enough(self, tmp_path):
        with pytest.raises(UnknownTarget, match="only one of"):
            output.append_to(tmp_path / "out-{day}-{part:1MB}.jsonl")


@pytest.mark.parametrize("target", ["out.jsonl", "out.parquet", "out-{part:1KB}.jsonl", "folder/", "out.sqlite"])
def test_a_target_is_there_from_its_first_commit_on(tmp_path, target):
    path = f"{tmp_path}/{target}"
    assert not is_there(path)
    with output.append_to(path) as appender:
        appender.write(some_record(1))
        appender.commit()
        assert is_there(path)
    assert is_there(path)
