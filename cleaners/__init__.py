"""Clean: bytes or text in, Article out. No network, no Scrapy, no writing.

What cleans is loaded when it is first asked for: a crawl leaves that to its cleaning processes, and starts sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cleaners.options import Options

if TYPE_CHECKING:
    from cleaners.walk import clean, clean_and_look, clean_page, clean_pages, clean_text

__all__ = ["Options", "clean", "clean_and_look", "clean_page", "clean_pages", "clean_text"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from cleaners import walk  # noqa: PLC0415

    return getattr(walk, name)
