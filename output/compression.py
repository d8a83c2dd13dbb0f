"""gzip and Zstandard, chosen by the last ending of a file's name. The same records give the same bytes."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import zstandard

from output.errors import OutputError, naming, one_line

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ENDINGS = (".gz", ".zst")
GZIP_LEVEL = 6
ZSTD_LEVEL = 6
CHUNK = 1 << 14  # bytes
READ = 1 << 17
"""Bytes that are asked of the disk at a time."""


def inner_ending(path: Path) -> str:
    """What the content is by the path's name, in lower case: ".jsonl" for x.jsonl and for x.jsonl.gz, "" for x."""
    endings = [ending.lower() for ending in path.suffixes[-2:]]
    if endings and endings[-1] in ENDINGS:
        endings.pop()
    return endings[-1] if endings else ""


def compressor(path: Path, stream: BinaryIO, *, each: bool = False) -> BinaryIO:
    """A stream that compresses onto the given one as the path's ending asks, or that stream itself.

    Closing a compressing stream ends the compressed data and leaves the given stream open. each: every `write` becomes
    a member or frame of its own.
    """
    if each and path.suffix.lower() in ENDINGS:
        return cast(BinaryIO, MemberEach(path, stream))
    if path.suffix.lower() == ".gz":
        # No time and no name in the header: they would make the same records different files.
        return cast(BinaryIO, gzip.GzipFile(filename="", mode="wb", compresslevel=GZIP_LEVEL, fileobj=stream, mtime=0))
    if path.suffix.lower() == ".zst":
        compressing = zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True)
        return cast(BinaryIO, compressing.stream_writer(stream, closefd=False))
    return stream


class MemberEach:
    """A stream that compresses what each `write` brings by itself."""

    def __init__(self, path: Path, stream: BinaryIO) -> None:
        self.path = path
        self.stream = stream

    def write(self, content: bytes) -> int:
        """Writes one member. Raises the stream's OSErrors."""
        if content:
            member = compressor(self.path, self.stream)
            member.write(content)
            member.close()
        return len(content)

    def close(self) -> None:
        """Nothing is left to be ended."""


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The path's content, decompressed as its ending asks.

    Raises OutputError, also inside the block, where the file cannot be read or the compressed data is broken.
    """
    try:
        with naming(path), open(path, "rb", buffering=READ) as stream:
            yield _decompressor(path, stream)
    except (EOFError, zlib.error, zstandard.ZstdError) as error:
        raise OutputError(f"{one_line(path)}: broken or cut off: {error}") from error


def _decompressor(path: Path, stream: BinaryIO) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if path.suffix.lower() == ".zst":
        return cast(BinaryIO, io.BufferedReader(ZstdFrames(stream), CHUNK))
    return stream


class ZstdFrames(io.RawIOBase):
    """One Zstandard frame after another, decompressed. Unlike the library's own reader it notices a cut-off frame."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.frame: zstandard.ZstdDecompressionObj | None = None
        self.compressed = b""
        self.plain = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fills the buffer; 0 at the end. Raises EOFError where the last frame is cut off."""
        while not self.plain and self._more():
            self._decompress()
        target = memoryview(buffer).cast("B")
        size = min(len(target), len(self.plain))
        target[:size] = self.plain[:size]
        self.plain = self.plain[size:]
        return size

    def _more(self) -> bool:
        self.compressed = self.compressed or self.stream.read(CHUNK)
        if not self.compressed and self.frame is not None:
            raise EOFError("the last frame does not end")
        return bool(self.compressed)

    def _decompress(self) -> None:
        frame = self.frame or zstandard.ZstdDecompressor().decompressobj()
        self.plain = memoryview(frame.decompress(self.compressed))
        self.frame = None if frame.eof else frame
        self.compressed = frame.unused_data if frame.eof else b""
