"""Cleaning in worker processes: pages in, futures of articles out.

Each thread of a small thread pool owns one worker process and waits for it, so that a page that crashes or hangs its
process is known by name, costs only itself, and the next page finds a fresh process. Such a page is tried once more by
a simple way that takes linear time (`cleaners.rescue`), in a process of its own.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import IO, Any, Self

from cleaners.limits import MEGABYTE, Limits, resident
from cleaners.options import Options
from cleaners.worker import OUT_OF_MEMORY, Job, Looked, NoArticle, Together, receive, send
from items import Article, Page

# A fresh process now and then keeps what C libraries never give back from adding up.
PAGES_A_WORKER = 2000
# A process that holds this share of its memory after a page may not have enough for the next one.
FULL = 0.6
# Libraries that start a thread for every core reserve memory for each: the workers are the parallel part.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
WIDE = 1 << 20  # bytes: Linux lets everybody have so much
OUT_OF_TIME = (-signal.SIGPROF, -signal.SIGXCPU)
# No page does that to its process: a person does, or a system short of memory.
FROM_OUTSIDE = (-signal.SIGKILL, -signal.SIGTERM)

SetAside = Callable[[Page, str], str | None]
"""Keeps a page that broke the cleaner, with the reason; returns in a few words where, None where it does not."""


def cores() -> int:
    """How many cores this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class CleaningFailed(Exception):
    """A page could not be cleaned; the message says why in one line."""


class _Killed(CleaningFailed):
    """Somebody ended the process that had the page, which is not to blame."""


