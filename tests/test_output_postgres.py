"""Articles in a real PostgreSQL: field for field, exactly once, through kills of ours and of the server's."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import msgspec
import psycopg
import pytest
from copies import FIRST, copies
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from postgres_server import Server
from records import RECORDS, some_record
from test_output_appenders import delivered, kill_again_and_again

import output
from broadsheet.forgetting import forget
from output import OutputError, Record
from output.jsonl import json_line


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.close()


@pytest.fixture
def uri(server: Server) -> str:
    with psycopg.connect(server.uri, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return server.uri


def ask(uri: str, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(uri) as connection:
        return connection.execute(question).fetchall()


def test_records_come_back_field_for_field(uri):
    records = [some_record(number) for number in range(50)]
    with output.open(uri) as sink:
        for record in records:
            sink.write(record)
    assert list(output.read(uri)) == records
    assert ask(uri, "SELECT authors, word_count, blocks->0->>'kind' FROM articles WHERE id = 'id-7'") == [
        (["Ada", "Grace"], 0, "paragraph")
    ]


def test_copies_forget_the_first_of_them(uri):
    with output.open(uri) as sink:
        for record in copies():
            sink.write(record)
            sink.write(replace(record, version=2))
    assert forget(FIRST, None, [uri]) == {uri: 1}
    assert not [row for row in ask(uri, "SELECT articles::text FROM articles") if FIRST in str(row)]
    assert not [row for row in ask(uri, "SELECT record::text FROM versions") if FIRST in str(row)]
    left = list(output.read(uri))
    assert len({record.cluster for record in left}) == 2
    with output.open(uri) as sink:
        for record in left:
            sink.write(record)  # they are known, so nothing is added
    assert ask(uri, "SELECT count(*) FROM versions") == [(6,)]


@given(st.lists(RECORDS, max_size=4))
@settings(max_examples=25)
def test_any_records_come_back(server, records):
    with psycopg.connect(server.uri, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    with output.append_to(server.uri) as appender:
        for record in records:
            appender.write(record)
        appender.commit()
    different = {msgspec.json.encode(record): holdable(record) for record in records}
    assert list(output.read(server.uri)) == list({record.id: record for record in different.values()}.values())


def holdable(record: Record) -> Record:
    return msgspec.json.decode(msgspec.json.encode(record).replace(b"\\u0000", "\ufffd".encode()), type=Record)


def test_exactly_once_after_kills_at_any_line(uri, tmp_path, monkeypatch):
    monkeypatch.setenv("LEDGER", str(tmp_path / "ledger"))
    assert kill_again_and_again(uri, None, records=200, kills=20) > 5
    assert delivered(uri) == [some_record(number) for number in range(200)]
    assert ask(uri, "SELECT count(*), count(record) FROM versions") == [(200, 0)]


def test_nothing_is_lost_when_the_server_goes_away_three_times(server, uri):
    records = [some_record(number) for number in range(300)]
    with output.append_to(uri) as appender:
        for number, record in enumerate(records):
            if number % 100 == 50:
                server.stop()
                threading.Timer(0.3, server.start).start()
            appender.write(json_line(record))
            if number % 20 == 19:
                appender.commit()
    assert list(output.read(uri)) == records


def test_a_version_that_comes_again_in_the_same_batch_changes_nothing(uri):
    one, two = some_record(1, "one"), some_record(1, "two")
    with output.append_to(uri) as appender:
        for version in (one, two, one):
            appender.write(version)
        appender.commit()
    assert list(output.read(uri)) == [two]
    assert ask(uri, "SELECT record->>'text' FROM versions ORDER BY number") == [("one",), (None,)]


def test_a_site_is_forgotten(uri):
    with output.append_to(uri) as appender:
        for number in range(3):
            appender.write(some_record(number))
        appender.commit()
    assert forget("https://example.org/1", None, [uri]) == {uri: 1}
    assert [record.url for record in output.read(uri)] == ["https://example.org/0", "https://example.org/2"]
    with psycopg.connect(uri) as connection:
        assert connection.execute("SELECT count(*) FROM versions").fetchone() == (2,)


def test_articles_stand_in_the_order_in_which_they_first_came(uri):
    one, other, newer = some_record(1, "one"), some_record(2, "two"), some_record(1, "three")
    with output.append_to(uri) as appender:
        for record in (one, other, newer):
            appender.write(record)
        appender.commit()
    assert list(output.read(uri)) == [newer, other]


def test_every_version_of_an_article_is_kept(uri):
    versions = [some_record(1, text) for text in ("one", "two", "three", "four")]
    with output.append_to(uri) as appender:
        appender.write(versions[0])
        appender.commit()
        for version in [versions[0], *versions[1:3], versions[1]]:
            appender.write(version)
        appender.commit()
        appender.write(versions[3])
        appender.commit()
    assert list(output.read(uri)) == [versions[3]]
    kept = ask(uri, "SELECT record->>'text' FROM versions ORDER BY number")
    assert kept == [("one",), ("two",), ("three",), (None,)]


def test_tables_of_an_older_record_get_the_missing_columns(uri):
    with output.open(uri) as sink:
        sink.write(some_record(1))
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("ALTER TABLE articles DROP COLUMN section")
    with output.open(uri) as sink:
        sink.write(some_record(2))
    assert list(output.read(uri)) == [some_record(1), some_record(2)]


def test_what_the_server_refuses_is_one_line_without_the_password(server, uri):
    with pytest.raises(OutputError) as raised:
        output.open(uri.replace("postgres@/postgres", "ada:secret@/nowhere"))
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)
    assert 'role "ada" does not exist' in str(raised.value)
