"""Targets elsewhere, in stores that speak S3 and Google Cloud Storage: whole or not at all, and exactly once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from object_stores import S3, Gcs, Store
from records import some_record
from remote_targets import TARGETS, RemoteTargets
from test_output_appenders import delivered, kill_again_and_again

import output
from output import OutputError

pytestmark = pytest.mark.torture


@pytest.fixture(scope="module", params=[S3, Gcs])
def store(request, tmp_path_factory) -> Iterator[Store]:
    running = request.param(tmp_path_factory.mktemp("store"))
    yield running
    running.close()


@pytest.fixture
def there(store, tmp_path, monkeypatch) -> str:
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LEDGER", str(tmp_path / "ledger"))
    return f"{store.uri}/{tmp_path.name}"


class TestStores(RemoteTargets):
    """Over HTTP."""

    records = 100


@pytest.mark.parametrize("target", [target.replace(":2KB", ":20KB") for target in TARGETS])
def test_a_thousand_articles_exactly_once(there, target):
    assert kill_again_and_again(f"{there}/{target}", None, records=1000, kills=20) > 5
    assert delivered(f"{there}/{target}") == [some_record(number) for number in range(1000)]


def test_what_is_somebody_elses_or_gone_is_one_line(there):
    with output.open(f"{there}/theirs.jsonl") as sink:
        sink.write(some_record(1))
    with pytest.raises(OutputError, match="exists and is not of this crawl"):
        output.append_to(f"{there}/theirs.jsonl")
    with output.append_to(f"{there}/out.jsonl") as appender:
        mark = appender.commit()
    output.remote.remove(f"{there}/out.jsonl")
    with pytest.raises(OutputError, match="is gone"):
        output.append_to(f"{there}/out.jsonl", mark)


def test_a_store_that_goes_away_is_one_line_and_loses_nothing(store, there):
    appender = output.append_to(f"{there}/out.jsonl")
    appender.write(some_record(1))
    mark = appender.commit()
    before = store.program
    before.kill()
    before.wait()
    with pytest.raises(OutputError) as raised:
        appender.close()
    assert "\n" not in str(raised.value)
    store.start()
    with output.append_to(f"{there}/out.jsonl", mark) as again:
        again.write(some_record(2))
        again.commit()
    assert list(output.read(f"{there}/out.jsonl")) == [some_record(1), some_record(2)]
