"""Unpacks gzip, deflate, brotli and zstd bodies: never beyond the allowed size, and never half of one unnoticed."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Self

import brotli  # type: ignore[import-untyped]
import zstandard
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from scrapers.failures import Refused
from scrapers.reasons import CUT_SHORT, TOO_LARGE

CHUNK = 1 << 16
LAYERS = 3
DATA_LOSS = "dataloss"  # Scrapy's name for a body shorter than it was said to be
ZSTD_WINDOW = 8 << 20  # what RFC 8878 asks decoders to support, and the most that RFC 9659 lets a server use
GZIP_MAGIC = b"\x1f\x8b"
ASKED_FOR = b"gzip, deflate, br, zstd"


class CutShort(Refused):
    """The body ends before its compression does. body: what could be unpacked of it."""

    def __init__(self, body: bytes = b"") -> None:
        super().__init__(CUT_SHORT)
        self.body = body


class TooLarge(Refused):
    """The body unpacks to more than is allowed."""


class Damaged(Refused):
    """The body is not what its Content-Encoding says."""


def unpack(body: bytes, encoding: str, limit: int) -> bytes:
    """The body without one layer of compression.

    Raises CutShort, Damaged, and TooLarge beyond `limit` bytes (0: no limit), before much more than these are made.
    """
    try:
        chunks = UNPACKERS[encoding]
    except KeyError:
        raise Damaged(f"unknown content encoding: {encoding}") from None
    out = bytearray()
    try:
        for chunk in chunks(body):
            out += chunk
            if limit and len(out) > limit:
                out.clear()  # what this error passes through on its way keeps this frame alive, often for long
                raise TooLarge(TOO_LARGE)
    except CutShort:
        whole = bytes(out)
        out.clear()
        raise CutShort(whole) from None
    except (zlib.error, brotli.error, zstandard.ZstdError) as error:
        raise Damaged(f"damaged content: {encoding}") from error
    return bytes(out)


def _gzip(body: bytes) -> Iterator[bytes]:
    if not body.startswith(GZIP_MAGIC[: len(body)]):
        yield body  # servers that label a plain page as gzip are not rare
        return
    while body.startswith(GZIP_MAGIC[: len(body)]) and body:
        stream = zlib.decompressobj(wbits=31)
        yield from _inflated(stream, body)
        body = stream.unused_data


def _deflate(body: bytes) -> Iterator[bytes]:
    try:
        zlib.decompressobj().decompress(body, 1)
        bits = zlib.MAX_WBITS
    except zlib.error:
        bits = -zlib.MAX_WBITS  # bare, without the header of RFC 1950: some servers send that
    yield from _inflated(zlib.decompressobj(wbits=bits), body)


def _inflated(stream: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    while body and not stream.eof:
        yield stream.decompress(body, CHUNK)
        body = stream.unconsumed_tail
    while not stream.eof:  # what is still inside, a chunk at a time
        chunk = stream.decompress(b"", CHUNK)
        if not chunk:
            raise CutShort
        yield chunk


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    chunk = stream.process(body, output_buffer_limit=CHUNK)
    yield chunk
    while not stream.is_finished():
        chunk = stream.process(b"", output_buffer_limit=CHUNK)
        if not chunk:
            raise CutShort
        yield chunk


def _zstd(body: bytes) -> Iterator[bytes]:
    """First in bounded chunks; only then, the size being known, once more for whether every frame is whole."""
    decompressor = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)
    reader = decompressor.stream_reader(io.BytesIO(body), read_across_frames=True)
    while chunk := reader.read(CHUNK):
        yield chunk
    while body:
        stream = decompressor.decompressobj()
        stream.decompress(body)
        if not stream.eof:
            raise CutShort
        body = stream.unused_data


UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
    "identity": lambda body: iter((body,)),
}


class Decompression:
    """Downloader middleware in the place of Scrapy's HttpCompressionMiddleware, which passes on half a body unmarked.

    A body cut short, by its compression, its length or its chunks, is asked for again, as often as RETRY_TIMES says;
    what there is of it then comes with the flag "dataloss".
    """

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("COMPRESSION_ENABLED"):
            raise NotConfigured
        self._crawler = crawler
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Says what we can unpack."""
        request.headers.setdefault("Accept-Encoding", ASKED_FOR)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response with its body unpacked, or the request once more. Raises CutShort, TooLarge, Damaged."""
        encodings = _encodings(response)
        if request.method == "HEAD" or not response.body or not (encodings or DATA_LOSS in response.flags):
            return response
        body, cut = self._unpacked(response.body, encodings)
        if not (cut or DATA_LOSS in response.flags):
            return _with_body(response, body)
        assert self._crawler.spider is not None
        again = get_retry_request(request, spider=self._crawler.spider, reason=CUT_SHORT)
        if again is not None:
            return again
        if not body:
            raise CutShort
        return _with_body(response.replace(flags=[*response.flags, DATA_LOSS]), body)

    def _unpacked(self, body: bytes, encodings: list[str]) -> tuple[bytes, bool]:
        """The body and whether it was cut short."""
        if len(encodings) > LAYERS:
            raise Damaged(f"unknown content encoding: {len(encodings)} layers")
        cut = False
        for encoding in reversed(encodings):
            try:
                body = unpack(body, encoding, self._limit)
            except CutShort as error:
                body, cut = error.body, True
        return body, cut


def _encodings(response: Response) -> list[str]:
    headers = (value.decode("latin-1").split(",") for value in response.headers.getlist("Content-Encoding"))
    return [name for part in chain.from_iterable(headers) if (name := part.strip().lower())]


def _with_body(response: Response, body: bytes) -> Response:
    headers = response.headers.copy()
    headers.pop("Content-Encoding", None)
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    if issubclass(kind, TextResponse):
        return response.replace(cls=kind, headers=headers, body=body, encoding=None)
    return response.replace(cls=kind, headers=headers, body=body)
