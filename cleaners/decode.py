"""Bytes → text: which character set a page is really in.

The order is the one that survives mislabelled pages: a byte order mark, then bytes that are valid UTF-8 (chance makes
that all but impossible for another encoding with non-ASCII letters), then what `cleaners.charsets` makes of the
transport, the page and the bytes.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from cleaners.charsets import charset_of, escaped_charset, is_nearly_utf8, wide_charset
from items import Flaw

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
PEEK = 1024  # bytes: where UTF-16 shows itself
CUT = "unexpected end of data"  # Python's words for a sequence that may go on
REPLACEMENT = "\ufffd"
# Characters that are no text: C0 and C1 controls other than tab, line feed and carriage return, and lone surrogates.
# libxml2 stops at a NUL, so they go before parsing.
NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
# The same in UTF-8, where looking for them is ten times as fast, and there are none on nearly every page.
C0 = bytes((*range(9), 11, 12, *range(14, 32), 127))
C1 = re.compile(b"\xc2[\x80-\x84\x86-\x9f]")


class Decoded(NamedTuple):
    """The text of a page, the same in UTF-8, and whether some of its bytes were no text ("undecodable": they became
    U+FFFD)."""

    text: str
    utf8: bytes
    flaws: tuple[Flaw, ...] = ()


def decode(content: bytes | str, transport_encoding: str | None = None) -> str:
    """The text of a page or file, without control characters. Undecodable bytes become U+FFFD; nothing is raised."""
    return decoding_of(content, transport_encoding).text


def decoding_of(content: bytes | str, transport_encoding: str | None = None) -> Decoded:
    """The text of a page or file, as `decode` gives it, and what was wrong with it. UTF-8 is not encoded anew."""
    if isinstance(content, str):
        return _without_controls(content, None)
    text, utf8 = _decode_bytes(content, transport_encoding)
    lost = utf8 is None and REPLACEMENT in text and text.count(REPLACEMENT) > content.count(REPLACEMENT.encode())
    decoded = _without_controls(text, utf8)
    return decoded._replace(flaws=("undecodable",)) if lost else decoded


def _without_controls(text: str, utf8: bytes | None) -> Decoded:
    try:
        utf8 = text.encode("utf-8") if utf8 is None else utf8
        if len(utf8.translate(None, C0)) == len(utf8) and C1.search(utf8) is None:
            return Decoded(text, utf8)
    except UnicodeEncodeError:  # a lone surrogate
        pass
    text = NO_TEXT.sub("", text)
    return Decoded(text, text.encode("utf-8"))


def _decode_bytes(content: bytes, transport_encoding: str | None) -> tuple[str, bytes | None]:
    """The text, and the bytes where they are its UTF-8 already."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace"), None
    other = wide_charset(content) if 0 in content[:PEEK] else escaped_charset(content, transport_encoding)
    if other is not None:
        return content.decode(other, "replace"), None
    try:
        return content.decode("utf-8"), content
    except UnicodeDecodeError as error:
        if error.reason == CUT and is_nearly_utf8(content[: error.start]):
            return content[: error.start].decode("utf-8") + REPLACEMENT, None  # cut inside its last character
        return content.decode(charset_of(content, transport_encoding), "replace"), None
