"""Which character set a page is in that is no valid UTF-8: what the transport said, what the page says, and its bytes.

Bytes are asked through resiliparse (uchardet), which knows scripts by how often their letters follow each other. They
decide where nobody says anything, where what was said cannot be true, and between two who say different things.
"""

from __future__ import annotations

import codecs
import re

from resiliparse.parse.encoding import detect_encoding
from w3lib.encoding import html_body_declared_encoding, resolve_encoding

FALLBACK = "cp1252"  # what browsers take; it decodes nearly anything
LOOKED_AT = 1 << 16  # bytes
DECLARED_WITHIN = 4096  # bytes
HIGH = re.compile(rb"[\x80-\xff]")
PAIR = re.compile(rb"[\x80-\xff](?=[\x80-\xff])")
SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
ESCAPES = re.compile(rb"\x1b(?:\$[@B]|\([BIJ])")  # ISO-2022-JP, RFC 1468
# Of the bytes that are no ASCII so many stand in whole UTF-8 sequences: then it is UTF-8 with some bytes broken.
NEARLY = 0.9
# Servers say Latin-1 when they know nothing. In Latin scripts letters with accents stand alone; in all others bytes
# above 127 stand side by side.
DEFAULTS = frozenset(("cp1252", "iso8859-1", "latin_1"))
SIDE_BY_SIDE = 0.6
NUL_SHARE = 0.2


def charset_of(content: bytes, transport: str | None) -> str:
    """The name of the codec for bytes without a byte order mark that are not UTF-8 throughout."""
    declared = [name for name in (_known(transport), html_body_declared_encoding(content[:DECLARED_WITHIN])) if name]
    possible = [name for name in dict.fromkeys(declared) if name != "utf-8" and _decodes(content, name)]
    if is_nearly_utf8(content) and not (possible and "utf-8" not in declared):
        return "utf-8"
    found = _by_bytes(content)
    if found in possible:
        return found
    if possible and not (possible[0] in DEFAULTS and found is not None and _stands_side_by_side(content)):
        return possible[0]
    return found or FALLBACK


def wide_charset(content: bytes) -> str | None:
    """UTF-16 and UTF-32 without a byte order mark, by where the zeros of their markup stand; None: neither."""
    start = content[:LOOKED_AT]
    least = len(start) // 4 * NUL_SHARE
    zeros = [start[place::4].count(0) for place in range(4)]
    if min(sum(zeros), zeros[0] + zeros[1], zeros[2] + zeros[3]) < least:
        return None
    if min(zeros[1], zeros[2]) > least * 3:
        return "utf-32-le" if zeros[0] < zeros[3] else "utf-32-be"
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    return "utf-16-le" if odd > even else "utf-16-be"


def escaped_charset(content: bytes, transport: str | None) -> str | None:
    """A charset that is pure ASCII on the wire, so that valid UTF-8 proves nothing there; None: it is none."""
    if b"\x1b" not in content:
        return None
    declared = _known(transport) or html_body_declared_encoding(content[:DECLARED_WITHIN]) or ""
    if declared.startswith("iso2022"):
        return declared
    return "iso2022_jp" if ESCAPES.search(content) else None


def is_nearly_utf8(content: bytes) -> bool:
    """Whether nearly all bytes beyond ASCII stand in whole UTF-8 sequences, and some do."""
    high = len(HIGH.findall(content))
    whole = sum(map(len, SEQUENCE.findall(content)))
    return whole > 0 and whole >= high * NEARLY


def _by_bytes(content: bytes) -> str | None:
    first = HIGH.search(content)
    if first is None:
        return None
    start = max(0, first.start() - 200)
    found = detect_encoding(content[start : start + LOOKED_AT])
    name = _known(found)
    return name if name and name != "utf-8" and _decodes(content, name) else None


def _known(encoding: str | None) -> str | None:
    return resolve_encoding(encoding.strip(" \t\"'")) if encoding else None


def _decodes(content: bytes, name: str) -> bool:
    """Whether the bytes can be in this charset; a last character that was cut in two does not speak against it."""
    try:
        codecs.getincrementaldecoder(name)().decode(content)
    except UnicodeDecodeError:
        return False
    return True


def _stands_side_by_side(content: bytes) -> bool:
    pairs = len(PAIR.findall(content))
    return pairs > SIDE_BY_SIDE * len(HIGH.findall(content))
