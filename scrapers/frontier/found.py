"""A URL as something named it, before it is a row of the frontier."""

from __future__ import annotations

from typing import Literal

import msgspec

from items import Announced
from scrapers.frontier.fates import Fate

Kind = Literal["home", "section", "feed", "sitemap", "article"]
By = Literal["given", "feed", "sitemap", "link", "robots", "guess", "redirect", "canonical"]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A URL as something named it."""

    url: str
    """The one address that all its variants come down to."""
    given: str
    """As it was written, absolute, without fragment: what is fetched."""
    host: str
    kind: Kind
    pattern: str
    depth: int
    by: By
    on: str | None = None
    """Where it was named."""
    announced: Announced | None = None
    published: str | None = None
    priority: float = 0.0
    fate: Fate | None = None
    """Where it is clear before anything is fetched that nothing will be."""
