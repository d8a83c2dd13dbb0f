"""Given pages → results, in the order given, on all cores and in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import NamedTuple

from broadsheet.inputs import Given
from cleaners import Options
from cleaners.limits import Limits
from cleaners.workers import CleaningFailed, CleaningPool, SetAside
from items import Article, Failure

# Pages handed over ahead of the one whose result is awaited, for each worker: enough that one slow page does not let
# the other workers run dry, few enough that memory stays flat.
AHEAD = 16


class Result(NamedTuple):
    """What became of one input, and the name it goes by in messages."""

    name: str
    outcome: Article | Failure


def clean_inputs(
    given: Iterable[Given],
    options: Options,
    workers: int,
    limits: Limits | None = None,
    set_aside: SetAside | None = None,
) -> Iterator[Result]:
    """One result for every input, in the order of the inputs. Closing the iterator ends the worker processes.

    limits: what a page may cost. set_aside: see CleaningPool.
    """
    waiting: deque[tuple[str, Future[Article] | Failure]] = deque()
    with CleaningPool(workers, options, limits=limits, set_aside=set_aside) as pool:
        for name, page in given:
            waiting.append((name, page if isinstance(page, Failure) else pool.submit(page)))
            if len(waiting) > AHEAD * workers:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())


def _result(name: str, awaited: Future[Article] | Failure) -> Result:
    if isinstance(awaited, Failure):
        return Result(name, awaited)
    try:
        return Result(name, awaited.result())
    except CleaningFailed as error:
        return Result(name, Failure(name, str(error)))
