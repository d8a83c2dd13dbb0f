"""All generators of nasty pages at n, 2n and 4n."""

from __future__ import annotations

import pytest

from cleaners import clean
from tests.doubling import BAR, growth
from tests.generators import GENERATORS
from tests.test_linear import OURS

pytestmark = pytest.mark.torture
LEAST = 0.1  # seconds that 4n takes


@pytest.mark.parametrize("name", GENERATORS)
def test_cleaning_is_linear(name: str) -> None:
    clean(GENERATORS[name](1), options=OURS)
    assert growth(lambda n: clean(GENERATORS[name](n), options=OURS), 4000, 1000) < BAR
