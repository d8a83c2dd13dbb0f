"""Given pages → results, in the order given, on all cores and in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import Future
from typing import NamedTuple

from broadsheet.inputs import Given
from cleaners import Options
from cleaners.limits import Limits
from cleaners.workers import CleaningFailed, CleaningPool, SetAside
from items import Article, Failure, Page

# Pages handed over ahead of the one whose result is awaited, for each worker: enough that one slow page does not let
# the other workers run dry, few enough that memory stays flat. Of bundles, two for each worker are enough.
PAGES_AHEAD = 16
BUNDLES_AHEAD = 2
# Texts are handed over in bundles, because the cleaner is several times as fast with many at once.
MOST_TEXTS = 64
MOST_CHARACTERS = 200_000


class Result(NamedTuple):
    """What became of one input, and the name it goes by in messages."""

    name: str
    outcome: Article | Failure


Bundle = list[Given]


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
    waiting: deque[tuple[Bundle, Future[list[Article | CleaningFailed]]]] = deque()
    with CleaningPool(workers, options, limits=limits, set_aside=set_aside) as pool:
        for bundle in bundles(given):
            pages = [each.page for each in bundle if isinstance(each.page, Page)]
            waiting.append((bundle, pool.submit_together(pages)))
            while _is_far_ahead(waiting, workers):
                yield from _results(*waiting.popleft())
        while waiting:
            yield from _results(*waiting.popleft())


def _is_far_ahead(waiting: Collection[tuple[Bundle, object]], workers: int) -> bool:
    bundles = len(waiting)
    return bundles > BUNDLES_AHEAD * workers and sum(len(bundle) for bundle, _ in waiting) > PAGES_AHEAD * workers


def bundles(given: Iterable[Given]) -> Iterator[Bundle]:
    """The inputs in bundles: HTML pages one by one, texts until there is enough for one go."""
    bundle: Bundle = []
    size = 0
    for each in given:
        bundle.append(each)
        if isinstance(each.page, Page):
            size += MOST_CHARACTERS if each.page.form == "html" else len(each.page.content)
        if size >= MOST_CHARACTERS or len(bundle) >= MOST_TEXTS:
            yield bundle
            bundle, size = [], 0
    if bundle:
        yield bundle


def _results(bundle: Bundle, awaited: Future[list[Article | CleaningFailed]]) -> Iterator[Result]:
    cleaned = iter(awaited.result())
    for name, page in bundle:
        outcome = page if isinstance(page, Failure) else next(cleaned)
        yield Result(name, Failure(name, str(outcome)) if isinstance(outcome, CleaningFailed) else outcome)
