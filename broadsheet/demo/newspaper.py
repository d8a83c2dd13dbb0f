"""The demo's newspapers as they lie on disk: a `site.toml`, a theme, pictures, and one file a story.

A story file is TOML between two lines of `+++`, then the article's HTML. In the HTML, `$newsletter` stands for the
theme's newsletter box, and so on: what a real site would put between the paragraphs. Beside `story.html` lies
`story.txt`: the article's body as a perfect cleaner gives it.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

SITES = files("broadsheet.demo") / "sites"


class Comment(msgspec.Struct, frozen=True):
    """What a reader wrote below a story."""

    name: str
    when: str
    text: str
    reply: bool = False


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """One article, and everything a site knows about it."""

    slug: str
    title: str
    summary: str
    standfirst: str | None = None
    authors: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    published: datetime
    modified: datetime
    picture: str
    caption: str
    credit: str
    comments: tuple[Comment, ...]
    body: str
    """HTML with `$name` where the theme puts a box."""
    expected: str
    """The body text of a perfect cleaner: blocks joined by a blank line, cells of a table row by " | "."""


class Newspaper(msgspec.Struct, frozen=True, kw_only=True):
    """One site. In titles, dates and paths, `$name`s are filled in when a page is printed."""

    folder: str
    name: str
    language: str
    locale: str
    tagline: str
    home_title: str
    listing_title: str
    not_found_title: str
    about_title: str
    byline_joint: str
    date_shown: str
    """How a story is dated; `day_shown`: how the paper itself is."""
    day_shown: str
    months: tuple[str, ...]
    sections: tuple[str, ...]
    paths: dict[str, str]
    authors: dict[str, str]
    """The biography under an author's stories."""
    stories: tuple[Story, ...]
    """Newest first."""
    theme: dict[str, str]
    """Templates and style sheet by file name."""
    pictures: dict[str, str]
    """SVG by file name."""


def lantern() -> Newspaper:
    """The Merrow Lantern: English, a WordPress theme."""
    return read_newspaper("lantern")


def bote() -> Newspaper:
    """The Altenqueller Bote: German, a theme of its own."""
    return read_newspaper("bote")


def read_newspaper(folder: str) -> Newspaper:
    """The newspaper in `sites/folder`."""
    site = SITES / folder
    written = _texts(site / "stories")
    stories = [
        _read_story(name.removesuffix(".html"), text, written[name.replace(".html", ".txt")])
        for name, text in written.items()
        if name.endswith(".html")
    ]
    fields = tomllib.loads((site / "site.toml").read_text("utf-8")) | {
        "folder": folder,
        "stories": tuple(sorted(stories, key=lambda story: story.published, reverse=True)),
        "theme": _texts(site / "theme"),
        "pictures": _texts(site / "pictures"),
    }
    return msgspec.convert(fields, Newspaper)


def _read_story(slug: str, text: str, expected: str) -> Story:
    _, front, body = text.split("+++\n", 2)
    fields = tomllib.loads(front) | {"slug": slug, "body": body, "expected": expected.rstrip("\n")}
    return msgspec.convert(fields, Story)


def _texts(folder: Traversable) -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in folder.iterdir()}
