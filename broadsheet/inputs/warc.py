"""WARC in: every HTML response of an archive as a page."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from broadsheet.inputs.opening import UNPACKING_ERRORS, Unreadable, read_page, why
from items import Failure, Page

HTML_TYPES = ("text/html", "application/xhtml+xml")
DECODED = ("Content-Encoding", "Transfer-Encoding")


def read_warc(stream: io.BufferedReader, name: str) -> Iterator[tuple[str, Page | Failure]]:
    """Every successful HTML response with its address. What is cut short or broken gives a Failure."""
    try:
        records = ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True, auto_decode="all")
        for record in records:
            place = (record.headers.get("WARC-Target-URI") or "").strip("<>") or f"{name} at byte {record.stream_pos}"
            if record.http_headers is None or record.http_content_type is None:
                # fastwarc goes on without a word where the file ends inside a record's headers.
                if record.http_headers is None or not record.http_headers.status_code:
                    yield place, Failure(place, f"its record in {name} is cut short")
            elif is_page(record):
                yield place, page_of_record(record, name)
    except (*UNPACKING_ERRORS, ValueError) as error:
        yield name, Failure(name, why(error))


def is_page(record: Any) -> bool:
    """Whether a record is an HTML page that was answered with success."""
    status = record.http_headers.status_code
    return status is not None and 200 <= status < 300 and record.http_content_type.lower().startswith(HTML_TYPES)


def page_of_record(record: Any, name: str) -> Page | Failure:
    """The page an archive's response holds."""
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>") or None
    announced = record.content_length
    try:
        content = read_page(record.reader)
    except Unreadable as error:
        return Failure(url or name, str(error))
    decoded = any(record.http_headers.get(header) for header in DECODED)
    if not decoded and len(content) < announced:
        return Failure(url or name, f"its record in {name} is cut short")
    return Page(content=content, url=url, encoding=record.http_charset, fetched_at=record.headers.get("WARC-Date"))
