"""What goes into a sink comes out again, or nothing does. A new sink is one line in ROUND_TRIPS."""

from __future__ import annotations

import gzip
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from records import RECORDS, contents, noise, save, some_record
from schema_check import assert_valid

import output
from items import Article
from output import OutputError, Record, UnknownTarget, record_of
from output.compression import ZstdFrames
from output.shapes import SHAPES

# target, and the format where the ending does not say it
ROUND_TRIPS: list[tuple[str, str | None]] = [
    ("out.jsonl", None),
    ("out.jsonl.gz", None),
    ("out.jsonl.zst", None),
    ("out.json", None),
    ("out.json.gz", None),
    ("folder/", None),
    ("folder/", "jsonl"),
    ("new/folder/OUT.JSONL", None),
    ("out.csv", None),
    ("out.csv.gz", None),
    ("folder/", "csv"),
    ("out.jsonl", "huggingface"),
    ("folder/", "huggingface"),
    ("out.warc", None),
    ("out.warc.gz", None),
    ("out.parquet", None),
    ("out.sqlite", None),
    ("new/out.db", None),
]
KEYED = (".sqlite", ".db")
"""Where an article is there once, in its newest version."""
FILES = ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.json", "out.txt", "out.md"]
PROJECT = Path(output.__file__).parent.parent


def by_id(records: Iterator[Record] | list[Record]) -> list[Record]:
    return sorted(records, key=lambda record: record.id)


def newest(records: list[Record]) -> list[Record]:
    """The last of the different records with each id, in the order in which the ids first came."""
    different = {msgspec.json.encode(record): record for record in records}
    return list({record.id: record for record in different.values()}.values())


class TestRoundTrips:
    @pytest.mark.parametrize(("target", "format"), ROUND_TRIPS)
    def test_records_come_back_field_for_field(self, tmp_path, target, format):
        records = [some_record(number) for number in range(20)]
        save(f"{tmp_path}/{target}", records, format)
        back = list(output.read(f"{tmp_path}/{target}"))
        assert by_id(back) == by_id(records)
        assert target.endswith("/") or back == records
        for record in back:
            assert_valid(record)

    @pytest.mark.parametrize(("target", "format"), ROUND_TRIPS)
    def test_nothing_written_is_nothing_read(self, tmp_path, target, format):
        save(f"{tmp_path}/{target}", [], format)
        assert list(output.read(f"{tmp_path}/{target}")) == []

    @pytest.mark.parametrize(("target", "format"), ROUND_TRIPS)
    def test_the_same_records_give_the_same_bytes_under_the_same_names(self, tmp_path, target, format):
        for run in ("one", "two"):
            save(f"{tmp_path}/{run}/{target}", [some_record(number) for number in range(5)], format)
        assert contents(tmp_path / "one") == contents(tmp_path / "two") != {}

    @pytest.mark.parametrize(("target", "format"), ROUND_TRIPS)
    @given(st.lists(RECORDS, max_size=4))
    @settings(max_examples=25)
    def test_any_records_come_back(self, target, format, records):
        with tempfile.TemporaryDirectory() as folder:
            save(f"{folder}/{target}", records, format)
            back = list(output.read(f"{folder}/{target}"))
        if target.endswith("/"):  # where the same record twice is one file
            assert sorted(map(msgspec.json.encode, back)) == sorted(set(map(msgspec.json.encode, records)))
        elif target.endswith(KEYED):
            assert back == newest(records)
        else:
            assert back == records

    @pytest.mark.parametrize(("target", "format"), ROUND_TRIPS)
    def test_a_run_that_fails_leaves_what_was_there(self, tmp_path, target, format):
        path = f"{tmp_path}/{target}"
        old = [some_record(number) for number in range(3)]
        save(path, old, format)
        with suppress(KeyboardInterrupt), output.open(path, format) as sink:
            sink.write(some_record(1))
            raise KeyboardInterrupt
        assert by_id(output.read(path)) == old
        assert not list(tmp_path.rglob("*.part"))

    @pytest.mark.parametrize(("target", "format"), ROUND_TRIPS)
    def test_closing_before_the_exception_keeps_what_was_done(self, tmp_path, target, format):
        path = f"{tmp_path}/{target}"
        with suppress(KeyboardInterrupt), output.open(path, format) as sink:
            sink.write(some_record(1))
            sink.close()
            raise KeyboardInterrupt
        assert list(output.read(path)) == [some_record(1)]
        with pytest.raises(OutputError, match="already closed"):
            sink.write(some_record(2))

    @pytest.mark.parametrize(("target", "format"), ROUND_TRIPS)
    def test_a_record_made_by_hand_is_written_as_utf8_allows(self, tmp_path, target, format):
        record = msgspec.structs.replace(some_record(1), text="\ud800", tags=("\udfff",))
        save(f"{tmp_path}/{target}", [record], format)
        (back,) = output.read(f"{tmp_path}/{target}")
        assert (back.text, back.tags) == ("\ufffd", ("\ufffd",))


