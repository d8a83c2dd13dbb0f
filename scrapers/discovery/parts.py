"""Articles over several pages: the address of the page that follows, in whatever form sites number them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit, urlunsplit

from lxml import etree

from scrapers.discovery.canonical import PAGE_NUMBERS
from scrapers.discovery.links import says_next
from scrapers.discovery.urls import absolute, tidy

MOST_PARTS = 30
LONGEST_HREF = 2000
LAST_NUMBER = re.compile(r"(?<!\d)(\d{1,2})(?!\d)(?:\.\w{3,5})?(?:/*$|/*[?#;]|&)")  # of a path, or a value of its query
WORDED = re.compile(r"(?:/|[-_,.])(?:page|seite|pagina|part|teil|p)[-_/=,]?(\d{1,2})(\.\w{3,5})?/?$", re.IGNORECASE)
BARE = re.compile(r"(?:/|[-_,])(\d{1,2})(\.\w{3,5})?/?$")


def next_part(root: etree._Element, url: str, number: int) -> str | None:
    """The address of page `number + 1` of the article whose first page is at `url`; root: its page `number`.

    Trusted are a numbered address of the same article, and where the number alone could be part of a name, also what
    the link says ("2", "next") or its rel=next. A rel=next that leads to another article is none. None: no such page.
    """
    bases = None
    for address, named in _links(root, url, number + 1):
        bases = bases or {base for base, at, _ in _readings(url) if at == 1}
        for base, at, worded in _readings(address):
            if at == number + 1 and base in bases and (worded or named):
                return address
    return None


def _links(root: etree._Element, url: str, wanted: int) -> Iterator[tuple[str, bool]]:
    """The addresses of a page's links, and whether the link itself says that it leads to the page wanted."""
    digits = str(wanted)
    for element in root.iter("a", "link"):
        href = (element.get("href") or "").strip()
        if digits not in href or len(href) > LONGEST_HREF or wanted not in map(int, LAST_NUMBER.findall(href)):
            continue  # no other link can be read as that page's
        address = absolute(href, url)
        if address is not None:
            says = " ".join("".join(map(str, element.itertext())).split())
            rel = (element.get("rel") or "").lower().split()
            yield address, says == digits or says_next(says) or "next" in rel


def _readings(url: str) -> Iterator[tuple[str, int, bool]]:
    """Every way to read an address as page so-and-so of something: what, which page, and whether a word says "page"."""
    parts = urlsplit(tidy(url))
    yield _base(parts, parts.path, parts.query), 1, False
    items = parts.query.split("&")
    for item in items:
        name, _, value = item.partition("=")
        if name.lower() in PAGE_NUMBERS and value.isdigit() and len(value) <= 2:
            rest = "&".join(other for other in items if other != item)
            yield _base(parts, parts.path, rest), int(value), True
    for form, worded in ((WORDED, True), (BARE, False)):
        if match := form.search(parts.path):
            path = parts.path[: match.start()] + (match[2] or "")
            yield _base(parts, path, parts.query), int(match[1]), worded


def _base(parts: SplitResult, path: str, query: str) -> str:
    return urlunsplit(("", parts.netloc, path.rstrip("/"), query, ""))
