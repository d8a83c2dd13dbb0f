"""Worker processes: articles come back whole, and a page that breaks its process costs only itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from cleaners import Options, clean_page
from cleaners.limits import Limits
from cleaners.worker import Job
from cleaners.workers import CleaningFailed, CleaningPool, Worker
from items import Page

PROSE = "The ferry left on time for the first time in eleven years, and nobody on the quay knew what to say about it."


def page(number: int) -> Page:
    return Page(
        content=f"<h1>Ferry {number}</h1>" + f"<p>{PROSE}</p><p>Ship {number}. {PROSE[::-1]}</p><p>{PROSE}</p>",
        id=f"{number}",
    )


def test_a_worker_gives_what_the_cleaner_gives() -> None:
    pages = [page(number) for number in range(6)]
    options = Options(explain=True)
    with CleaningPool(2, options) as pool:
        found = [future.result() for future in [pool.submit(one) for one in pages]]
    assert found == [clean_page(one, options) for one in pages]


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGTERM])
def test_a_page_whose_worker_somebody_kills_is_cleaned_again(sign: signal.Signals) -> None:
    with CleaningPool(1, Options()) as pool:
        pool.submit(page(1)).result()
        (worker,) = pool._started
        os.kill(worker._process.pid, signal.SIGSTOP)  # it holds page 2 when it dies
        awaited = pool.submit(page(2))
        os.kill(worker._process.pid, sign)
        os.kill(worker._process.pid, signal.SIGCONT)
        assert awaited.result() == clean_page(page(2))


def test_a_worker_that_crashes_costs_no_page() -> None:
    with CleaningPool(1, Options()) as pool:
        assert pool.submit(page(1)).result().id == "1"
        (worker,) = pool._started
        os.kill(worker._process.pid, signal.SIGSTOP)  # it holds page 2 when it dies
        awaited = pool.submit(page(2))
        os.kill(worker._process.pid, signal.SIGSEGV)
        os.kill(worker._process.pid, signal.SIGCONT)
        assert (awaited.result().status, awaited.result().flaws) == ("truncated", ("rescued",))
        assert "Ship 2." in awaited.result().text
        assert pool.submit(page(3)).result() == clean_page(page(3))


def test_a_page_that_neither_way_can_take_is_named_and_set_aside() -> None:
    kept: list[tuple[Page, str]] = []
    text = Page(content=PROSE, form="text", id="t")
    with CleaningPool(1, Options(), set_aside=lambda *given: kept.append(given) or "there") as pool:
        pool.submit(text).result()
        (worker,) = pool._started
        os.kill(worker._process.pid, signal.SIGSTOP)
        awaited = pool.submit(text)
        os.kill(worker._process.pid, signal.SIGSEGV)
        os.kill(worker._process.pid, signal.SIGCONT)
        with pytest.raises(CleaningFailed, match=r"signal 11\) \(set aside: there\)"):
            awaited.result()
    assert kept == [(text, "the page broke its cleaning process (signal 11)")]


def test_pages_cleaned_together_are_what_each_is_alone() -> None:
    pages = [page(1), Page(content=f"Ferry\n\n{PROSE}\n\nScroll to Top", form="text", id="2"), page(3)]
    with CleaningPool(1, Options()) as pool:
        found = pool.submit_together(pages).result()
    assert found == [clean_page(one) for one in pages]


def test_of_pages_cleaned_together_only_the_one_to_blame_is_lost() -> None:
    texts = [Page(content=f"Ferry {number}\n\n{PROSE}", form="text", id=f"{number}") for number in range(3)]
    texts[1] = msgspec.structs.replace(texts[1], content=None)
    with CleaningPool(1, Options()) as pool:
        found = pool.submit_together(texts).result()
    assert [isinstance(one, CleaningFailed) for one in found] == [False, True, False]


def test_a_worker_killed_with_several_pages_costs_none_of_them() -> None:
    texts = [Page(content=f"Ferry {number}\n\n{PROSE}", form="text", id=f"{number}") for number in range(3)]
    with CleaningPool(1, Options()) as pool:
        pool.submit(texts[0]).result()
        (worker,) = pool._started
        os.kill(worker._process.pid, signal.SIGSTOP)
        awaited = pool.submit_together(texts[1:])
        os.kill(worker._process.pid, signal.SIGKILL)
        assert awaited.result() == [clean_page(text) for text in texts[1:]]


def test_a_worker_that_waits_for_nothing_is_stopped() -> None:
    worker = Worker(Options(), Limits(wall=0.05))
    os.kill(worker._process.pid, signal.SIGSTOP)
    with pytest.raises(CleaningFailed, match="longer than"):
        worker.clean(Job(page(1)))
    assert worker.broken
    worker.stop()


def test_cpu_time_is_limited() -> None:
    """What any page of 10 MB may hold at most, with a tenth of a second of CPU time."""
    endless = Page(content="<h1>Ferry</h1>" + f"<p>{PROSE}</p>" * 90_000)
    worker = Worker(Options(), Limits(seconds=0.1))
    with pytest.raises(CleaningFailed, match=r"more than 0\.1 s of CPU time"):
        worker.clean(Job(endless))
    assert worker.broken
    worker.stop()


def test_memory_is_limited() -> None:
    worker = Worker(Options(), Limits(megabytes=384))
    with pytest.raises(CleaningFailed, match="more than 384 MB of memory"):
        worker.clean(Job(Page(content="<p>" + "word " * 30_000_000)))
    assert worker.broken
    worker.stop()


def test_a_failure_of_the_cleaner_is_one_line() -> None:
    broken = msgspec.structs.replace(Options(), body=None)
    with CleaningPool(1, broken) as pool, pytest.raises(CleaningFailed) as said:
        pool.submit(Page(content="<p>short</p>")).result()
    assert str(said.value).startswith("the cleaner failed: TypeError")


def test_a_users_own_modules_do_not_stand_in_for_ours(tmp_path: Path) -> None:
    (tmp_path / "items.py").write_text("raise SystemExit('the wrong items')")
    script = (
        "from cleaners import Options\nfrom cleaners.workers import CleaningPool\nfrom items import Page\n"
        "with CleaningPool(1, Options()) as pool: print(pool.submit(Page(content='<p>x</p>', id='7')).result().id)"
    )
    found = subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (found.stdout.strip(), found.stderr) == ("7", "")


def test_workers_end_with_their_pool() -> None:
    with CleaningPool(2, Options()) as pool:
        pool.submit(page(1)).result()
        processes = [worker._process for worker in pool._started]
    assert all(process.poll() is not None for process in processes)
