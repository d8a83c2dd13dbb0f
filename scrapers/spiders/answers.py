"""What a response says beside its body: how to ask next time, and what it holds."""

from __future__ import annotations

from scrapy.http import Response

from scrapers.frontier.urls import Validators


def validators_of(response: Response) -> Validators | None:
    """What to ask with next time. None: the answer was "not changed", and those known stay."""
    if response.status == 304:
        return None
    return Validators(_text(response.headers.get("ETag")), _text(response.headers.get("Last-Modified")))


def content_type_of(response: Response) -> str:
    """The header as it came; empty: none did."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1")


def _text(header: bytes | None) -> str | None:
    return header.decode("latin-1")[:1000] if header else None
