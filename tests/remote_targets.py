"""What every target elsewhere promises, whatever it is reached by. The fixture `there` is a place of a test's own."""

from __future__ import annotations

import pytest
from copies import FIRST, assert_only_copies_left, copies
from records import some_record
from test_output_appenders import delivered

import output
from broadsheet.forgetting import forget
from output import OutputError
from output.remote import waiting_folder

TARGETS = [
    "out.jsonl.gz",
    "out.parquet",
    "out.sqlite",
    "out.warc.gz",
    "folder/",
    "deep/er/out.csv",
    "out-{part:2KB}.jsonl",
]


class RemoteTargets:
    """A module of tests for one kind of place has a class of its own that is one of these."""

    records = 10
    """Written in one go."""

    @pytest.mark.parametrize("target", TARGETS)
    def test_what_is_written_whole_comes_back(self, there, target):
        with output.open(f"{there}/{target}") as sink:
            for number in range(self.records):
                sink.write(some_record(number))
        assert delivered(f"{there}/{target}") == [some_record(number) for number in range(self.records)]

    @pytest.mark.parametrize("target", TARGETS)
    def test_what_grew_on_several_days_comes_back(self, there, target):
        mark = None
        for number in range(3):
            with output.append_to(f"{there}/{target}", mark) as appender:
                assert appender.cut is None
                appender.write(some_record(number))
                mark = appender.commit()
                appender.write(some_record(99))
        assert delivered(f"{there}/{target}") == [some_record(number) for number in range(3)]
        assert not waiting_folder(f"{there}/{target}").exists()

    @pytest.mark.parametrize("target", ["out.jsonl.gz", "out.sqlite", "folder/", "out-{part:1B}.jsonl"])
    def test_what_is_forgotten_is_gone_there(self, there, target):
        with output.open(f"{there}/{target}") as sink:
            for record in copies():
                sink.write(record)
        assert forget(FIRST, None, [f"{there}/{target}"]) == {f"{there}/{target}": 1}
        assert_only_copies_left(f"{there}/{target}")

    def test_nothing_can_be_forgotten_where_nothing_is(self, there):
        with pytest.raises(OutputError, match="no such file or folder"):
            forget(FIRST, None, [f"{there}/out.jsonl"])
