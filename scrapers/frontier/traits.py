"""What an article is recognized by, from its text alone: without the state, so a cleaning process can make it."""

from __future__ import annotations

import hashlib

import msgspec

from items import Article, Page
from scrapers.frontier.likeness import bands_of


class Traits(msgspec.Struct, frozen=True):
    """What an article is recognized by."""

    source: str
    """Names the bytes that came, of all its pages."""
    content: str
    """Names its title and blocks."""
    bands: tuple[int, ...]
    """What articles that are alike have in common; empty: too short to tell."""


def traits_of(article: Article, *pages: Page) -> Traits:
    """Costs a few milliseconds a long article. pages: those it was made of."""
    return Traits(hash_of_source(*pages), hash_of_content(article), bands_of(article.text))


def hash_of_source(*pages: Page) -> str:
    """Names the bytes that came, of all pages of an article."""
    whole = hashlib.blake2b(digest_size=16)
    for page in pages:
        body = page.content
        whole.update(body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body)
    return whole.hexdigest()


def hash_of_content(article: Article) -> str:
    """Names what is read of an article: its title and its blocks."""
    parts = [article.title or "", *(f"{block.kind} {block.text}" for block in article.blocks)]
    return hashlib.blake2b("\x00".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
