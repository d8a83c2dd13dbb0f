"""The other end of a CleaningPool: `python -m cleaners.worker` cleans page after page, in its own process.

On both pipes a message is its length in 8 bytes and then a pickle: both ends are this program. The first message holds
the options and limits, each further one a job; each answer is an article or the reason why there is none. The process
ends when its input does, or when a page costs more than the limits allow.
"""

from __future__ import annotations

import os
import pickle
import struct
from collections.abc import Callable
from typing import IO, Any, NamedTuple

from cleaners.limits import SECONDS_A_RESCUE, limit_cpu, limit_memory
from cleaners.options import Options
from items import Article, Page

LENGTH = struct.Struct("<Q")
OUT_OF_MEMORY = 9  # the exit code that says so


class Job(NamedTuple):
    """A page to clean. rescue: by the simple way, since the other one failed.

    look: what else is wanted of the page (`cleaners.walk.Look`); the answer is then a `Looked`. A rescued page is not
    looked at.
    """

    page: Page
    rescue: bool = False
    look: Callable[..., Any] | None = None


class Looked(NamedTuple):
    """An article, and what was seen in its page."""

    article: Article
    seen: Any


class Together(NamedTuple):
    """Pages to clean in one go, which is many times as fast for short texts. The answer is a list in their order."""

    pages: list[Page]


class NoArticle(NamedTuple):
    """A worker's answer where the cleaner failed."""

    reason: str


def send(pipe: IO[bytes], message: object) -> None:
    """Writes one message. Raises BrokenPipeError when nobody reads any more."""
    payload = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(LENGTH.pack(len(payload)))
    pipe.write(payload)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Reads one message. Raises EOFError when the pipe ends before it is whole."""
    size: int = LENGTH.unpack(_read(pipe, LENGTH.size))[0]
    return pickle.loads(_read(pipe, size))


def _read(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found


def main() -> None:
    """Serves until the input ends."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not run into the answers
    from cleaners.walk import warm_up  # noqa: PLC0415  # after the pipes are safe

    try:
        options, limits = receive(requests)
        limit_memory(limits)
        while True:
            job: Job | Together = receive(requests)
            for page in job.pages if isinstance(job, Together) else [job.page]:
                warm_up(page.form)
            limit_cpu(SECONDS_A_RESCUE if isinstance(job, Job) and job.rescue else limits.seconds)
            send(answers, _answer(job, options))
    except (EOFError, BrokenPipeError):
        return
    except MemoryError:  # what is left of the memory may be in pieces
        os._exit(OUT_OF_MEMORY)


def _answer(job: Job | Together, options: Options) -> Article | Looked | list[Article] | NoArticle:
    from cleaners.rescue import rescue  # noqa: PLC0415  # the other end of the pipes needs none of it
    from cleaners.walk import clean_and_look, clean_page, clean_pages  # noqa: PLC0415

    try:
        if isinstance(job, Together):
            return clean_pages(job.pages, options)
        if job.rescue:
            return rescue(job.page)
        if job.look is not None:
            return Looked(*clean_and_look(job.page, options, job.look))
        return clean_page(job.page, options)
    except Exception as error:  # a bug of ours must cost one page, not the run
        if isinstance(error, MemoryError):
            raise
        return NoArticle(f"{type(error).__name__}: {error}".split("\n")[0][:300])


if __name__ == "__main__":
    # Run as a program this module is called __main__, a name under which the parent cannot unpickle its answers.
    from cleaners.worker import main as serve

    serve()
