"""Everything a page says of itself, read from its tree once, and the headline found in it."""

from __future__ import annotations

from lxml import etree

from cleaners.metadata.claims import WEIGHTS, Candidate, Weights, as_field, decide
from cleaners.metadata.head import Head, Heading, read_head
from cleaners.metadata.json_ld import Graph, read_json_ld
from cleaners.metadata.nearby import Spot, spots_near
from cleaners.metadata.titles import key_of, site_names, spelling, title_candidates
from cleaners.metadata.urls import original
from items import Block, Field, Page

SLACK = 12  # by how many characters two spellings of one headline may differ


class Testimony:
    """What one page says of itself. title: the headline as decided, None where the page has none."""

    __slots__ = ("candidates", "graph", "head", "page", "sites", "title", "url")

    def __init__(self, head: Head, graph: Graph, url: str | None, page: Page) -> None:
        self.head = head
        self.graph = graph
        self.url = url
        self.page = page
        self.sites = site_names(head, graph)
        self.candidates: list[Candidate] = []
        self.title: Field | None = None


def read_testimony(tree: etree._Element | None, page: Page, *, weights: Weights | None = None) -> Testimony:
    """Reads a page's tree, which stays as it is. tree: None for a page without one. Never raises."""
    head = read_head(tree)
    url = original(page.url)
    testimony = Testimony(head, read_json_ld(head.json_ld, url), url, page)
    testimony.candidates = title_candidates(head, testimony.graph, url, testimony.sites, _announced_title(page))
    found = decide("title", testimony.candidates, weights or WEIGHTS["title"])
    if found:
        best, confidence = found
        testimony.title = as_field(best, testimony.candidates, confidence, spelling(best))
    return testimony


def _announced_title(page: Page) -> str | None:
    """The headline as the input row or whatever announced the page gave it."""
    return page.title or (page.announced.title if page.announced else None)


def find_headline(testimony: Testimony) -> str | None:
    """The headline, as the reader sees it. None: the page has none, or it cannot be told."""
    title = testimony.title
    return title.value if title and title.confidence >= WEIGHTS["title"].least else None


def headline_heading(testimony: Testimony) -> Heading | None:
    """The heading that is the headline, else the first <h1>; None where the page has neither."""
    headings = testimony.head.headings
    key = key_of(testimony.title.value) if testimony.title else ""
    same = next((heading for heading in headings if key and key_of(heading.text) == key), None)
    return same or next((heading for heading in headings if heading.level == 1 and heading.text), None)


def spots(testimony: Testimony) -> list[Spot]:
    """Authors and dates marked as such near the headline."""
    heading = headline_heading(testimony)
    return spots_near(heading.element) if heading else []


def headline_block(testimony: Testimony, blocks: list[Block]) -> int | None:
    """Which block is the headline: a heading that says the same, else any block, else the first <h1>."""
    title = testimony.title.value if testimony.title else ""
    key = key_of(title)
    first = any_block = None
    shortest, longest = len(title) - SLACK, len(title) + SLACK if key else -1
    for number, block in enumerate(blocks):
        same = shortest <= len(block.text) <= longest and key_of(block.text) == key
        if block.kind == "heading":
            if same:
                return number
            if first is None and block.level == 1:
                first = number
        elif same and any_block is None:
            any_block = number
    return any_block if any_block is not None else first
