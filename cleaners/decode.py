"""Bytes → text: which character set a page is really in.

The order is the one that survives mislabelled pages: a byte order mark, then bytes that are valid UTF-8 (chance makes
that all but impossible for another encoding with non-ASCII letters), then what the transport said, then what the page
says of itself, then windows-1252, which decodes anything.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from w3lib.encoding import html_body_declared_encoding, resolve_encoding

from items import Flaw

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
REPLACEMENT = "\ufffd"
# Characters that are no text: C0 and C1 controls other than tab, line feed and carriage return, and lone surrogates.
# libxml2 stops at a NUL, so they go before parsing.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")


class Decoded(NamedTuple):
    """The text of a page, and whether some of its bytes were no text ("undecodable": they became U+FFFD)."""

    text: str
    flaws: tuple[Flaw, ...] = ()


def decode(content: bytes | str, transport_encoding: str | None = None) -> str:
    """The text of a page or file, without control characters. Undecodable bytes become U+FFFD; nothing is raised."""
    return decoding_of(content, transport_encoding).text


def decoding_of(content: bytes | str, transport_encoding: str | None = None) -> Decoded:
    """The text of a page or file, as `decode` gives it, and what was wrong with it."""
    if isinstance(content, str):
        return Decoded(NO_TEXT.sub("", content))
    text = _decode_bytes(content, transport_encoding)
    lost = REPLACEMENT in text and text.count(REPLACEMENT) > content.count(REPLACEMENT.encode())
    return Decoded(NO_TEXT.sub("", text), ("undecodable",) if lost else ())


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
