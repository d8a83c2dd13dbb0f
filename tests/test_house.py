"""Who may know whom: the rooms meet only in the hall, at the hand-over and at the front door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("scrapers", "cleaners", "output")
MODULES = [ROOT / "items.py", *sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
HAND_OVER = Path("scrapers/pipelines.py")
NOT_FOR_PURE_ROOMS = {"scrapy", "twisted", "urllib.request", "socket", "requests", "httpx"}


def imports(path: Path) -> set[str]:
    """Top-level names of everything a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_knows_only_the_hall(path: Path) -> None:
    place = path.relative_to(ROOT)
    own_room = place.parts[0] if len(place.parts) > 1 else None
    others = {*ROOMS, "broadsheet", "training", "benchmarks", "tests"} - {own_room}
    known = {name.split(".")[0] for name in imports(path)}
    if place != HAND_OVER:
        assert not known & others
    if own_room in ("cleaners", "output"):
        assert not {name for name in imports(path) if name in NOT_FOR_PURE_ROOMS or name.split(".")[0] == "scrapy"}
