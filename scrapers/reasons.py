"""The words in which a person is told why a URL gave no page, each in one calm line."""

from __future__ import annotations

import re

LONGEST = 200
STATUS = re.compile(r"[1-5][0-9]{2}\b")

CUT_SHORT = "body cut short"
TOO_LARGE = "too large"
HEAD_TOO_LARGE = "head of the answer too large"
TOO_SLOW = "too slow"
TOO_MANY_REDIRECTS = "too many redirects"


def short(reason: str) -> str:
    """The kind of reason, for counting: "404" of "404 Not Found", otherwise what stands before a colon."""
    status = STATUS.match(reason)
    return status.group() if status else reason.partition(":")[0]


def one_line(text: str) -> str:
    """The text on one line, printable whatever a server put into it, and not longer than `LONGEST` characters."""
    text = text if text.isprintable() else ascii(text)[1:-1]
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
