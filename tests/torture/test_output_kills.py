"""Every sink, 1,000 articles, killed at 20 lines drawn by chance, again and again with other chance."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgres_server import Server
from records import some_record
from test_output_appenders import APPENDERS, delivered, kill_again_and_again

import output
from output.compression import reading
from output.jsonl import json_line

pytestmark = pytest.mark.torture
RECORDS = [some_record(number) for number in range(1000)]
SEEDS = range(5)
NOT_READ_BACK = ["out.txt", "out.txt.gz", "out.txt.zst", "out.md", "out.md.gz", "out.md.zst"]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("target", "format"), APPENDERS)
def test_a_thousand_articles_exactly_once(tmp_path: Path, target: str, format: str | None, seed: int) -> None:
    path = f"{tmp_path}/{target}"
    assert kill_again_and_again(path, format, records=1000, kills=20, seed=seed) > 5
    assert delivered(path) == RECORDS


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("target", NOT_READ_BACK)
def test_a_thousand_articles_to_the_letter(tmp_path: Path, target: str, seed: int) -> None:
    assert kill_again_and_again(f"{tmp_path}/{target}", None, records=1000, kills=20, seed=seed) > 5
    with output.open(tmp_path / "whole" / target) as sink:
        for record in RECORDS:
            sink.write(record)
    with reading(tmp_path / target) as grown, reading(tmp_path / "whole" / target) as whole:
        assert grown.read() == whole.read()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_thousand_rows_exactly_once(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setenv("LEDGER", str(tmp_path / "ledger"))
    empty(server)
    assert kill_again_and_again(server.uri, None, records=1000, kills=20, seed=seed) > 5
    assert delivered(server.uri) == RECORDS


def test_a_thousand_rows_through_three_stops_of_the_server(server: Server) -> None:
    empty(server)
    with output.append_to(server.uri) as appender:
        for number, record in enumerate(RECORDS):
            if number in (150, 480, 910):
                server.stop()
                threading.Timer(1.0, server.start).start()
            appender.write(json_line(record))
            if number % 37 == 36:
                appender.commit()
        appender.commit()
    assert list(output.read(server.uri)) == RECORDS


def empty(server: Server) -> None:
    with psycopg.connect(server.uri, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