class TestFiles:
    @pytest.mark.parametrize("name", FILES)
    def test_the_old_file_stays_until_the_new_one_is_whole(self, tmp_path, name):
        path = tmp_path / name
        path.write_bytes(b"old")
        with output.open(path) as sink:
            for number in range(200):
                sink.write(some_record(number, noise(4000, number)))
            assert path.read_bytes() == b"old"
        assert path.read_bytes() != b"old"
        assert os.listdir(tmp_path) == [name]

    @pytest.mark.parametrize("name", FILES)
    def test_an_abort_leaves_nothing(self, tmp_path, name):
        sink = output.open(tmp_path / name)
        sink.write(some_record(1))
        assert [entry[0] for entry in os.listdir(tmp_path)] == ["."]
        sink.abort()
        sink.close()
        assert os.listdir(tmp_path) == []

    def test_permissions_and_links_survive(self, tmp_path):
        kept, link, new = tmp_path / "kept.jsonl", tmp_path / "link.jsonl", tmp_path / "new.jsonl"
        kept.touch(mode=0o640)
        link.symlink_to(kept)
        save(link, [some_record(1)])
        save(new, [some_record(1)])
        umask = os.umask(0o022)
        os.umask(umask)
        assert link.is_symlink()
        assert list(output.read(kept)) == [some_record(1)]
        assert stat.S_IMODE(kept.stat().st_mode) == 0o640
        assert stat.S_IMODE(new.stat().st_mode) == 0o666 & ~umask

    def test_a_name_as_long_as_the_file_system_allows(self, tmp_path):
        path = tmp_path / f"{'x' * 249}.jsonl"
        save(path, [some_record(1)])
        assert list(output.read(path)) == [some_record(1)]

    def test_compressed_files_hold_neither_time_nor_name(self, tmp_path):
        save(tmp_path / "out.jsonl.gz", [some_record(1)])
        assert (tmp_path / "out.jsonl.gz").read_bytes()[3:8] == bytes(5)

    def test_json_is_an_array_for_people(self, tmp_path):
        save(tmp_path / "out.json", [some_record(1), some_record(2)])
        lines = (tmp_path / "out.json").read_text(encoding="utf-8").splitlines()
        assert lines[:3] == ["[", "{", '  "schema_version": 1,']
        assert lines[-2:] == ["}", "]"]
        assert "東京" in lines[6]

    def test_text_is_title_blank_line_text(self, tmp_path):
        records = [some_record(1, "One.\nTwo.\n\nThree."), record_of(Article(id="2", text="No title."))]
        save(tmp_path / "out.txt", records)
        assert (tmp_path / "out.txt").read_text(encoding="utf-8").split("\f\n") == [
            "Title 1 — 東京 \U0001f600\n\nOne.\nTwo.\n\nThree.\n",
            "No title.\n",
        ]


class TestFolders:
    def test_names(self, tmp_path):
        save(f"{tmp_path}/articles/", [some_record(1)])
        assert list(contents(tmp_path)) == ["articles/example.org/2024-03-18-title-1-東京-eb66c623.json"]

    @pytest.mark.parametrize(("format", "ending"), [(shape.name, shape.ending) for shape in SHAPES.values()])
    def test_the_format_says_what_the_files_hold(self, tmp_path, format, ending):
        save(tmp_path, [some_record(1)], format)
        save(tmp_path / f"out{ending}", [some_record(1)], format)
        (one,) = (tmp_path / "example.org").iterdir()
        assert one.suffix == ending
        if format != "json":
            assert one.read_bytes() == (tmp_path / f"out{ending}").read_bytes()

    def test_another_run_replaces_its_own_articles_and_nothing_else(self, tmp_path):
        save(f"{tmp_path}/", [some_record(1), some_record(2)])
        save(f"{tmp_path}/", [some_record(2, "Changed."), some_record(3)])
        assert by_id(output.read(tmp_path)) == [some_record(1), some_record(2, "Changed."), some_record(3)]

    def test_articles_of_one_name_stand_side_by_side(self, tmp_path):
        records = [record_of(Article(id="same", text=text)) for text in ("a", "b", "a", "c")]
        save(f"{tmp_path}/", records)
        names = [f"undated-untitled-0967115f{number}.json" for number in ("", "-2", "-3")]
        assert sorted(path.name for path in tmp_path.rglob("*.json")) == sorted(names)
        assert sorted(record.text for record in output.read(tmp_path)) == ["a", "b", "c"]

    def test_what_is_written_stays(self, tmp_path):
        sink = output.open(f"{tmp_path}/")
        sink.write(some_record(1))
        assert list(output.read(tmp_path)) == [some_record(1)]
        sink.abort()
        assert list(output.read(tmp_path)) == [some_record(1)]


