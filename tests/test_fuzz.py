"""Some mutated pages; `python -m benchmarks.fuzz` does twenty thousand."""

from __future__ import annotations

import pytest

from benchmarks.fuzz import run
from cleaners import clean
from tests.hostile import ARTICLE


def test_mutated_pages_give_valid_records() -> None:
    (figures,) = [line for line in run(60, None, seed=7) if "crashes" in line]
    assert "0 crashes" in figures


@pytest.mark.parametrize("address", ["http://[", "http://a]b/x.jpg", "http://x:99999/", "//[", "http://ex℀mple.com/"])
def test_addresses_that_are_none_break_nothing(address: str) -> None:
    link = f'<a href="{address}"><img src="{address}" width=600 height=400></a>'
    head = f'<base href="{address}"><link rel=canonical href="{address}"><meta property=og:image content="{address}">'
    for url in (None, "https://paper.example/story", address):
        assert clean(f"<head>{head}</head>{link}{ARTICLE}", url=url).kind == "article"
