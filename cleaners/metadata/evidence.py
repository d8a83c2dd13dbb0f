"""What authors and dates are looked for in: everything read of one page, gathered around its headline."""

from __future__ import annotations

from typing import NamedTuple

from cleaners.metadata.head import Head
from cleaners.metadata.json_ld import Graph
from cleaners.metadata.nearby import Spot
from items import Announced, Block


class Evidence(NamedTuple):
    """spots: elements near the headline marked as author or date. lines: blocks near it, with their distance from it.
    sites: keys of the site's own names. announced: what announced the page. content: the page as it came, for
    witnesses who read it themselves."""

    head: Head
    graph: Graph
    url: str | None
    sites: set[str]
    spots: list[Spot]
    lines: list[tuple[int, Block]]
    blocks: list[Block]
    announced: Announced | None = None
    content: str | bytes = ""
