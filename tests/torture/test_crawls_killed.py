"""Fifty kills of a 300-article crawl for each way to end it. `python tests/plug.py 50` says more while it goes."""

from __future__ import annotations

import plug
import pytest

pytestmark = pytest.mark.torture


def test_fifty_kills_of_each_kind_lose_nothing():
    assert plug.main(50) == 0
