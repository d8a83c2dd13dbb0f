"""RSS, Atom, RDF and JSON feeds → announcements, whatever state the feed is in.

A feed that is no well-formed XML is used as far as it can be read: feedparser falls back to a forgiving parser of its
own. Document type declarations are taken out before any parser sees them, so no entity of a feed's own is ever
expanded.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import feedparser
import msgspec

from scrapers.discovery.announcement import Announcement
from scrapers.discovery.bounds import FEED, within_bounds
from scrapers.discovery.dates import iso_date
from scrapers.discovery.owners import same_site
from scrapers.discovery.urls import absolute

MOST_ENTRIES = 2000
LONGEST_TITLE = 500
MOST_AUTHORS = 20
VALUES = (b",", b"[", b"{")  # what values of JSON come after
MOST_VALUES = 500_000  # some hundred bytes each
HTML_TYPES = ("", "text/html", "application/xhtml+xml")
DOCTYPE_START = re.compile(rb"<!DOCTYPE\b[^\[>]*", re.IGNORECASE)
SUBSET_END = re.compile(rb"\]\s*>")
NAMESPACE = re.compile(rb"""\bxmlns\b[^\s=<>"']{0,99}\s{0,99}=\s{0,99}(?:"[^"<]{0,9999}"|'[^'<]{0,9999}')""")
ENTITY = re.compile(r"&\w{1,30};")  # what is left is of the feed's own declaring
MARKUP = re.compile(r"<[^<>]*>")
LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")
BYLINE_MAIL = re.compile(r"^\S+@\S+\s*\((.+)\)$")  # RSS: "jane@example.org (Jane Doe)"


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """What one feed said."""

    announcements: tuple[Announcement, ...] = ()
    """In the feed's order, each address once."""
    title: str | None = None
    other_hosts: int = 0
    """Entries that point to other sites: advertisements and syndicated items, skipped."""
    unusable: int = 0
    """Entries without an address."""
    next_url: str | None = None
    """The following page of a paged feed (RFC 5005, JSON Feed)."""
    faults: tuple[str, ...] = ()
    """What is wrong with the feed, in words; its usable entries are used all the same."""


def read_feed(body: bytes, url: str, *, site: str | None = None, content_type: str = "") -> Feed:
    """The announcements of a feed.

    url: where the feed was fetched; site: an address of the newspaper it is read for, by default `url` (the feed may
    be hosted elsewhere); content_type: the HTTP header, for its charset.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _read_json(body, url, site or url)
    return _read_xml(body, url, site or url, content_type)


def is_feed(body: bytes) -> bool:
    """Whether the first bytes are those of a feed, whatever it is labelled."""
    start = body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{":
        return b"jsonfeed.org/version/" in start.replace(b"\\/", b"/")
    return re.search(rb"<(?:rss|feed|rdf:RDF)[\s>]", start, re.IGNORECASE) is not None


def without_doctype(body: bytes) -> bytes:
    """The document without its document type declaration and what that declares."""
    start = DOCTYPE_START.search(body, 0, 65536)
    if start is None:
        return body
    end = start.end()
    if body[end : end + 1] == b"[":
        close = SUBSET_END.search(body, end)
        return body[: start.start()] + (body[close.end() :] if close else b"")
    return body[: start.start()] + body[end + 1 :]


def _read_xml(body: bytes, url: str, site: str, content_type: str) -> Feed:
    declared = without_doctype(body)
    bounded, beyond = within_bounds(declared, FEED)
    parsed = _parsed(bounded, content_type or "application/xml")
    faults = ["a document type declaration, left out"] if len(declared) != len(body) else []
    faults += beyond
    if parsed.bozo and parsed.get("bozo_exception") is not None:
        faults.append(f"not well-formed: {type(parsed.bozo_exception).__name__}")
    if not parsed.get("version") and not parsed.entries:
        return Feed(faults=(*faults, "no feed"))
    language = _language(parsed.feed.get("language"))
    rss = parsed.version.startswith("rss")
    links = (_entry(entry, url, site, language, rss=rss) for entry in parsed.entries[:MOST_ENTRIES])
    return _feed(links, url, site, faults, title=_line(parsed.feed.get("title")), next_url=_next(parsed.feed, url))


def _parsed(body: bytes, content_type: str) -> Any:
    """What feedparser makes of the feed. Its strict parser fails at white space in the name of a namespace; without
    any namespace named, it leaves the feed to the forgiving one, which knows the usual prefixes."""
    try:
        return _parse(body, content_type)
    except ValueError:
        return _parse(NAMESPACE.sub(b" ", body), content_type)


def _parse(body: bytes, content_type: str) -> Any:
    # The feed's address is not told: relative addresses are resolved here, where a guid that is none stays known.
    headers = {"content-type": content_type}
    return feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _read_json(body: bytes, url: str, site: str) -> Feed:
    if sum(map(body.count, VALUES)) > MOST_VALUES:
        return Feed(faults=("no feed: JSON with too many values",))
    try:
        feed = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Feed(faults=("no feed: broken JSON",))
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return Feed(faults=("no feed: JSON without items",))
    language = _language(feed.get("language"))
    entries = (_json_item(item, url, language) for item in items[:MOST_ENTRIES] if isinstance(item, dict))
    next_url = absolute(_text(feed.get("next_url")), url)
    return _feed(entries, url, site, [], title=_line(feed.get("title")), next_url=next_url)


def _feed(
    entries: Iterable[Announcement | None],
    url: str,
    site: str,
    faults: list[str],
    *,
    title: str | None,
    next_url: str | None,
) -> Feed:
    """Sorts entries out: ours, those of other sites, those without an address."""
    ours: dict[str, Announcement] = {}
    other_hosts = unusable = 0
    for entry in entries:
        if entry is None:
            unusable += 1
        elif same_site(entry.url, site):
            ours.setdefault(entry.url, entry)
        else:
            other_hosts += 1
    return Feed(
        announcements=tuple(ours.values()),
        title=title,
        other_hosts=other_hosts,
        unusable=unusable,
        next_url=next_url if next_url and next_url != url else None,
        faults=tuple(faults),
    )


def _entry(entry: Any, feed_url: str, site: str, language: str | None, *, rss: bool) -> Announcement | None:
    """None: the entry has no usable address."""
    address = next((link for link in _addresses(entry, feed_url) if same_site(link, site)), None)
    address = address or next(_addresses(entry, feed_url), None)
    if address is None:
        return None
    texts = [_plain(part.get("value")) for part in entry.get("content", ())] + [_plain(entry.get("summary"))]
    # In RSS the only date there is (dc:date) says when the item appeared; feedparser files it under "updated".
    published, updated = _date(entry, "published"), _date(entry, "updated")
    if rss and published is None:
        published, updated = updated, None
    return Announcement(
        url=address,
        source="feed",
        source_url=feed_url,
        title=_line(entry.get("title")),
        published=published,
        modified=updated,
        authors=_authors(entry),
        language=_language((entry.get("title_detail") or {}).get("language")) or language,
        section=_line(next((tag.get("term") for tag in entry.get("tags", ())), None)),
        content_length=max(map(len, texts)) or None,
    )


def _date(entry: Any, name: str) -> str | None:
    # Not get(): feedparser gives one date for the other where that other is missing.
    return iso_date(dict.get(entry, name), dict.get(entry, f"{name}_parsed"))


def _addresses(entry: Any, feed_url: str) -> Iterator[str]:
    """Where an entry may lead, the most trusted first: the original link behind a counting service comes before it."""
    alternates = [
        link.get("href")
        for link in entry.get("links", ())
        if link.get("rel") == "alternate" and link.get("type", "") in HTML_TYPES
    ]
    for href in (entry.get("feedburner_origlink"), *alternates, entry.get("link"), entry.get("id")):
        only_guid = href == entry.get("id") and href not in alternates
        if isinstance(href, str) and href and (href.startswith("http") or not only_guid):
            address = absolute(href, feed_url)
            if address is not None:
                yield address


def _authors(entry: Any) -> tuple[str, ...]:
    names = [author.get("name") for author in entry.get("authors", ())] or [entry.get("author")]
    lines = (_line(name) for name in names[:MOST_AUTHORS])
    return tuple(dict.fromkeys(BYLINE_MAIL.sub(r"\1", line) for line in lines if line))


def _next(feed: Any, url: str) -> str | None:
    href = next((link.get("href") for link in feed.get("links", ()) if link.get("rel") == "next"), None)
    return absolute(href, url) if href else None


def _json_item(item: dict[str, Any], feed_url: str, language: str | None) -> Announcement | None:
    id_ = _text(item.get("id"))
    href = _text(item.get("url")) or (id_ if id_.startswith("http") else "") or _text(item.get("external_url"))
    address = absolute(href, feed_url)
    if address is None:
        return None
    authors = item.get("authors") or [item.get("author")]
    names = [author.get("name") for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []
    tags = item.get("tags")
    texts = [_plain(item.get(name)) for name in ("content_html", "content_text", "summary")]
    return Announcement(
        url=address,
        source="feed",
        source_url=feed_url,
        title=_line(item.get("title")),
        published=iso_date(_text(item.get("date_published"))),
        modified=iso_date(_text(item.get("date_modified"))),
        authors=tuple(dict.fromkeys(filter(None, map(_line, names[:MOST_AUTHORS])))),
        language=_language(item.get("language")) or language,
        section=_line(tags[0]) if isinstance(tags, list) and tags else None,
        content_length=max(map(len, texts)) or None,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _plain(value: object) -> str:
    """Text without markup, white space squeezed."""
    return " ".join(ENTITY.sub("", unescape(MARKUP.sub("", _text(value)))).split())


def _line(value: object) -> str | None:
    """One line without markup, not endless. None: nothing there."""
    return _plain(_text(value)[: LONGEST_TITLE * 4])[:LONGEST_TITLE] or None


def _language(value: object) -> str | None:
    match = LANGUAGE.match(_text(value).strip().lower())
    return match[0] if match else None
