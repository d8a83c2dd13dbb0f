"""Pathological pages through real worker processes: what each costs, and that its neighbours come out whole."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import pytest

from cleaners import Options, clean_page
from cleaners.limits import MEGABYTE, Limits
from cleaners.worker import Job
from cleaners.workers import CleaningFailed, CleaningPool, Worker
from items import Page
from tests.generators import GENERATORS
from tests.hostile import ARTICLE, PREFIXES

pytestmark = pytest.mark.torture
LARGE = 8 * MEGABYTE  # characters of a page
SECONDS, MEGABYTES = 6.0, 512
TICKS = 100  # a second, in /proc
INNOCENT = Page(content=ARTICLE, id="innocent")


def of_size(generator: Callable[[int], str], size: int) -> str:
    """What a generator makes of about so many characters."""
    unit = max(1, (len(generator(1001)) - len(generator(1))) // 1000)
    return generator(size // unit)


# Every hostile prefix before an article, every generator at its worst below 10 MB; made when they are asked for.
MAKERS: dict[str, Callable[[], str]] = {
    **{name: partial("<html><body>{}{}".format, prefix, ARTICLE) for name, prefix in PREFIXES.items()},
    **{f"{name}, 8 MB": partial(of_size, generator, LARGE) for name, generator in GENERATORS.items()},
    **{f"{name}, 1 MB": partial(of_size, generator, LARGE // 8) for name, generator in GENERATORS.items()},
}


class Cost(NamedTuple):
    """CPU seconds, peak of resident memory in MB, and what came of the page."""

    seconds: float
    megabytes: float
    outcome: str


def cost(job: Job) -> Cost:
    """What a page costs a fresh worker that is warm."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    worker = Worker(Options(), Limits())
    worker.clean(Job(INNOCENT))
    pid = worker._process.pid
    warm, peak = seconds_of(pid), 0.0
    try:
        article = worker.clean(job)
        outcome, peak = f"{article.kind} {article.status} {' '.join(article.flaws)}", peak_of(pid)
    except CleaningFailed as error:
        outcome = f"failed: {error}"
    worker.stop()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(spent - warm, peak, outcome)


def seconds_of(pid: int) -> float:
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_of(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


@pytest.mark.parametrize("name", MAKERS)
def test_a_page_costs_no_more_than_it_may(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = Page(content=MAKERS[name](), id=name)
    first = cost(Job(page))
    second = cost(Job(page, rescue=True)) if first.outcome.startswith("failed") else Cost(0.0, 0.0, "")
    with capsys.disabled():
        print(f"\n{name:36} {first.seconds:5.2f} s {first.megabytes:4.0f} MB {first.outcome} {second.outcome}", end="")
    assert first.seconds + second.seconds <= SECONDS
    assert max(first.megabytes, second.megabytes) <= MEGABYTES
    assert not second.outcome.startswith("failed")


def test_every_page_gets_a_status_and_every_innocent_neighbour_is_saved() -> None:
    expected = clean_page(INNOCENT)
    with CleaningPool(2, Options()) as pool:
        futures = [(one is INNOCENT, pool.submit(one)) for one in _mixed()]
        for innocent, future in futures:
            if innocent:
                assert future.result() == expected
            else:
                assert _status(future) is not None


def _mixed() -> Iterator[Page]:
    for name, make in MAKERS.items():
        yield Page(content=make(), id=name)
        yield INNOCENT


def _status(future: object) -> str | None:
    try:
        return str(future.result().status)  # type: ignore[attr-defined]
    except CleaningFailed as error:
        return str(error)
