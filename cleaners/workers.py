"""Cleaning in worker processes: pages in, futures of articles out.

Each thread of a small thread pool owns one worker process and waits for it, so that a page that crashes or hangs its
process is known by name, costs only itself, and the next page finds a fresh process.
"""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from cleaners.options import Options
from cleaners.worker import NoArticle, receive, send
from items import Article, Page

# Far above any honest page (the slowest of the development pages takes well under a second).
SECONDS_A_PAGE = 30.0
# A fresh process now and then keeps what C libraries never give back from adding up.
PAGES_A_WORKER = 2000


def cores() -> int:
    """How many cores this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class CleaningFailed(Exception):
    """A page could not be cleaned; the message says why in one line."""


class CleaningPool:
    """A fixed number of worker processes, started when first needed.

    `submit` may be called from any thread; close the pool (or use it as a context manager) to end the processes.
    """

    def __init__(self, workers: int, options: Options, *, seconds_a_page: float = SECONDS_A_PAGE) -> None:
        self._options = options
        self._seconds = seconds_a_page
        self._own = threading.local()
        self._started: list[Worker] = []
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="cleaning")

    def submit(self, page: Page) -> Future[Article]:
        """The article to be; its `result()` raises CleaningFailed where the page broke its worker or the cleaner."""
        return self._threads.submit(self._clean, page)

    def _clean(self, page: Page) -> Article:
        worker: Worker | None = getattr(self._own, "worker", None)
        if worker is None or worker.served >= PAGES_A_WORKER:
            if worker is not None:
                worker.stop()
            worker = self._own.worker = Worker(self._options)
            self._started.append(worker)
        try:
            return worker.clean(page, self._seconds)
        finally:
            if worker.broken:
                worker.stop()
                self._own.worker = None

    def close(self) -> None:
        """Ends the processes; pages not yet begun are cancelled."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._started:
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

    def __init__(self, options: Options) -> None:
        self.served = 0
        self.broken = False
        # -P: a file called items.py in the folder somebody works in must not stand in for ours.
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "cleaners.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            process_group=0,  # Ctrl-C is the parent's to answer, from the first moment on
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._send(options)

    def clean(self, page: Page, seconds: float) -> Article:
        """Has the page cleaned. Raises CleaningFailed; `broken` then says whether the process is still of use."""
        self.served += 1
        self._send(page)
        if not select.select([self._answers], [], [], seconds)[0]:
            self.broken = True
            raise CleaningFailed(f"cleaning took longer than {seconds:g} s")
        try:
            answer: Article | NoArticle = receive(self._answers)
        except EOFError:
            self.broken = True
            raise CleaningFailed(f"the page broke its cleaning process ({self._ending()})") from None
        if isinstance(answer, NoArticle):
            raise CleaningFailed(f"the cleaner failed: {answer.reason}")
        return answer

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

    def _ending(self) -> str:
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit {code}"
