"""Targets elsewhere, on a real SFTP server: whole or not at all, and exactly once."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from records import some_record
from remote_targets import RemoteTargets
from sftp_server import SftpServer
from test_output_appenders import delivered, kill_again_and_again

import output
from output import OutputError, UnknownTarget
from output.remote import waiting_folder


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[SftpServer]:
    running = SftpServer(tmp_path_factory.mktemp("sftp"))
    yield running
    running.close()


@pytest.fixture
def there(server, tmp_path, monkeypatch) -> str:
    monkeypatch.setenv("HOME", str(server.home))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LEDGER", str(tmp_path / "ledger"))
    (server.folder / tmp_path.name).mkdir()
    return f"{server.uri}/{tmp_path.name}"


class TestSftp(RemoteTargets):
    """Over SSH."""


def test_exactly_once_after_kills_at_any_line(there):
    assert kill_again_and_again(f"{there}/out.jsonl.gz", None, records=100, kills=4) > 1
    assert delivered(f"{there}/out.jsonl.gz") == [some_record(number) for number in range(100)]


def test_a_run_that_fails_leaves_what_was_there(there, server, tmp_path):
    with output.open(f"{there}/out.jsonl") as sink:
        sink.write(some_record(1))
    with suppress(KeyboardInterrupt), output.open(f"{there}/out.jsonl") as sink:
        sink.write(some_record(2))
        raise KeyboardInterrupt
    assert os.listdir(server.folder / tmp_path.name) == ["out.jsonl"]
    assert list(output.read(f"{there}/out.jsonl")) == [some_record(1)]


def test_what_is_somebody_elses_or_gone_is_one_line(there, server, tmp_path):
    (server.folder / tmp_path.name / "theirs.jsonl").write_text("theirs")
    with pytest.raises(OutputError, match="exists and is not of this crawl"):
        output.append_to(f"{there}/theirs.jsonl")
    with output.append_to(f"{there}/out.jsonl") as appender:
        mark = appender.commit()
    (server.folder / tmp_path.name / "out.jsonl").unlink()
    with pytest.raises(OutputError, match="is gone"):
        output.append_to(f"{there}/out.jsonl", mark)


def test_a_server_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(OutputError) as raised:
        output.open("sftp://ada:secret@127.0.0.1:9/out.jsonl")
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_must_be_installed_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(UnknownTarget, match="pip install s3fs"):
        output.open("s3://bucket/out.jsonl")


def test_waiting_records_are_kept_per_target():
    one, two = waiting_folder("sftp://host/a.jsonl"), waiting_folder("sftp://host/b.jsonl")
    assert one.parent == two.parent == Path(one.parent)
    assert one != two
