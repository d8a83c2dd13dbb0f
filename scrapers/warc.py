"""Pages out of WARC files: a crawl's own, Common Crawl's, anybody's. A bad record costs itself and nothing else."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

import msgspec
from fastwarc.warc import ArchiveIterator, WarcRecordType
from w3lib.encoding import http_content_type_encoding

from items import Failure, Page
from scrapers.opening import UNPACKING_ERRORS, Unreadable, read_page, why

HTML_TYPES = ("text/html", "application/xhtml+xml")
GZIP_MEMBER = b"\x1f\x8b\x08"
PLAIN_RECORD = b"\r\n\r\nWARC/1."
CHUNK = 1 << 20  # bytes
PROBE = 512  # compressed bytes that show whether a gzip member holds a WARC record
READING_ERRORS = (*UNPACKING_ERRORS, ValueError)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which pages are taken from what is saved; what is left out chooses nothing."""

    hosts: tuple[str, ...] = ()
    """On one of these hosts or below it."""
    since: str | None = None
    """Fetched on this day (YYYY-MM-DD) or later; what has no date is left out."""
    until: str | None = None

    def takes(self, url: str | None, moment: str | None) -> bool:
        """Whether a page is wanted, by its address and when it was fetched."""
        day = (moment or "")[:10]
        return (
            (self.since is None or day >= self.since)
            and (self.until is None or "" < day <= self.until)
            and (not self.hosts or any(_is_on(url or "", host) for host in self.hosts))
        )


EVERYTHING = Wanted()


def read_warc(
    stream: io.BufferedReader, name: str, wanted: Wanted = EVERYTHING
) -> Iterator[tuple[str, Page | Failure]]:
    """Every successful HTML response with its address, as a page. What is broken gives a Failure, and the rest goes on.

    stream: of a file, or of standard input, where reading ends at the first break.
    """
    start: int | None = 0
    told = False
    while start is not None:
        reached, found, reason = start, False, "is cut short" if start else None
        try:
            for record in _records(stream, start):
                reached, found, reason = record.stream_pos, True, None
                if record.record_type == WarcRecordType.response and wanted.takes(_url(record), _moment(record)):
                    yield from _page(record, f"{name} at byte {reached}", name)
        except READING_ERRORS as error:
            reason = why(error)
        if reason is not None and (found or not told):
            yield name, Failure(name, f"{reason} (after byte {reached:,})")
        told = reason is not None
        start = _next_record(stream, reached)


def _records(stream: io.BufferedReader, start: int) -> Iterator[Any]:
    """The records from an offset on."""
    if start:
        stream.seek(start)
    return iter(ArchiveIterator(stream, parse_http=True, auto_decode="transfer"))


def _page(record: Any, place: str, name: str) -> Iterator[tuple[str, Page | Failure]]:
    url = _url(record)
    if record.http_headers is None or record.http_content_type is None:
        # fastwarc goes on without a word where the file ends inside a record's headers.
        if record.http_headers is None or not record.http_headers.status_code:
            yield url or place, Failure(url or place, f"its record in {name} is cut short")
    elif is_page(record.http_headers.status_code, record.http_content_type):
        yield url or place, _page_of(record, url, place, name)


def is_page(status: int | None, content_type: str | None) -> bool:
    """Whether a response is an HTML page that was answered with success."""
    return status is not None and 200 <= status < 300 and (content_type or "").lower().startswith(HTML_TYPES)


def _page_of(record: Any, url: str | None, place: str, name: str) -> Page | Failure:
    try:
        announced = record.content_length
        content = read_page(record.reader)
        if not record.http_headers.get("Transfer-Encoding") and len(content) < announced:
            return Failure(url or place, f"its record in {name} is cut short")
        content = unpack_body(content, record.http_headers.get("Content-Encoding"))
    except (*READING_ERRORS, Unreadable) as error:
        return Failure(url or place, f"its record in {name} {why(error)}")
    encoding = http_content_type_encoding(record.http_headers.get("Content-Type"))
    return Page(content=content, url=url, encoding=encoding, fetched_at=_moment(record))


def unpack_body(body: bytes, encodings: str | None) -> bytes:
    """A response's body without its Content-Encoding. Raises Unreadable where it is cut short or not what it says."""
    names = [name.strip().lower() for name in (encodings or "").split(",") if name.strip()]
    if not names:
        return body
    from scrapers.decompression import unpack  # noqa: PLC0415  # it takes half a second to import
    from scrapers.failures import Refused  # noqa: PLC0415

    try:
        for encoding in reversed(names):
            body = unpack(body, encoding, 0)
    except Refused as error:
        raise Unreadable(f"is broken: {error}") from error
    return body


def _url(record: Any) -> str | None:
    return (record.headers.get("WARC-Target-URI") or "").strip("<>") or None


def _moment(record: Any) -> str | None:
    moment: str | None = record.headers.get("WARC-Date")
    return moment


def _is_on(url: str, host: str) -> bool:
    found = url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
    return found == host or found.endswith(f".{host}")


def _next_record(stream: io.BufferedReader, after: int) -> int | None:
    """Where the next record begins behind the start of one; None: there is none, or the stream cannot go back."""
    if not stream.seekable():
        return None
    stream.seek(0)
    is_packed = stream.read(len(GZIP_MEMBER)) == GZIP_MEMBER
    sign = GZIP_MEMBER if is_packed else PLAIN_RECORD
    for found in _places(stream, sign, after + 1):
        if not is_packed:
            return found + 4
        stream.seek(found)
        if _holds_warc(stream.read(PROBE)):
            return found
    return None


def _places(stream: io.BufferedReader, sign: bytes, start: int) -> Iterator[int]:
    """Where the sign stands, from an offset on."""
    while True:
        stream.seek(start)
        chunk = stream.read(CHUNK)
        at = chunk.find(sign)
        while at >= 0:
            yield start + at
            at = chunk.find(sign, at + 1)
        if len(chunk) < CHUNK:
            return
        start += len(chunk) - len(sign)


def _holds_warc(member: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(member, 16).startswith(b"WARC/")
    except zlib.error:
        return False
