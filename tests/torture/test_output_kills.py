"""Every sink, 1,000 articles, killed at 20 lines drawn by chance, again and again with other chance."""

from __future__ import annotations

from pathlib import Path

import pytest
from records import some_record
from test_output_appenders import APPENDERS, delivered, kill_again_and_again

pytestmark = pytest.mark.torture


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("target", "format"), APPENDERS)
def test_a_thousand_articles_exactly_once(tmp_path: Path, target: str, format: str | None, seed: int) -> None:
    path = f"{tmp_path}/{target}"
    assert kill_again_and_again(path, format, records=1000, kills=20, seed=seed) > 5
    assert delivered(path) == [some_record(number) for number in range(1000)]
