"""The other end of a CleaningPool: `python -m cleaners.worker` cleans one page after the other, in its own process.

On both pipes a message is its length in 8 bytes and then MessagePack. The first message holds the options, each further
one a page; each answer is an article or the reason why there is none. The process ends when its input does.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from typing import BinaryIO

import msgspec

from items import Article, Page

LENGTH = struct.Struct("<Q")


class Answer(msgspec.Struct, frozen=True):
    """What a worker sends back: an article, or why there is none."""

    article: Article | None = None
    error: str = ""


def send(pipe: BinaryIO, message: object) -> None:
    """Writes one message. Raises BrokenPipeError when nobody reads any more."""
    payload = msgspec.msgpack.encode(message)
    pipe.write(LENGTH.pack(len(payload)))
    pipe.write(payload)
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes | None:
    """Reads one message; None when the pipe ends before it is whole."""
    header = pipe.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    size: int = LENGTH.unpack(header)[0]
    payload = pipe.read(size)
    return payload if len(payload) == size else None


def main() -> None:
    """Serves until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not run into the answers
    from cleaners import Options, clean_page  # noqa: PLC0415  # after the pipes are safe

    first = receive(requests)
    if first is None:
        return
    options = msgspec.msgpack.decode(first, type=Options)
    pages = msgspec.msgpack.Decoder(Page)
    while (request := receive(requests)) is not None:
        try:
            answer = Answer(article=clean_page(pages.decode(request), options))
        except Exception as error:  # a bug of ours must cost one page, not the run
            answer = Answer(error=f"{type(error).__name__}: {error}".split("\n")[0][:300])
        send(answers, answer)


if __name__ == "__main__":
    sys.exit(main())