class TestTargets:
    @pytest.mark.parametrize("target", ["out", "out.xml", "out.gz", "mysql://localhost/x", "http://bucket/x.jsonl", ""])
    def test_a_target_nobody_knows(self, tmp_path, monkeypatch, target):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(UnknownTarget) as raised:
            output.open(target)
        assert "\n" not in str(raised.value)
        for known in (".jsonl", ".json", ".txt", ".md", ".gz", ".zst", "folder/"):
            assert known in str(raised.value)
        assert os.listdir(tmp_path) == []

    def test_a_format_nobody_knows(self, tmp_path):
        with pytest.raises(UnknownTarget, match=r"'xml'.*json, jsonl, text, markdown, csv"):
            output.open(tmp_path / "out.jsonl", "xml")

    def test_the_format_overrides_the_ending(self, tmp_path):
        save(tmp_path / "out.dat.gz", [some_record(1)], "jsonl")
        save(tmp_path / "out.jsonl", [some_record(1)])
        assert gzip.decompress((tmp_path / "out.dat.gz").read_bytes()) == (tmp_path / "out.jsonl").read_bytes()

    @pytest.mark.parametrize("target", ["file/out.jsonl", "file/below/out.jsonl", "file/", "file/below/"])
    def test_a_file_where_a_folder_should_be(self, tmp_path, target):
        (tmp_path / "file").touch()
        with pytest.raises(OutputError) as raised:
            output.open(f"{tmp_path}/{target}")
        assert str(raised.value).startswith(str(tmp_path))
        assert "\n" not in str(raised.value)
        assert not isinstance(raised.value, UnknownTarget)

    def test_a_folder_where_a_file_should_be(self, tmp_path):
        (tmp_path / "out.jsonl").mkdir()
        with pytest.raises(OutputError, match=r"out\.jsonl: is a folder"):
            output.open(tmp_path / "out.jsonl")

    @pytest.mark.parametrize("target", ["/proc/none/out.jsonl", "/proc/none/", "/proc/"])
    def test_a_place_that_takes_no_files(self, target):
        with pytest.raises(OutputError, match=target.rstrip("/")):
            save(target, [some_record(1)])

    def test_an_odd_name_stays_on_one_line(self, tmp_path):
        with pytest.raises(UnknownTarget) as raised:
            output.open(f"{tmp_path}/two\nlines\udcff")
        assert "two\\nlines\\udcff" in str(raised.value)


class TestReading:
    def test_a_bad_line_is_named(self, tmp_path):
        path = tmp_path / "out.jsonl"
        save(path, [some_record(number) for number in range(7)])
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join([*lines[:6], b'{"schema_version": 1, "id": }\n']))
        with pytest.raises(OutputError, match=r"out\.jsonl line 7: no record"):
            list(output.read(path))

    @pytest.mark.parametrize("change", [(b'"schema_version":1', b'"schema_version":2'), (b"Title", b"\xff")])
    def test_a_line_that_is_no_record_of_this_version(self, tmp_path, change):
        save(tmp_path / "out.jsonl", [some_record(1)])
        (tmp_path / "out.jsonl").write_bytes((tmp_path / "out.jsonl").read_bytes().replace(*change))
        with pytest.raises(OutputError, match="line 1: no record"):
            list(output.read(tmp_path / "out.jsonl"))

    def test_unknown_fields_are_passed_over(self, tmp_path):
        line = msgspec.json.encode({**msgspec.to_builtins(some_record(1)), "mood": "calm"})
        (tmp_path / "out.jsonl").write_bytes(line + b"\n\n")
        assert list(output.read(tmp_path / "out.jsonl")) == [some_record(1)]

    @pytest.mark.parametrize("name", ["out.jsonl.gz", "out.jsonl.zst"])
    @pytest.mark.parametrize(
        "spoil", [lambda whole: whole[:-5], lambda whole: whole[:-3000], lambda whole: b"no" + whole]
    )
    def test_broken_compression_is_noticed(self, tmp_path, name, spoil: Callable[[bytes], bytes]):
        path = tmp_path / name
        save(path, [some_record(number, noise(4000, number)) for number in range(5)])
        path.write_bytes(spoil(path.read_bytes()))
        with pytest.raises(OutputError, match=name):
            list(output.read(path))

    def test_files_compressed_in_pieces(self, tmp_path):
        lines = [msgspec.json.encode(some_record(number)) + b"\n" for number in range(3)]
        (tmp_path / "out.jsonl.gz").write_bytes(b"".join(map(gzip.compress, lines)))
        (tmp_path / "out.jsonl.zst").write_bytes(b"".join(map(zstandard.compress, lines)))
        for path in tmp_path.iterdir():
            assert len(list(output.read(path))) == 3

    @given(st.lists(st.binary(max_size=50_000), max_size=3))
    @settings(max_examples=20)
    def test_zstandard_frames_are_read_whole(self, pieces):
        with tempfile.TemporaryFile() as stream:
            stream.write(b"".join(map(zstandard.compress, pieces)))
            stream.seek(0)
            assert ZstdFrames(stream).read() == b"".join(pieces)

    @pytest.mark.parametrize("name", ["out.txt", "out.md", "out"])
    def test_what_cannot_be_read_back(self, tmp_path, name):
        with pytest.raises(UnknownTarget, match=name):
            output.read(tmp_path / name)

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(OutputError, match="No such file"):
            list(output.read(tmp_path / "none.jsonl"))
