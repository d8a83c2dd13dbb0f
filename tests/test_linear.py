"""Cleaning takes time linear in the page, whatever the page is. `make torture` asks about all of the generators."""

from __future__ import annotations

import pytest

from cleaners import Options, clean
from tests.doubling import BAR, growth
from tests.generators import GENERATORS

OURS = Options(second_opinion="never")  # trafilatura is not ours, and not linear
A_FEW = (
    "paragraphs",
    "inline tags in a paragraph",
    "nested lists",
    "table cells",
    "classes",
    "attributes",
    "metas",
    "images",
    "quotes",
    "broken JSON-LD",
)


@pytest.mark.parametrize("name", A_FEW)
def test_cleaning_is_linear(name: str) -> None:
    clean(GENERATORS[name](1), options=OURS)
    assert growth(lambda n: clean(GENERATORS[name](n), options=OURS), 400) < BAR
