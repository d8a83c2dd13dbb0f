"""Whether a publisher asks for an answer not to be stored, told from the answer alone, before anything is cleaned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree
from scrapy.http import Response

from items import Signal
from scrapers.opening import Unreadable
from scrapers.pipelines import withholds
from scrapers.rights import signals_of
from scrapers.warc import unpack_body

META = re.compile(rb"<meta\s[^<>]{1,4000}>", re.IGNORECASE)
START = 256  # bytes
MOST = 100  # metas looked at
SPEAKS_TO_US = re.compile(rb"robots|broadsheet", re.IGNORECASE)


def is_withheld(response: Response, moment: str) -> bool:
    """Whether headers or robots metas say noindex or noarchive. moment: when it came, ISO 8601 in UTC."""
    return withholds((*signals_of(response, moment), *_in_metas(response, moment)))


def _in_metas(response: Response, moment: str) -> Iterator[Signal]:
    """Robots metas, also those that stand in a comment: where it is not sure, less is kept."""
    tags = dict.fromkeys(tag for tag in META.findall(_unpacked(response)) if SPEAKS_TO_US.search(tag))
    for tag in islice(tags, MOST):
        root = etree.HTML(tag)
        for meta in root.iter("meta") if root is not None else ():
            name = (meta.get("name") or "").strip().lower()
            yield Signal(f"meta {name}", meta.get("content") or "", moment)


def _unpacked(response: Response) -> bytes:
    if b"html" not in (response.headers.get("Content-Type") or b"html").lower():
        return b""
    encodings = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
    try:
        body = unpack_body(response.body, encodings)
    except Unreadable:  # no reader of the archive can make a text of it either
        return b""
    return body.replace(b"\0", b"") if b"\0" in body[:START] else body  # tags in UTF-16 and UTF-32 are ASCII then
