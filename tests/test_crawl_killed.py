"""Whenever the plug is pulled, nothing is lost and nothing is there twice. (`make torture` pulls it 200 times.)"""

from __future__ import annotations

import random

import plug
import pytest
from gazette import Paper


@pytest.mark.parametrize(("way", "kills"), [("kill", 10), ("term", 1), ("ctrl-c", 1), ("ctrl-c twice", 2)])
def test_a_crawl_that_is_killed_goes_on(way: str, kills: int):
    paper = Paper(articles=150 if kills > 2 else 60, seed=kills)
    result = plug.torture(paper, plug.WAYS[way], random.Random(way), kills)
    assert not result.faults
    assert result.kills > 0
    assert max(result.again, default=0) <= plug.IN_FLIGHT


def test_each_of_several_targets_gets_everything_once():
    paper = Paper(articles=80, seed=2)
    targets = ("out.jsonl", "out.sqlite", "out.parquet")
    result = plug.torture(paper, plug.WAYS["kill"], random.Random("several"), 4, targets)
    assert not result.faults
    assert result.kills > 0
