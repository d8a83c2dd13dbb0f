"""htmldate, asked only where nobody else says when a page was published: about one page in eighty.

Of 15 development pages with a known day and no other witness it gives 3 a day, 2 of them rightly. Its extensive search
is wrong twice as often as right there, and stays off. trafilatura's metadata is not asked at all: docs/decisions.md.
"""

from __future__ import annotations

import logging
from contextlib import suppress

LARGEST = 1_000_000  # characters or bytes


def from_htmldate(content: str | bytes, url: str | None) -> str | None:
    """The day htmldate finds, "YYYY-MM-DD". None: none, or the page is too large to ask."""
    if not content or len(content) > LARGEST:
        return None
    from htmldate import find_date  # noqa: PLC0415  # slow to import, and few pages need it

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    with suppress(Exception):  # whatever a page does to it, it is one witness less
        return find_date(content, extensive_search=False, original_date=True, url=url, max_date="2099-12-31")
    return None
