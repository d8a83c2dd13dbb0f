"""Bytes → text: which character set a page is really in.

The order is the one that survives mislabelled pages: a byte order mark, then bytes that are valid UTF-8 (chance makes
that all but impossible for another encoding with non-ASCII letters), then what the transport said, then what the page
says of itself, then windows-1252, which decodes anything.
"""

from __future__ import annotations

import codecs
import re

from w3lib.encoding import html_body_declared_encoding, resolve_encoding

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Characters that are no text: C0 and C1 controls other than tab, line feed and carriage return, and lone surrogates.
# libxml2 stops at a NUL, so they go before parsing.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


def decode(content: bytes | str, transport_encoding: str | None = None) -> str:
    """The text of a page or file, without control characters. Undecodable bytes become U+FFFD; nothing is raised."""
    text = content if isinstance(content, str) else _decode_bytes(content, transport_encoding)
    return NO_TEXT.sub("", text)


def _decode_bytes(content: bytes, transport_encoding: str | None) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    declared = _known(transport_encoding) or html_body_declared_encoding(content[:4096]) or "cp1252"
    if declared.startswith("iso2022"):  # pure ASCII on the wire, so valid UTF-8 proves nothing there
        return content.decode(declared, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(declared, "replace")


def _known(encoding: str | None) -> str | None:
    return resolve_encoding(encoding) if encoding else None
