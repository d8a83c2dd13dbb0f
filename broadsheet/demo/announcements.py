"""Where a newspaper announces its stories to machines: robots.txt, feed and sitemap."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import format_datetime
from html import escape

from broadsheet.demo.newspaper import Newspaper, Story

Dated = Iterable[tuple[str, Story]]


def robots(paper: Newspaper, base: str) -> str:
    """robots.txt: everything is allowed but the back office."""
    return f"User-agent: *\nDisallow: {paper.paths['closed']}\n\nSitemap: {base}/sitemap.xml\n"


def feed(paper: Newspaper, base: str, stories: Dated) -> str:
    """RSS 2.0 of the stories, each with the address it is served at."""
    items = "\n".join(_feed_item(url, story) for url, story in stories)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(paper.name)}</title>
<link>{base}/</link>
<description>{escape(paper.tagline)}</description>
<language>{paper.language}</language>
{items}
</channel>
</rss>
"""


def _feed_item(url: str, story: Story) -> str:
    return f"""<item>
<title>{escape(story.title)}</title>
<link>{url}</link>
<guid isPermaLink="true">{url}</guid>
<dc:creator>{escape(", ".join(story.authors))}</dc:creator>
<pubDate>{format_datetime(story.published)}</pubDate>
<category>{escape(story.section)}</category>
<description>{escape(story.summary)}</description>
</item>"""


def sitemap(paper: Newspaper, stories: Dated) -> str:
    """A news sitemap of the stories, each with the address it is served at."""
    entries = "\n".join(_sitemap_entry(paper, url, story) for url, story in stories)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{entries}
</urlset>
"""


def _sitemap_entry(paper: Newspaper, url: str, story: Story) -> str:
    return f"""<url>
<loc>{url}</loc>
<lastmod>{story.modified.isoformat()}</lastmod>
<news:news>
<news:publication><news:name>{escape(paper.name)}</news:name>\
<news:language>{paper.language[:2]}</news:language></news:publication>
<news:publication_date>{story.published.isoformat()}</news:publication_date>
<news:title>{escape(story.title)}</news:title>
</news:news>
</url>"""
