"""Opening a file, or standard input, whatever it is packed in; and what its first bytes say it is."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import IO, Any, Literal, Protocol

import zstandard

Content = Literal["html", "text", "jsonl", "csv", "parquet", "warc"]

GZIP = b"\x1f\x8b"
ZSTANDARD = b"\x28\xb5\x2f\xfd"
# First bytes of what is neither a page nor a text, whatever the file is called.
FOREIGN = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a RIFF file (image, sound or film)",
    b"\x00\x00\x00\x18ftyp": "an MP4 film",
    b"SQLite format 3\x00": "an SQLite database",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ": "packed with xz",
}
PEEK = 4096
LARGEST_PAGE = 64 * 1024 * 1024  # bytes, unpacked
# What reading a packed file can raise when it is broken or cut short.
UNPACKING_ERRORS = (EOFError, OSError, zlib.error, zstandard.ZstdError)
# Bytes unpacked at a time: small, so that a bomb (1:1000 in gzip, 1:30,000 in Zstandard) stays small too.
CHUNK = 2048


class Unreadable(Exception):
    """An input that opens but cannot be read; the message says why in a few words."""


class Unpacking(io.RawIOBase):
    """What a packed stream holds. All that can be unpacked is given out before an error is raised.

    Python's own readers drop what they unpacked just before a cut, and the one for Zstandard does not notice cuts.
    """

    def __init__(self, packed: IO[bytes], unpacker: Callable[[], Unpacker]) -> None:
        self._packed = packed
        self._new = unpacker
        self._unpacker = unpacker()
        self._ready = b""
        self._begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fills the buffer. Raises EOFError at a cut and the unpacker's error where the stream is broken."""
        while not self._ready:
            chunk = self._packed.read(CHUNK)
            if not chunk:
                if self._begun and not self._unpacker.eof:
                    raise EOFError
                return 0
            self._unpack(chunk)
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _unpack(self, chunk: bytes) -> None:
        parts = []
        while chunk:
            if self._unpacker.eof:  # streams may follow one another, and gzip's may be padded with zeros
                self._unpacker, self._begun = self._new(), False
                chunk = chunk.lstrip(b"\0")
            if chunk:
                self._begun = True
                parts.append(self._unpacker.decompress(chunk))
                chunk = self._unpacker.unused_data if self._unpacker.eof else b""
        self._ready = b"".join(parts)


class Unpacker(Protocol):
    """What zlib's and zstandard's decompression objects have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def unpacked(stream: io.BufferedReader) -> io.BufferedReader:
    """The stream, taken out of gzip or Zstandard where its first bytes say so. Errors come while reading."""
    head = stream.peek(4)
    if head.startswith(GZIP):
        return io.BufferedReader(Unpacking(stream, lambda: zlib.decompressobj(wbits=31)))
    if head.startswith(ZSTANDARD):
        return io.BufferedReader(Unpacking(stream, zstandard.ZstdDecompressor().decompressobj))
    return stream


def content_of(stream: io.BufferedReader) -> Content:
    """What a stream holds, by its first bytes. Raises Unreadable where it is something that has no text."""
    head = stream.peek(PEEK)[:PEEK]
    refuse_foreign(head)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"WARC/"):
        return "warc"
    if start.startswith(b"{"):
        return "jsonl"
    return "html" if start.startswith(b"<") else "text"


def refuse_foreign(head: bytes) -> None:
    """Raises Unreadable where the first bytes are those of a PDF, an image, an archive and the like."""
    for mark, name in FOREIGN.items():
        if head.startswith(mark):
            raise Unreadable(f"is {name}, not a page or a text")


def read_page(stream: Any) -> bytes:
    """All of a stream that holds one page or text. Raises Unreadable where that is beyond all measure."""
    whole: bytes = stream.read(LARGEST_PAGE + 1)
    if len(whole) > LARGEST_PAGE:
        raise Unreadable(f"is larger than {LARGEST_PAGE:,} bytes")
    return whole


def why(error: BaseException) -> str:
    """A reading error in a few words."""
    if isinstance(error, EOFError):
        return "is cut short: its compressed stream ends early"
    if isinstance(error, (zlib.error, zstandard.ZstdError)):
        return f"is broken: {str(error).splitlines()[0] if str(error) else 'cannot be unpacked'}"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error).split("\n")[0] or type(error).__name__
