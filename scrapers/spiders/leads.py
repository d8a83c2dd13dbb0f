"""Which pages are worth reading for links: reading them is the dearest thing a crawl does beside cleaning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

HREF = re.compile(rb"""<a\s[^<>]{0,500}?href\s*=\s*["']?([^"'\s<>#]{1,500})""", re.IGNORECASE)
SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
MOST = 50_000  # addresses remembered; beyond it they are forgotten, and pages are read once more


class Leads:
    """Remembers the addresses that pages linked to, by path and query as written."""

    def __init__(self) -> None:
        self._known: set[int] = set()

    def add(self, urls: Iterable[str]) -> None:
        """These are known without reading a page for them."""
        self._remember(hash(_of_site(url)) for url in urls)

    def has_new(self, body: bytes, host: str) -> bool:
        """Whether a page links to something on its host that no page did before; it is known from then on."""
        hrefs = {match.decode("utf-8", "replace") for match in HREF.findall(body)}
        ours = {hash(_of_site(href)) for href in hrefs if _is_on(href, host)}
        is_new = not ours <= self._known
        self._remember(ours)
        return is_new

    def _remember(self, hashes: Iterable[int]) -> None:
        if len(self._known) > MOST:
            self._known.clear()
        self._known.update(hashes)


def _is_on(href: str, host: str) -> bool:
    if href.startswith("//") or href.lower().startswith(("http:", "https:")):
        return href.partition("//")[2].partition("/")[0].lower().endswith(host.removeprefix("www."))
    return SCHEME.match(href) is None


def _of_site(url: str) -> str:
    """The address without scheme, host and fragment."""
    if "//" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return parts.path + ("?" + parts.query if parts.query else "")
