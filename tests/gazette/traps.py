"""Six sites that never end, with fifty real articles in each."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from itertools import count

from gazette.paper import HTML, XML, Answer, Paper

ARTICLES = 50


class Trap:
    """A paper whose pages carry a trap besides their own links."""

    def __init__(self, seed: int = 0) -> None:
        self.paper = Paper(articles=ARTICLES, seed=seed + 50)
        for story in self.paper.stories:
            story.ways = "sections"
        self.numbers = count(1)
        self._base = ""

    @property
    def base(self) -> str:
        return self._base

    @base.setter
    def base(self, value: str) -> None:
        self._base = self.paper.base = value

    def answer(self, path: str) -> Answer | None:
        if path in ("/feed.xml", "/news-sitemap.xml", "/sitemap.xml", "/sitemap-0.xml"):
            return None
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\n"
        return self.trap(path) or self._with_links(self.paper.answer(path))

    def trap(self, path: str) -> Answer | None:
        """The trap's own answers."""
        return None

    def bait(self) -> str:
        """What every real page carries."""
        return ""

    def _with_links(self, answer: Answer | None) -> Answer | None:
        if answer is None or answer[0] != 200:
            return answer
        status, media_type, body = answer
        return status, media_type, body.replace(b"</body>", self.bait().encode() + b"</body>")

    def _page(self, title: str, links: list[str]) -> Answer:
        inside = "".join(f'<li><a href="{link}">{title} {link[-24:]} and what else is there</a></li>' for link in links)
        return 200, HTML, f"<html><head><title>{title}</title></head><body><ul>{inside}</ul></body></html>".encode()


class Calendar(Trap):
    """Every month has days, and a month before and after it."""

    def bait(self) -> str:
        return '<a href="/events/2026/11">All events of this month</a>'

    def trap(self, path: str) -> Answer | None:
        found = re.fullmatch(r"/events/(\d{4})/(\d{2})(?:/(\d{2}))?", path)
        if found is None:
            return None
        year, month = int(found[1]), int(found[2])
        if found[3]:
            return self._page(f"Events of {path[-10:]}", [f"/events/{year}/{month:02}"])
        months = [date(year + (month + step - 1) // 12, (month + step - 1) % 12 + 1, 1) for step in (-1, 1)]
        days = [f"/events/{year}/{month:02}/{day:02}" for day in range(1, 29)]
        return self._page("Events", [*(f"/events/{other:%Y/%m}" for other in months), *days])


class Sessions(Trap):
    """Every link carries the number of the visit that it was shown in."""

    def answer(self, path: str) -> Answer | None:
        answer = super().answer(path)
        if answer is None or answer[0] != 200 or answer[1] != HTML:
            return answer
        visit = hashlib.blake2b(str(next(self.numbers)).encode(), digest_size=6).hexdigest()
        body = re.sub(rb'(<a href="/[^"?]*)"', rb"\1?visit=" + visit.encode() + b'"', answer[2])
        return answer[0], answer[1], body


class Relative(Trap):
    """A link without its first slash, on pages that answer under any path."""

    def bait(self) -> str:
        return (
            '<a href="more/topics/">Topics of the day and the week</a><a href="more/regions/">Regions near and far</a>'
        )

    def trap(self, path: str) -> Answer | None:
        if not re.search(r"/more/(?:topics|regions)/$", path):
            return None
        return self._page("Topics", ["more/topics/", "more/regions/", "more/topics/../regions/"])


class Facets(Trap):
    """Lists that can be narrowed in endlessly many ways."""

    NAMES = ("place", "topic", "author", "year", "sort")

    def bait(self) -> str:
        return '<a href="/archive?sort=date">The whole archive by date</a>'

    def trap(self, path: str) -> Answer | None:
        plain, _, query = path.partition("?")
        if plain != "/archive":
            return None
        chosen = [pair for pair in query.split("&") if pair]
        more = [f"/archive?{'&'.join([*chosen, f'{name}={value}'])}" for name in self.NAMES for value in range(4)]
        return self._page("Archive", more)


class SelfSitemap(Trap):
    """Sitemaps that name further sitemaps, and articles that are not there."""

    def answer(self, path: str) -> Answer | None:
        if path == "/robots.txt":
            return 200, "text/plain", f"Sitemap: {self.base}/sitemaps/0.xml\n".encode()
        return super().answer(path)

    def trap(self, path: str) -> Answer | None:
        found = re.fullmatch(r"/sitemaps/(\d+)(-urls)?\.xml", path)
        if found is None:
            return None
        number = int(found[1])
        if found[2]:
            urls = (f"{self.base}/2026/11/20/story-that-is-not-there-{number}-{n}" for n in range(20))
            return 200, XML, f"<urlset>{''.join(f'<url><loc>{url}</loc></url>' for url in urls)}</urlset>".encode()
        further = (f"{number * 3 + n + 1}{ending}" for n in range(3) for ending in ("", "-urls"))
        children = "".join(f"<sitemap><loc>{self.base}/sitemaps/{name}.xml</loc></sitemap>" for name in further)
        return 200, XML, f"<sitemapindex>{children}</sitemapindex>".encode()


class Ring(Trap):
    """Links that lead from one to the next, and around."""

    def bait(self) -> str:
        numbers = [next(self.numbers) for _ in range(3)]
        return "".join(
            f'<a href="/out/story-of-the-day-number-{n}">The story of the day, number {n}</a>' for n in numbers
        )

    def trap(self, path: str) -> Answer | None:
        found = re.fullmatch(r"/out/story-of-the-day-number-(\d+)(?:/(\d))?", path)
        if found is None:
            return None
        hop = (int(found[2] or 0) + 1) % 4
        return 302, HTML, f"/out/story-of-the-day-number-{found[1]}/{hop}".encode()


TRAPS = {
    "calendar": Calendar,
    "session id": Sessions,
    "relative path": Relative,
    "facets": Facets,
    "self-sitemap": SelfSitemap,
    "redirect ring": Ring,
}
