"""What a feed, a sitemap or a page says about an article before anybody has fetched it."""

from __future__ import annotations

from typing import Literal

import msgspec

Source = Literal["feed", "sitemap", "page"]


class Announcement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article as somebody announced it. What the announcer did not say is None or empty."""

    url: str
    """Absolute http or https address as announced, without its fragment."""
    source: Source
    """What announced it: a feed, a sitemap, or a link on a home or section page."""
    source_url: str
    """The address of that feed, sitemap or page."""
    title: str | None = None
    """The headline on one line, without markup; for a link its text."""
    published: str | None = None
    """ISO 8601: a day, or a time with its zone where one was named."""
    modified: str | None = None
    """In the form of `published`."""
    authors: tuple[str, ...] = ()
    language: str | None = None
    """ISO 639 code in lower case, without region."""
    section: str | None = None
    """The first category, as written."""
    content_length: int | None = None
    """How many characters of text, without markup, the feed itself carries of the article."""
    reason: str | None = None
    """A link on a page: why it was taken for an article, in words."""

    @property
    def date(self) -> str | None:
        """The newest date it names: what "newest first" goes by."""
        return max(filter(None, (self.published, self.modified)), default=None)


def newest_first(announcements: list[Announcement]) -> list[Announcement]:
    """By date, the newest first; those without a date keep their order and come last."""
    return sorted(announcements, key=lambda announcement: announcement.date or "", reverse=True)
