"""Which links of a page are worth reading: those of an article are mostly those of the article before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

MOST = 100_000  # links remembered; beyond it they are forgotten, and read once more


class Leads:
    """Remembers links by address as written and by what they show.

    A picture, a headline and "more" that lead to one article are three: only one of them may say that it is one.
    """

    def __init__(self) -> None:
        self._known: set[int] = set()

    def on(self, base: str) -> Callable[[Any, str], bool]:
        """For a page with that base address: says of a link and its href whether it is new; it is known from then on.

        What is relative to the page means something else on the next one.
        """
        folder, origin = urljoin(base, "."), urljoin(base, "/")

        def is_new(element: Any, href: str) -> bool:
            around = origin if href.startswith(("/", "http")) else folder
            child = element[0].tag if len(element) else None
            return self._enter(hash((around, href, element.text, child)))

        return is_new

    def _enter(self, link: int) -> bool:
        if link in self._known:
            return False
        if len(self._known) >= MOST:
            self._known.clear()
        self._known.add(link)
        return True
