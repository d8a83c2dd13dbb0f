"""Kills, interruptions, full disks and readers that go away: nothing half-written, and one line about it."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from records import contents, save, some_record

import output
from output import OutputError, Record
from output.shapes import SHAPES

FILES = ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.json", "out.txt", "out.md"]
PROJECT = Path(output.__file__).parent.parent


@contextmanager
def in_subprocess(code: str, *arguments: object, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """Runs Python code in which `records` is an endless iterator of records with 4,000 characters of noise each.

    A test that fails kills it: otherwise it would be waited for, while it fills the disk.
    """
    start = """
        import itertools, random, sys, output
        from items import Article
        from output import record_of
        def make(n):
            text = random.Random(n).randbytes(2000).hex()
            return record_of(Article(id=str(n), url=f"https://example.org/{n}", title=f"Title {n}", text=text))
        records = map(make, itertools.count())
    """
    script = textwrap.dedent(start) + textwrap.dedent(code)
    command = [sys.executable, "-c", script, *map(str, arguments)]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(command, cwd=PROJECT, env=buffered, stderr=subprocess.PIPE, **options) as program:
        try:
            yield program
        except BaseException:
            program.kill()
            raise


def wait_until(ready: Callable[[], bool], program: subprocess.Popen[bytes]) -> None:
    for _ in itertools.count():
        if ready():
            return
        assert program.poll() is None, program.stderr.read()
        time.sleep(0.01)


class TestFiles:
    @pytest.mark.parametrize("name", FILES)
    def test_kill_9_leaves_no_half_target(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"old")
        code = "with output.open(sys.argv[1]) as sink:\n    for record in records: sink.write(record)"
        with in_subprocess(code, tmp_path / name) as program:
            wait_until(lambda: any(path.stat().st_size > 100_000 for path in tmp_path.glob(".*.part")), program)
            program.kill()
        assert (tmp_path / name).read_bytes() == b"old"
        (left,) = set(os.listdir(tmp_path)) - {name}
        assert left.startswith(".")
        with in_subprocess(code, tmp_path / name) as program:
            wait_until(lambda: len(os.listdir(tmp_path)) == 3, program)
            (mine,) = set(os.listdir(tmp_path)) - {name, left}
            wait_until(lambda: (tmp_path / mine).stat().st_size > 0, program)  # it is locked by then
            for hidden in (left, mine):
                os.utime(tmp_path / hidden, (0, 0))
            with output.open(tmp_path / name) as sink:
                sink.write(some_record(1))
            assert set(os.listdir(tmp_path)) == {name, mine}  # what nobody is writing any more is gone
            program.kill()

    @pytest.mark.parametrize("moment", range(5))
    def test_kill_9_at_any_moment_leaves_one_run_whole(self, tmp_path, moment):
        """The program replaces its file again and again, and is killed at whatever it is doing."""
        code = """
            from msgspec.structs import replace
            for run in itertools.count():
                with output.open(sys.argv[1]) as sink:
                    for number in range(20):
                        sink.write(replace(make(number), title=f"Run {run}"))
        """
        path = tmp_path / "out.jsonl.gz"
        with in_subprocess(code, path) as program:
            wait_until(path.exists, program)
            time.sleep(moment * 0.013)
            program.kill()
        back = list(output.read(path))
        assert [record.id for record in back] == list(map(str, range(20)))
        assert len({record.title for record in back}) == 1

    @pytest.mark.parametrize("name", FILES)
    def test_an_interruption_takes_the_hidden_file_away(self, tmp_path, name):
        code = "with output.open(sys.argv[1]) as sink:\n    for record in records: sink.write(record)"
        with in_subprocess(code, tmp_path / name) as program:
            wait_until(lambda: any(path.stat().st_size > 100_000 for path in tmp_path.glob(".*.part")), program)
            program.send_signal(signal.SIGINT)
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("name", FILES)
    def test_a_full_disk_is_one_line_and_leaves_nothing(self, tmp_path, name):
        code = """
            import resource
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
            try:
                with output.open(sys.argv[1]) as sink:
                    for record in itertools.islice(records, 1000):
                        sink.write(record)
            except output.OutputError as error:
                sys.exit(str(error))
        """
        with in_subprocess(code, tmp_path / name) as program:
            said = program.stderr.read().decode()
        assert said == f"{tmp_path / name}: File too large\n"
        assert os.listdir(tmp_path) == []

    def test_what_was_half_written_cannot_be_committed(self, tmp_path):
        code = """
            import resource
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
            sink = output.open(sys.argv[1])
            try:
                for record in records:
                    sink.write(record)
            except output.OutputError:
                sink.close()
        """
        with in_subprocess(code, tmp_path / "out.jsonl") as program:
            assert program.stderr.read() == b""
        assert os.listdir(tmp_path) == []

    @pytest.mark.parametrize("name", FILES)
    def test_a_disk_that_fills_at_the_last_byte(self, tmp_path, name):
        code = """
            import resource
            sink = output.open(sys.argv[1])
            sink.write(next(records))
            resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))
            try:
                sink.close()
            except output.OutputError as error:
                sys.exit(str(error))
        """
        with in_subprocess(code, tmp_path / name) as program:
            assert program.stderr.read().decode() == f"{tmp_path / name}: File too large\n"
        assert os.listdir(tmp_path) == []


class TestFolders:
    def test_kill_9_leaves_whole_files(self, tmp_path):
        code = "with output.open(sys.argv[1] + '/') as sink:\n    for record in records: sink.write(record)"
        with in_subprocess(code, tmp_path) as program:
            wait_until(lambda: sum(1 for _ in tmp_path.rglob("*.json")) > 20, program)
            program.kill()
        assert sum(1 for record in output.read(tmp_path) if len(record.text) == 4000) > 20

    def test_a_full_disk_is_one_line_and_leaves_no_half_article(self, tmp_path):
        code = """
            import resource
            resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
            try:
                with output.open(sys.argv[1] + "/") as sink:
                    sink.write(next(records))
            except output.OutputError as error:
                sys.exit(str(error))
        """
        with in_subprocess(code, tmp_path) as program:
            said = program.stderr.read().decode()
        assert said.endswith("undated-title-0-5feceb66.json: File too large\n")
        assert contents(tmp_path) == {}


def test_folders_without_permission():
    code = """
        import os
        if os.geteuid() == 0:
            os.setuid(65534)
        for target in ("/out.jsonl", "/below/", "/"):
            try:
                output.open(target)
            except output.OutputError as error:
                print(error, file=sys.stderr)
    """
    with in_subprocess(code) as program:
        said = program.stderr.read().decode().splitlines()
    assert said == ["/out.jsonl: / cannot be written to", "/below: Permission denied", "/: / cannot be written to"]


class TestStandardOutput:
    def test_every_record_is_there_at_once(self):
        code = """
            import os
            sink = output.open("-")
            for number in range(2):
                sink.write(record_of(Article(id=str(number))))
            os._exit(0)  # leaves behind what still waits in a buffer
        """
        with in_subprocess(code, stdout=subprocess.PIPE) as program:
            lines = program.stdout.read().splitlines()
        assert [msgspec.json.decode(line, type=Record).id for line in lines] == ["0", "1"]

    @pytest.mark.parametrize("format", [None, *SHAPES])
    def test_a_reader_that_goes_away_is_no_error(self, format):
        code = """
            with output.open("-", sys.argv[1] or None) as sink:
                for record in records:
                    sink.write(record)
            print("not reached by the reader")
        """
        with in_subprocess(code, format or "", stdout=subprocess.PIPE) as program:
            assert program.stdout.read(10)
            program.stdout.close()
            assert program.stderr.read() == b""
        assert program.returncode == 0

    def test_a_full_disk_is_one_line(self):
        code = """
            try:
                with output.open("-") as sink:
                    sink.write(next(records))
            except output.OutputError as error:
                sys.exit(str(error))
        """
        with open("/dev/full", "wb") as full, in_subprocess(code, stdout=full) as program:
            assert program.stderr.read() == b"standard output: No space left on device\n"
        assert program.returncode == 1

    def test_what_was_printed_before_comes_before(self):
        code = """
            print("before")
            with output.open("-", "text") as sink:
                sink.write(next(records))
            print("after")
        """
        with in_subprocess(code, stdout=subprocess.PIPE) as program:
            said = program.stdout.read().decode().splitlines()
        assert [said[0], said[1], said[-1]] == ["before", "Title 0", "after"]

    def test_standard_output_that_takes_text_alone(self, capsys, monkeypatch):
        class Notebook:
            said = ""

            def write(self, text: str) -> int:
                self.said += text
                return len(text)

            def flush(self) -> None:
                pass

        monkeypatch.setattr(sys, "stdout", Notebook())
        save("-", [some_record(1)])
        assert msgspec.json.decode(sys.stdout.said, type=Record) == some_record(1)

    def test_a_device(self, tmp_path):
        with pytest.raises(OutputError, match="/dev/full: No space left on device"):
            save("/dev/full", [some_record(1)], "jsonl")
        assert Path("/dev/full").is_char_device()

    def test_a_named_pipe(self, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
            save(pipe, [some_record(1)], "jsonl")
            assert msgspec.json.decode(reader.stdout.read(), type=Record) == some_record(1)
