"""WARC 1.1 (ISO 28500:2017): records as they are written to a file, and articles kept in them.

An article is a record of the type `conversion` with its JSON as the block, as Common Crawl keeps extracted text.
Compressed files hold one member a record, so that any of them can be read alone.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import quote

import msgspec
from fastwarc.warc import ArchiveIterator, WarcRecordType

from output.errors import OutputError
from output.jsonl import json_line
from output.record import Record
from output.shape import Shape

VERSION = b"WARC/1.1\r\n"
END = b"\r\n\r\n"
NOT_DATED = "1970-01-01T00:00:00Z"
IN_URIS = "%/:=&?~#+!$,;'@()*[]"  # what a URI may hold beside letters, digits and -._~ (RFC 3986)
JSON = "application/json"


def warc_record(headers: Mapping[str, str], block: bytes) -> bytes:
    """One record: the headers as given, Content-Length and the block's digest added."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    added = f"WARC-Block-Digest: {digest(block)}\r\nContent-Length: {len(block)}\r\n"
    return VERSION + (lines + added + "\r\n").encode("utf-8") + block + END


def digest(content: bytes) -> str:
    """The content's SHA-1 in Base32, the form that every tool for WARC and CDX knows."""
    return "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def uri_of(address: str) -> str:
    """The address as a header can hold it: ASCII, no white space."""
    return quote(address, safe=IN_URIS, errors="replace")


def record_id(*parts: str) -> str:
    """An id for a WARC record that is the same for the same parts."""
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, chr(10).join(parts)).urn}>"


def conversion(record: Record) -> bytes:
    """The article as a WARC record."""
    return from_json(json_line(record))


def from_json(line: bytes) -> bytes:
    """The same from the article's JSON."""
    name = NAMES.decode(line)
    headers = {
        "WARC-Type": "conversion",
        "WARC-Record-ID": record_id("article", digest(line)),
        "WARC-Date": (name.fetched_at or NOT_DATED).replace("+00:00", "Z"),
        "WARC-Target-URI": uri_of(name.url or f"urn:broadsheet:article:{name.id}"),
        "Content-Type": JSON,
    }
    return warc_record(headers, line)


def read_conversions(stream: BinaryIO, name: str) -> Iterator[Record]:
    """The articles in a WARC file; other records are passed over. Raises OutputError naming the one that is broken."""
    try:
        for found in ArchiveIterator(stream, record_types=WarcRecordType.conversion, parse_http=False):
            if found.headers.get("Content-Type") == JSON:
                yield RECORDS.decode(found.reader.read())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OutputError(f"{name}: no record: {error}") from error


class _Name(msgspec.Struct, frozen=True):
    """What the headers say of an article."""

    id: str
    url: str | None
    fetched_at: str | None


NAMES = msgspec.json.Decoder(_Name)
RECORDS = msgspec.json.Decoder(Record)
SHAPE = Shape(
    name="warc",
    ending=".warc",
    encode=conversion,
    from_json=from_json,
    end=b"",
    alone=b"",
    read=read_conversions,
    member_each=True,
)
