"""Broadsheet fetches news pages and saves clean articles: the article, whole, and nothing else."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from broadsheet.api import ScrapeFailed, scrape, scrape_many
from cleaners.options import Options
from items import Article, Block, Failure, Judged, Verdict

if TYPE_CHECKING:
    from broadsheet.like_trafilatura import extract
    from cleaners.walk import clean, clean_text

__all__ = [
    "Article",
    "Block",
    "Failure",
    "Judged",
    "Options",
    "ScrapeFailed",
    "Verdict",
    "clean",
    "clean_text",
    "extract",
    "scrape",
    "scrape_many",
]

# Loaded when first asked for: most commands leave cleaning to other processes, and start sooner.
_LATER = {"clean": "cleaners.walk", "clean_text": "cleaners.walk", "extract": "broadsheet.like_trafilatura"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
