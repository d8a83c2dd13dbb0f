"""The other end of a CleaningPool: `python -m cleaners.worker` cleans one page after the other, in its own process.

On both pipes a message is its length in 8 bytes and then a pickle: both ends are this program. The first message holds
the options, each further one a page; each answer is an article or the reason why there is none. The process ends when
its input does.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
from typing import IO, Any, NamedTuple

from items import Article, Page

LENGTH = struct.Struct("<Q")


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
    from cleaners import Options, clean_page  # noqa: PLC0415  # after the pipes are safe

    def answer(page: Page, options: Options) -> Article | NoArticle:
        try:
            return clean_page(page, options)
        except Exception as error:  # a bug of ours must cost one page, not the run
            return NoArticle(f"{type(error).__name__}: {error}".split("\n")[0][:300])

    with contextlib.suppress(EOFError, BrokenPipeError):
        options = receive(requests)
        while True:
            send(answers, answer(receive(requests), options))


if __name__ == "__main__":
    # Run as a program this module is called __main__, a name under which the parent cannot unpickle its answers.
    from cleaners.worker import main as serve

    serve()
