"""Some mutated pages; `python -m benchmarks.fuzz` does twenty thousand."""

from __future__ import annotations

from benchmarks.fuzz import run


def test_mutated_pages_give_valid_records() -> None:
    (figures,) = [line for line in run(60, None, seed=7) if "crashes" in line]
    assert "0 crashes" in figures
