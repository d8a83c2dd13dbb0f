"""The ratchet of the benchmark: figures may rise, and fall only on purpose."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.pages import SLACK, hold_floor


def test_the_first_figures_become_the_floor(tmp_path: Path) -> None:
    floor = tmp_path / "floor.json"
    assert hold_floor({"wcxb word_f1": 0.9612}, floor) == []
    assert json.loads(floor.read_text()) == {"wcxb word_f1": 0.9612}


def test_a_better_figure_raises_the_floor_and_a_little_less_leaves_it(tmp_path: Path) -> None:
    floor = tmp_path / "floor.json"
    hold_floor({"f1": 0.95, "exact": 0.3}, floor)
    assert hold_floor({"f1": 0.97, "exact": 0.3 - SLACK / 2}, floor) == []
    assert json.loads(floor.read_text()) == {"f1": 0.97, "exact": 0.3}


def test_a_figure_below_the_floor_is_named_and_raises_nothing(tmp_path: Path) -> None:
    floor = tmp_path / "floor.json"
    hold_floor({"f1": 0.95, "exact": 0.3}, floor)
    assert hold_floor({"f1": 0.99, "exact": 0.25}, floor) == ["exact: 0.2500, was 0.3000"]
    assert json.loads(floor.read_text()) == {"f1": 0.95, "exact": 0.3}


def test_a_new_figure_joins_the_floor(tmp_path: Path) -> None:
    floor = tmp_path / "floor.json"
    hold_floor({"f1": 0.95}, floor)
    assert hold_floor({"f1": 0.95, "loss": 0.9}, floor) == []
    assert json.loads(floor.read_text()) == {"f1": 0.95, "loss": 0.9}
