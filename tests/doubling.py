"""Is it linear? The same work at n, 2n and 4n, by CPU time.

A quadratic piece of code takes sixteen times as long at 4n as at n, a linear one four times. The bar lies between, wide
enough for a busy machine; what is over in a moment at 4n is never worth a second look.
"""

from __future__ import annotations

import time
from collections.abc import Callable

MOMENT = 0.02  # seconds
BAR = 9.0
TRIES = 4


def growth(work: Callable[[int], object], n: int, first: int | None = None) -> float:
    """How many times as long `work(4 * n)` takes as `work(n)`: the least of some tries; 0: it is over in a moment.

    first: begin with this n, so that what is worse than quadratic is found out before it takes hours.
    """
    size = first or n
    while size <= n:
        found = _growth(work, size)
        if found > BAR:
            return found
        size *= 4
    return found


def _growth(work: Callable[[int], object], n: int) -> float:
    least = float("inf")
    for _ in range(TRIES):
        long = cpu(work, 4 * n)
        if long < MOMENT:
            return 0.0
        least = min(least, long / max(min(cpu(work, n) for _ in range(3)), 1e-6))
        if least < BAR:
            break
    return least


def cpu(work: Callable[[int], object], n: int) -> float:
    """Seconds of CPU time."""
    begun = time.process_time()
    work(n)
    return time.process_time() - begun
