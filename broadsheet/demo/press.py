"""Prints a newspaper: its stories and theme become the pages of a site, the same bytes each time.

Templates are `string.Template` files in the paper's theme. Whatever is put into one is HTML already: plain text is
escaped where it enters, in the functions below.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from string import Template
from typing import NamedTuple

from broadsheet.demo.announcements import feed, robots, sitemap
from broadsheet.demo.newspaper import Newspaper, Story

BOXES = ("newsletter", "advertisement", "related", "video")
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i"})
HTML = "text/html; charset=UTF-8"


class Response(NamedTuple):
    """What the server answers."""

    status: int
    content_type: str
    body: bytes


class Edition(NamedTuple):
    """A printed newspaper: all its pages by path, and which of them are articles."""

    pages: dict[str, Response]
    not_found: Response
    articles: dict[str, Story]
    """By path, newest first."""
    indexes: tuple[str, ...]
    """Paths of the pages that only list others: the front page first."""


def print_newspaper(paper: Newspaper, base: str) -> Edition:
    """Prints `paper` for the address it is served at: `base` without the slash at its end."""
    press = Press(paper, base)
    articles = {press.path("story", story): story for story in paper.stories}
    shelves = press.shelves()
    pages = {path: press.article(story) for path, story in articles.items()}
    pages |= {path: press.listing(path, title, stories) for path, (title, stories) in shelves.items()}
    pages[paper.paths["about"]] = press.about()
    dated = [(base + path, story) for path, story in articles.items()]
    responses = {path: Response(200, HTML, page.encode()) for path, page in pages.items()}
    responses |= {
        press.named_path("picture", name): Response(200, "image/svg+xml", picture.encode())
        for name, picture in paper.pictures.items()
    }
    responses["/robots.txt"] = Response(200, "text/plain; charset=UTF-8", robots(paper, base).encode())
    responses["/sitemap.xml"] = Response(200, "application/xml; charset=UTF-8", sitemap(paper, dated).encode())
    responses[paper.paths["feed"]] = Response(
        200, "application/rss+xml; charset=UTF-8", feed(paper, base, dated).encode()
    )
    return Edition(responses, Response(404, HTML, press.not_found().encode()), articles, tuple(shelves))


class Press:
    """The theme of one paper, ready to print pages for one address."""

    def __init__(self, paper: Newspaper, base: str) -> None:
        self.paper = paper
        self.base = base
        self.templates = {name: Template(text) for name, text in paper.theme.items()}
        newest = paper.stories[0]
        self.everywhere = {
            "base": base,
            "site": escape(paper.name),
            "language": paper.language,
            "locale": paper.locale,
            "tagline": escape(paper.tagline),
            "style": paper.theme["style.css"],
            "about": paper.paths["about"],
            "feed": paper.paths["feed"],
            "year": str(newest.published.year),
            "today": self.date(newest, paper.day_shown),
            "sections": self.links((name, self.named_path("section", name)) for name in paper.sections),
            "recent": self.links((story.title, self.path("story", story)) for story in paper.stories[:4]),
        }

    def fill(self, template: str, **values: str) -> str:
        """The theme's template with these values, and those that every page has."""
        return self.templates[template].substitute(self.everywhere | values)

    def links(self, named: Iterable[tuple[str, str]]) -> str:
        """List items, each a link; takes pairs of plain name and path."""
        return "\n".join(f'<li><a href="{path}">{escape(name)}</a></li>' for name, path in named)

    def path(self, kind: str, story: Story) -> str:
        """Where a story (or its section) stands, from the root."""
        when = story.published
        return Template(self.paper.paths[kind]).substitute(
            year=when.year, month=f"{when:%m}", day=f"{when:%d}", section=slug_of(story.section), slug=story.slug
        )

    def named_path(self, kind: str, name: str) -> str:
        """Where a section, tag, author or picture of that name stands, from the root."""
        slug = name if kind == "picture" else slug_of(name)
        return Template(self.paper.paths[kind]).substitute(slug=slug)

    def date(self, story: Story, shown: str) -> str:
        """When a story was published, in the paper's way of writing it."""
        when = story.published
        month = self.paper.months[when.month - 1]
        return Template(shown).substitute(day=when.day, month_name=month, year=when.year, clock=f"{when:%H:%M}")

    def shelves(self) -> dict[str, tuple[str, list[Story]]]:
        """The pages that list stories, by path: the front page, then one for each section, tag and author."""
        shelves = {"/": (self.paper.home_title, list(self.paper.stories))}
        for story in self.paper.stories:
            named = [("section", story.section), *(("tag", tag) for tag in story.tags)]
            named += [("author", author) for author in story.authors]
            for kind, name in named:
                title = Template(self.paper.listing_title).substitute(name=name)
                shelves.setdefault(self.named_path(kind, name), (title, []))[1].append(story)
        return shelves

    def story_values(self, story: Story) -> dict[str, str]:
        """What templates may say about a story."""
        index = self.paper.stories.index(story)
        around = [self.paper.stories[(index + step) % len(self.paper.stories)] for step in (1, 2)]
        authors = [
            f'<a href="{self.named_path("author", name)}" rel="author">{escape(name)}</a>' for name in story.authors
        ]
        return {
            "title": escape(story.title),
            "path": self.path("story", story),
            "summary": escape(story.summary),
            "section": escape(story.section),
            "section_path": self.named_path("section", story.section),
            "date": self.date(story, self.paper.date_shown),
            "published": story.published.isoformat(),
            "modified": story.modified.isoformat(),
            "picture": self.named_path("picture", story.picture),
            "caption": escape(story.caption),
            "credit": escape(story.credit),
            "byline": self.paper.byline_joint.join(authors),
            "author": escape(story.authors[0]),
            "author_path": self.named_path("author", story.authors[0]),
            "biography": escape(self.paper.authors[story.authors[0]]),
            "tags": self.links((tag, self.named_path("tag", tag)) for tag in story.tags),
            "number": str(1874 + len(self.paper.stories) - index),
            "related": self.links((other.title, self.path("story", other)) for other in around),
            "next_title": escape(around[0].title),
            "next_path": self.path("story", around[0]),
            "comment_count": str(len(story.comments)),
        }

    def article(self, story: Story) -> str:
        """A story's page."""
        values = self.story_values(story)
        boxes = {name: self.fill(f"{name}.html", **values) for name in BOXES if f"${name}\n" in story.body}
        body = Template(story.body).substitute(boxes)
        standfirst = self.fill("standfirst.html", standfirst=escape(story.standfirst)) if story.standfirst else ""
        comments = "\n".join(
            self.fill(
                "comment.html",
                name=escape(comment.name),
                when=comment.when,
                text=escape(comment.text),
                depth="2" if comment.reply else "1",
            )
            for comment in story.comments
        )
        content = self.fill("article.html", **values, body=body, standfirst=standfirst, comments=comments)
        meta = self.fill("article_meta.html", **values)
        facts = self.article_facts(story)
        return self.shell(values["path"], story.title, story.summary, content, meta=meta, facts=facts)

    def article_facts(self, story: Story) -> dict[str, object]:
        """The story as schema.org sees it."""
        people = [
            {"@type": "Person", "name": name, "url": self.base + self.named_path("author", name)}
            for name in story.authors
        ]
        return {
            "@type": "NewsArticle",
            "headline": story.title,
            "description": story.summary,
            "datePublished": story.published.isoformat(),
            "dateModified": story.modified.isoformat(),
            "author": people,
            "articleSection": story.section,
            "keywords": list(story.tags),
            "image": [self.base + self.named_path("picture", story.picture)],
            "inLanguage": self.paper.language,
            "isAccessibleForFree": True,
            "mainEntityOfPage": self.base + self.path("story", story),
            "publisher": {"@type": "NewsMediaOrganization", "name": self.paper.name, "url": self.base + "/"},
        }

    def listing(self, path: str, title: str, stories: list[Story]) -> str:
        """A page that only points at stories."""
        teasers = "\n".join(self.fill("teaser.html", **self.story_values(story)) for story in stories)
        content = self.fill("listing.html", heading=escape(title), teasers=teasers)
        facts: dict[str, object] = {"@type": "CollectionPage", "name": title, "url": self.base + path}
        return self.shell(path, title, self.paper.tagline, content, meta=self.fill("website_meta.html"), facts=facts)

    def about(self) -> str:
        """The page about the paper itself, with the legal lines that footers link to."""
        path, title = self.paper.paths["about"], self.paper.about_title
        facts: dict[str, object] = {"@type": "AboutPage", "name": title, "url": self.base + path}
        content = self.fill("about.html", heading=escape(title))
        return self.shell(path, title, self.paper.tagline, content, meta=self.fill("website_meta.html"), facts=facts)

    def not_found(self) -> str:
        """What is served, with status 404, where there is no page."""
        title = self.paper.not_found_title
        content = self.fill("not_found.html", heading=escape(title))
        meta = self.fill("website_meta.html")
        return self.shell("", title, self.paper.tagline, content, meta=meta, facts={"@type": "WebPage"})

    def shell(self, path: str, title: str, summary: str, content: str, *, meta: str, facts: dict[str, object]) -> str:
        """A whole page around `content`. An empty path: a page without an address of its own."""
        json_ld = json.dumps({"@context": "https://schema.org"} | facts, ensure_ascii=False).replace("</", "<\\/")
        canonical = (
            f'<link rel="canonical" href="{self.base}{path}">' if path else '<meta name="robots" content="noindex">'
        )
        return self.fill(
            "shell.html",
            page_title=escape(title),
            description=escape(summary),
            url=self.base + path,
            canonical=canonical,
            meta=meta,
            json_ld=json_ld,
            content=content,
        )


def slug_of(name: str) -> str:
    """A name as it stands in an address: "Störche & Co" → "stoerche-co"."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().translate(UMLAUTS)).strip("-")
