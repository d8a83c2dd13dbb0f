"""What the newspaper prints: stories, the pages that list them, feeds and sitemaps, and what a crawl must not save."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from gazette.prose import headline, paragraphs, slug

SECTIONS = ("town", "harbour", "country", "arts", "sport", "letters")
A_PAGE = 25
IN_FEED = 40
A_SITEMAP = 100
NEWEST = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)

Answer = tuple[int, str, bytes]
"""Status, media type, body."""
HTML, XML = "text/html; charset=utf-8", "application/xml"


@dataclass
class Story:
    """One article, and how it can be found."""

    number: int
    section: str
    published: datetime
    modified: datetime
    title: str
    text: list[str]
    ways: str
    """feed and sitemap and sections ("all"), only sections ("sections"), or only a related story ("related")."""
    visitors: int = 0
    """Shown in a widget: changing it changes the page and not the article."""

    @property
    def path(self) -> str:
        return f"/{self.section}/{self.published:%Y/%m/%d}/{slug(self.title)}"


@dataclass
class Paper:
    """A newspaper of so many articles. Edits are made on its stories; `pages` prints them."""

    articles: int = 300
    seed: int = 0
    name: str = "The Tolland Gazette"
    disallowed: bool = True
    stories: list[Story] = field(default_factory=list)
    base: str = ""
    """Where it is on sale, "http://127.0.0.1:8000"."""
    gone: dict[str, int] = field(default_factory=dict)
    """Paths of stories that were taken away, with the status they are answered with."""

    def __post_init__(self) -> None:
        self.stories = [self._story(number) for number in range(self.articles)]

    def publish(self) -> Story:
        """One more story, the newest."""
        story = self._story(len(self.stories))
        story.published = story.modified = self.stories[0].published + timedelta(minutes=1 + story.number)
        story.ways = "all"
        self.stories.append(story)
        return story

    def edit(self, story: Story, position: int, text: str) -> None:
        """Changes a paragraph, and says so in the sitemap and the feed."""
        story.text[position] = text
        story.modified += timedelta(hours=1)

    def by_path(self) -> dict[str, Story]:
        return {story.path: story for story in self.stories}

    def answer(self, path: str) -> Answer | None:
        """What is printed under a path; None: nothing."""
        plain, _, _ = path.partition("?")
        if plain in self.gone:
            return self.gone[plain], HTML, b"<h1>Taken away</h1>"
        story = self.by_path().get(plain.removesuffix("/amp").removesuffix("/print"))
        if story is not None:
            return 200, HTML, self._page_of(story).encode()
        printer = self._fixed().get(plain)
        if printer is not None:
            return printer()
        return self._section(plain)

    def _fixed(self) -> dict:
        return {
            "/": self._home,
            "/robots.txt": self._robots,
            "/feed.xml": self._feed,
            "/sitemap.xml": self._index,
            "/news-sitemap.xml": self._news_sitemap,
            "/about": lambda: self._plain("About us", "Who we are and how to reach us."),
            "/contact": lambda: self._plain("Contact", "Write to us."),
            **{f"/sitemap-{n}.xml": lambda n=n: self._sitemap(n) for n in range(self._sitemaps())},
        }

    def newest(self, ways: str | None = None) -> list[Story]:
        chosen = [story for story in self.stories if ways is None or story.ways == ways]
        return sorted(chosen, key=lambda story: story.published, reverse=True)

    def _story(self, number: int) -> Story:
        seed = self.seed * 100_000 + number
        moment = NEWEST - timedelta(hours=3 * number)
        ways = "related" if number % 25 == 24 else "sections" if number % 10 == 9 else "all"
        section = SECTIONS[number % len(SECTIONS)]
        return Story(number, section, moment, moment, headline(seed), paragraphs(seed), ways)

    def _page_of(self, story: Story) -> str:
        body = "".join(f"<p>{escape(text)}</p>" for text in story.text)
        related = self.stories[(story.number + 1) % len(self.stories)]
        return self._shell(
            story.title,
            f'<article><h1>{escape(story.title)}</h1><p class="byline">By Ada Pell</p>'
            f'<time datetime="{story.published.isoformat()}">{story.published:%d %B %Y}</time>{body}</article>'
            f'<aside class="related"><h3>Related stories</h3><ul><li><a href="{related.path}">{escape(related.title)}'
            f'</a></li></ul></aside><div class="widget visitors">{story.visitors} people are reading this</div>'
            '<div id="comments"><h3>Leave a Comment</h3><form><textarea></textarea></form></div>',
            head=f'<meta property="og:type" content="article"><meta property="article:published_time"'
            f' content="{story.published.isoformat()}"><link rel="canonical" href="{self.base}{story.path}">',
        )

    def _home(self) -> Answer:
        listed = [story for story in self.newest() if story.ways != "related"][:A_PAGE]
        return 200, HTML, self._list(self.name, listed, None).encode()

    def _section(self, path: str) -> Answer | None:
        parts = path.strip("/").split("/")
        if parts[0] not in SECTIONS or not (len(parts) == 1 or (len(parts) == 3 and parts[1] == "page")):
            return None
        number = int(parts[2]) if len(parts) == 3 else 1
        ours = [story for story in self.newest() if story.section == parts[0] and story.ways != "related"]
        listed = ours[(number - 1) * A_PAGE : number * A_PAGE]
        more = f"/{parts[0]}/page/{number + 1}" if number * A_PAGE < len(ours) else None
        return (200, HTML, self._list(parts[0].title(), listed, more).encode()) if listed else None

    def _list(self, title: str, listed: list[Story], more: str | None) -> str:
        teasers = "".join(
            f'<div class="teaser"><h2><a href="{story.path}{"?utm_source=home" if story.number % 7 == 3 else ""}">'
            f"{escape(story.title)}</a></h2></div>"
            for story in listed
        )
        following = f'<a rel="next" href="{more}">Older stories</a>' if more else ""
        return self._shell(
            title,
            f"<main><h1>{escape(title)}</h1>{teasers}{following}</main>",
            head='<link rel="alternate" type="application/rss+xml" href="/feed.xml">',
        )

    def _plain(self, title: str, text: str) -> Answer:
        return 200, HTML, self._shell(title, f"<main><h1>{title}</h1><p>{text}</p></main>").encode()

    def _shell(self, title: str, inside: str, head: str = "") -> str:
        menu = "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in SECTIONS)
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} - {self.name}</title>'
            f'{head}</head><body><header><nav><ul>{menu}</ul></nav></header>{inside}<footer><a href="/about">About us'
            '</a> <a href="/contact">Contact</a> <a href="/private/desk">Desk</a> <a href="#top">Scroll to Top</a>'
            "</footer></body></html>"
        )

    def _robots(self) -> Answer:
        rules = "User-agent: *\nDisallow: /private/\n" if self.disallowed else ""
        body = f"{rules}Sitemap: {self.base}/sitemap.xml\nSitemap: {self.base}/news-sitemap.xml\n"
        return 200, "text/plain", body.encode()

    def _feed(self) -> Answer:
        entries = "".join(
            f"<item><title>{escape(story.title)}</title><link>{self.base}{story.path}?utm_source=feed</link>"
            f"<pubDate>{format_datetime(story.published)}</pubDate></item>"
            for story in self.newest("all")[:IN_FEED]
        )
        advert = "<item><title>Buy now</title><link>https://adverts.example.com/buy-now</link></item>"
        body = f'<rss version="2.0"><channel><title>{self.name}</title>{advert}{entries}</channel></rss>'
        return 200, "application/rss+xml", body.encode()

    def _sitemaps(self) -> int:
        return -(-len(self.newest("all")) // A_SITEMAP)

    def _of_sitemap(self, number: int) -> list[Story]:
        oldest_first = self.newest("all")[::-1]
        return oldest_first[number * A_SITEMAP : (number + 1) * A_SITEMAP]

    def _index(self) -> Answer:
        children = "".join(
            f"<sitemap><loc>{self.base}/sitemap-{number}.xml</loc>"
            f"<lastmod>{max(story.modified for story in self._of_sitemap(number)).isoformat()}</lastmod></sitemap>"
            for number in range(self._sitemaps())
        )
        return 200, XML, f"<sitemapindex>{children}</sitemapindex>".encode()

    def _sitemap(self, number: int) -> Answer:
        # Some newspapers label their sitemaps as web pages.
        return 200, "text/html" if number == 0 else XML, _urlset(self._entries(self._of_sitemap(number)))

    def _news_sitemap(self) -> Answer:
        news = [story for story in self.newest("all") if story.published > NEWEST - timedelta(days=2)]
        return 200, XML, _urlset(self._entries(news, news=True))

    def _entries(self, stories: list[Story], *, news: bool = False) -> Iterator[str]:
        for story in stories:
            told = (
                f"<news:news><news:publication><news:name>{self.name}</news:name><news:language>en</news:language>"
                f"</news:publication><news:publication_date>{story.published.isoformat()}</news:publication_date>"
                f"<news:title>{escape(story.title)}</news:title></news:news>"
                if news
                else ""
            )
            yield (
                f"<url><loc>{self.base}{story.path}</loc><lastmod>{story.modified.isoformat()}</lastmod>{told}</url>"
            )


def _urlset(entries: Iterator[str]) -> bytes:
    namespace = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f"<urlset {namespace}>{''.join(entries)}</urlset>".encode()