class CleaningPool:
    """A fixed number of worker processes, started when first needed.

    `submit` may be called from any thread; close the pool (or use it as a context manager) to end the processes.
    set_aside: called, from a thread of the pool, with every page that the cleaner could not take.
    """

    def __init__(
        self, workers: int, options: Options, *, limits: Limits | None = None, set_aside: SetAside | None = None
    ) -> None:
        self._options = options
        self._limits = limits or Limits()
        self._set_aside = set_aside
        self._own = threading.local()
        self._started: list[Worker] = []
        self._closed = False
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="cleaning")

    def submit(self, page: Page) -> Future[Article]:
        """The article to be; its `result()` raises CleaningFailed where neither way gave one."""
        return self._threads.submit(self._clean, page)

    def submit_and_look(self, page: Page, look: Callable[..., Any]) -> Future[Looked]:
        """The article to be, and what `look` sees in the page (`cleaners.walk.Look`; it is pickled for the way there).

        None is seen in a page that the cleaner could not take. `result()` raises CleaningFailed as that of `submit`.
        """
        return self._threads.submit(self._clean_and_look, page, look)

    def submit_together(self, pages: list[Page]) -> Future[list[Article | CleaningFailed]]:
        """What comes of each page, cleaned in one go: many times as fast for short texts."""
        return self._threads.submit(self._clean_together, pages)

    def _clean_and_look(self, page: Page, look: Callable[..., Any]) -> Looked:
        answer: Looked | Article = self._answered(Job(page, look=look))
        return answer if isinstance(answer, Looked) else Looked(answer, None)

    def _clean_together(self, pages: list[Page]) -> list[Article | CleaningFailed]:
        """One by one where they do not go well together, so that only the page that is to blame pays for it."""
        if len(pages) > 1:
            with contextlib.suppress(CleaningFailed):
                return list(self._run_together(Together(pages)))
        return [self._outcome(page) for page in pages]

    def _outcome(self, page: Page) -> Article | CleaningFailed:
        try:
            return self._clean(page)
        except CleaningFailed as failed:
            return failed

    def _clean(self, page: Page) -> Article:
        article: Article = self._answered(Job(page))
        return article

    def _answered(self, job: Job) -> Any:
        """What the worker answers, or the article by the simple way. Raises CleaningFailed."""
        try:
            return self._run(job)
        except CleaningFailed as failed:
            if self._closed:
                raise
            return self._rescued(job.page, str(failed))

    def _rescued(self, page: Page, reason: str) -> Article:
        """The article by the simple way. Raises CleaningFailed where there is none."""
        kept = self._set_aside(page, reason) if self._set_aside is not None else None
        try:
            article: Article = self._run(Job(page, rescue=True))
        except CleaningFailed:
            raise CleaningFailed(f"{reason} (set aside: {kept})" if kept else reason) from None
        return article

    def _run(self, job: Job) -> Any:
        try:
            return self._run_once(job)
        except _Killed:
            if self._closed:
                raise
            return self._run_once(job)

    def _run_once(self, job: Job) -> Any:
        worker = self._worker()
        try:
            return worker.clean(job)
        finally:
            if worker.broken:
                self._retire(worker)

    def _run_together(self, job: Together) -> list[Article]:
        worker = self._worker()
        try:
            return worker.clean_together(job)
        finally:
            if worker.broken:
                self._retire(worker)

    def _worker(self) -> Worker:
        """This thread's worker; a fresh one where there is none or the old one has served its time."""
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is not None and worker.is_worn_out():
            self._retire(worker)
            worker = None
        if worker is None:
            worker = self._own.worker = Worker(self._options, self._limits)
            self._started.append(worker)
        return worker

    def _retire(self, worker: Worker) -> None:
        worker.stop()
        self._own.worker = None
        with contextlib.suppress(ValueError):  # `close` is faster
            self._started.remove(worker)

    def close(self) -> None:
        """Ends the processes; pages not yet begun are cancelled."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in list(self._started):
            worker.stop()
        self._threads.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Worker:
    """One worker process and the two pipes to it."""

    def __init__(self, options: Options, limits: Limits) -> None:
        self.served = 0
        self.broken = False
        self._limits = limits
        # -P: a file called items.py in the folder somebody works in must not stand in for ours.
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "cleaners.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ONE_THREAD, "PYTHONPATH": path},
            process_group=0,  # Ctrl-C is the parent's to answer, from the first moment on
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        for pipe in (self._requests, self._answers):
            _widen(pipe)
        self._send((options, limits))

    def clean(self, job: Job) -> Any:
        """Has the page cleaned: its article, or a `Looked`.

        Raises CleaningFailed; `broken` then says whether the process is still of use.
        """
        return self._answer(job)

    def clean_together(self, job: Together) -> list[Article]:
        """Has several pages cleaned within what one may cost. Raises CleaningFailed where one of them failed."""
        articles: list[Article] = self._answer(job)
        return articles

    def _answer(self, job: Job | Together) -> Any:
        self.served += 1
        self._send(job)
        if not select.select([self._answers], [], [], self._limits.wall)[0]:
            self.broken = True
            raise CleaningFailed(f"cleaning took longer than {self._limits.wall:g} s")
        try:
            answer = receive(self._answers)
        except EOFError:
            self.broken = True
            raise self._ended() from None
        if isinstance(answer, NoArticle):
            raise CleaningFailed(f"the cleaner failed: {answer.reason}")
        return answer

    def is_worn_out(self) -> bool:
        """Whether the process has served its time, or holds so much memory that the next page may lack it."""
        full = self._limits.megabytes * MEGABYTE * FULL
        return self.served >= PAGES_A_WORKER or resident(self._process.pid) > full

    def stop(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._requests, self._answers):
            with contextlib.suppress(OSError):  # what was still in the buffer has no reader
                pipe.close()

    def _send(self, message: object) -> None:
        with contextlib.suppress(OSError):  # the process is gone; the missing answer will say so
            send(self._requests, message)

    def _ended(self) -> CleaningFailed:
        code = self._process.wait()
        return (_Killed if code in FROM_OUTSIDE else CleaningFailed)(self._ending(code))

    def _ending(self, code: int) -> str:
        if code in OUT_OF_TIME:
            return f"cleaning took more than {self._limits.seconds:g} s of CPU time"
        if code == OUT_OF_MEMORY:
            return f"cleaning took more than {self._limits.megabytes} MB of memory"
        return f"the page broke its cleaning process ({f'signal {-code}' if code < 0 else f'exit {code}'})"


def _widen(pipe: IO[bytes]) -> None:
    """Lets a page through at once: by default it goes in pieces of 64 KB, and both ends wake up for each."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):  # somebody's quota of pipes is used up
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, WIDE)
