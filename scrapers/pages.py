"""From a response to a Page: what is a web page, and what only says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
from scrapy.http import Response
from w3lib.encoding import http_content_type_encoding

from items import Announced, Failure, Page, Signal
from scrapers.decompression import DATA_LOSS
from scrapers.reasons import one_line
from scrapers.rights import signals_of
from scrapers.tdmrep import TDMREP, reservation

FETCHED_AT = "broadsheet_fetched_at"
"""Where a request's `meta` says when its answer was put into the archive."""
LOOKED_AT = 2048
PAGE_TYPES = frozenset({"", "text/html", "application/xhtml+xml", "application/octet-stream", "text/xml"})

# (offset, first bytes, what it is)
MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "PDF"),
    (0, b"\x89PNG\r\n\x1a\n", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF87a", "image"),
    (0, b"GIF89a", "image"),
    (8, b"WEBP", "image"),
    (4, b"ftypavi", "image"),
    (0, b"II*\x00", "image"),
    (0, b"MM\x00*", "image"),
    (0, b"\x00\x00\x01\x00", "image"),
    (4, b"ftyp", "video"),
    (0, b"\x1aE\xdf\xa3", "video"),
    (0, b"ID3", "audio"),
    (0, b"OggS", "audio"),
    (8, b"WAVE", "audio"),
    (0, b"PK\x03\x04", "archive or office document"),
    (0, b"\xd0\xcf\x11\xe0", "office document"),
    (0, b"{\\rtf", "office document"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"7z\xbc\xaf", "archive"),
    (0, b"Rar!", "archive"),
    (0, b"BZh", "archive"),
    (0, b"\xfd7zXZ", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive"),
    (0, b"\x7fELF", "program"),
    (0, b"wOF", "font"),
    (0, b"%!PS", "PostScript"),
)
# The first element after declarations and comments says what kind of XML it is.
FIRST_TAG = re.compile(rb"\s*+(?:<[?!][^>]*+>\s*+)*+<([a-z][a-z0-9:]*)", re.IGNORECASE)
ROOTS = {
    b"rss": "feed",
    b"feed": "feed",
    b"rdf:rdf": "feed",
    b"urlset": "sitemap",
    b"sitemapindex": "sitemap",
    b"svg": "image",
}
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|script|style|div|article|main|p|h1)[\s>]", re.I)


def page_of(response: Response, source: str | None = None, *, announced: Announced | None = None) -> Page | Failure:
    """What is to be cleaned, as the wire gave it: yield it from a spider, and the pipeline makes it an article.

    announced: what announced the page. A Failure where the response holds no web page but a PDF, an image, JSON, a
    feed, … whatever it is called; it is about the URL `source`, by default that of the response.
    """
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    other = other_content(content_type, response.body)
    if other is not None:
        return Failure(source or response.url, other)
    return Page(
        content=response.body,
        url=response.url,
        encoding=http_content_type_encoding(content_type),
        announced=announced,
        fetched_at=(at := _fetched_at(response)),
        signals=(*signals_of(response, at), *_reserved(response)),
        flaws=("cut_short",) if DATA_LOSS in response.flags else (),
    )


def _fetched_at(response: Response) -> str:
    """When it came: as the archive has it, where there is one."""
    kept = response.request.meta.get(FETCHED_AT) if response.request is not None else None
    return kept or now()


def _reserved(response: Response) -> tuple[Signal, ...]:
    """What the origin's tdmrep.json says of the page, if it was asked."""
    answer = response.request.meta.get(TDMREP) if response.request is not None else None
    found = reservation(answer, response.url) if answer is not None else None
    return () if found is None else (found,)


def now() -> str:
    """The moment, as records hold it: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def other_content(content_type: str, body: bytes) -> str | None:
    """What the body is instead of a web page, in one line; None: it is a web page.

    The bytes count for more than the label: servers call PDFs text/html and pages application/octet-stream.
    """
    if not body.strip():
        return "empty answer"
    media_type = content_type.partition(";")[0].strip().lower()
    what = _by_bytes(body) or (None if _has_markup(body) else _by_label(media_type))
    return f"not a web page: {what}" if what else None


def _by_bytes(body: bytes) -> str | None:
    start = body[:LOOKED_AT].lstrip()
    for offset, magic, what in MAGIC:
        if start.startswith(magic, offset):
            return what
    root = FIRST_TAG.match(_text_start(body))
    if root and root[1].lower() in ROOTS:
        return ROOTS[root[1].lower()]
    return "JSON" if _is_json(body) else None


def _by_label(media_type: str) -> str | None:
    if media_type in PAGE_TYPES:
        return None
    return "plain text" if media_type == "text/plain" else one_line(media_type)


def _has_markup(body: bytes) -> bool:
    return MARKUP.search(_text_start(body)) is not None


def _text_start(body: bytes) -> bytes:
    """The first bytes without byte-order mark, and UTF-16 as if it were ASCII."""
    return body[:LOOKED_AT].lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\x00", b"")


def _is_json(body: bytes) -> bool:
    if body.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
