"""Every regular expression of the tree, collected by importing every module and looking through what it holds."""

from __future__ import annotations

import ast
import contextlib
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parent.parent
PACKAGES = ("cleaners", "output", "scrapers", "broadsheet")
LEAVES = (str, bytes, int, float, bool, type(None), ModuleType)
DEEPEST = 6


def modules() -> Iterator[ModuleType]:
    """All modules of the four packages, and `items`."""
    yield importlib.import_module("items")
    for package in PACKAGES:
        top = importlib.import_module(package)
        yield top
        for found in pkgutil.walk_packages(top.__path__, f"{package}."):
            if not found.name.endswith("__main__"):
                with contextlib.suppress(ModuleNotFoundError):  # an extra that is not installed
                    yield importlib.import_module(found.name)


def methods() -> dict[str, set[str]]:
    """Name of a constant → the methods it is called with, anywhere in the tree."""
    found: dict[str, set[str]] = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                    name = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                    found.setdefault(name, set()).add(node.attr)
    return found


def expressions() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Place and number → expression, each once."""
    found: dict[str, re.Pattern[str] | re.Pattern[bytes]] = {}
    seen: set[object] = set()
    for module in modules():
        for name, value in vars(module).items():
            for number, pattern in enumerate(_patterns(value, DEEPEST)):
                if pattern not in seen:
                    seen.add(pattern)
                    found[f"{module.__name__}.{name}" + (f"[{number}]" if number else "")] = pattern
    return found


def _patterns(value: object, depth: int) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, LEAVES) or depth == 0:
        return
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _patterns(inner, depth - 1)
    elif isinstance(value, tuple | list | set | frozenset):
        for inner in value:
            yield from _patterns(inner, depth - 1)
    elif type(value).__module__.split(".")[0] in PACKAGES and hasattr(value, "__dict__"):
        yield from _patterns(vars(value), depth - 1)


def compiled_in_functions() -> list[str]:
    """ "file:line" of every re.compile, re.search, … inside a function, which no walk over modules can find."""
    places = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                    places += [
                        f"{path.relative_to(ROOT)}:{node.lineno}" for node in ast.walk(function) if _compiles(node)
                    ]
    return sorted(set(places))


def _compiles(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr not in ("escape",)
    )
