"""Things taken a few at a time: as many as are quickly done together, and never one of them in two parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Thing = TypeVar("Thing")


def bundles(things: Iterable[Thing], size: Callable[[Thing], int], most: int) -> Iterator[list[Thing]]:
    """The things in their order, as many together as are at most so large; one that is larger comes alone."""
    some: list[Thing] = []
    total = 0
    for thing in things:
        its = size(thing)
        if some and total + its > most:
            yield some
            some, total = [], 0
        some.append(thing)
        total += its
    if some:
        yield some
