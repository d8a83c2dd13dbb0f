"""The parts of the scrapers room that need no crawl: bodies, labels, reasons, lists of URLs."""

from __future__ import annotations

import gzip
import re
import zlib
from contextlib import suppress
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from items import Failure, Page
from scrapers import settings
from scrapers.addon import CAREFUL
from scrapers.decompression import CutShort, Damaged, TooLarge, unpack
from scrapers.failures import reason_of
from scrapers.pages import other_content, page_of
from scrapers.reasons import LONGEST, one_line, short
from scrapers.spiders.article import ArticleSpider, BadArgument, urls_in

STORY = b"<!doctype html><title>Bridge</title>" + b"".join(b"<p>Line %d of the story.</p>" % n for n in range(400))
MEGABYTE = 1 << 20


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


PACKERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "identity": bytes,
}
packings = pytest.mark.parametrize(
    ("encoding", "pack"), [*PACKERS.items(), ("deflate", bare_deflate)], ids=[*PACKERS, "bare deflate"]
)


@packings
@given(body=st.binary(max_size=300))
def test_what_was_packed_comes_out_again(encoding: str, pack, body: bytes) -> None:
    assert unpack(pack(body), encoding, MEGABYTE) == body


@packings
def test_a_body_cut_anywhere_is_noticed(encoding: str, pack) -> None:
    packed = pack(STORY)
    if encoding == "identity":
        return
    for part in range(1, 20):
        with pytest.raises((CutShort, Damaged)):
            unpack(packed[: len(packed) * part // 20], encoding, MEGABYTE)
    for missing in (1, 2, 4, 8):
        with pytest.raises((CutShort, Damaged)):
            unpack(packed[:-missing], encoding, MEGABYTE)


@packings
def test_a_bomb_stops_at_the_limit(encoding: str, pack) -> None:
    packed = pack(b"\0" * (8 * MEGABYTE))
    with pytest.raises(TooLarge):
        unpack(packed, encoding, MEGABYTE)
    assert len(unpack(packed, encoding, 8 * MEGABYTE)) == 8 * MEGABYTE


@packings
@given(body=st.binary(max_size=200))
def test_rubbish_is_an_error_of_ours_or_passes(encoding: str, pack, body: bytes) -> None:
    with suppress(CutShort, Damaged, TooLarge):
        assert len(unpack(body, encoding, MEGABYTE)) <= MEGABYTE


def test_several_gzip_members_are_one_body() -> None:
    assert unpack(gzip.compress(b"one ") + gzip.compress(b"two"), "gzip", MEGABYTE) == b"one two"
    with pytest.raises(CutShort):
        unpack(gzip.compress(b"one ") + gzip.compress(b"two")[:-3], "gzip", MEGABYTE)


def test_a_plain_page_labelled_as_gzip_passes() -> None:
    assert unpack(STORY, "gzip", MEGABYTE) == STORY


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(Damaged, match="unknown content encoding: pack200"):
        unpack(STORY, "pack200", MEGABYTE)


@pytest.mark.parametrize(
    ("content_type", "body", "what"),
    [
        ("text/html", b"%PDF-1.7 ...", "PDF"),
        ("application/pdf", b"%PDF-1.7 ...", "PDF"),
        ("application/pdf", b"junk", "application/pdf"),
        ("text/html", b"\x89PNG\r\n\x1a\n...", "image"),
        ("text/html", b"\xff\xd8\xff\xe0..", "image"),
        ("image/svg+xml", b'<?xml version="1.0"?><!-- x --><svg xmlns="">', "image"),
        ("text/html", b"PK\x03\x04....", "archive or office document"),
        ("text/html", b"\x1f\x8b\x08....", "archive"),
        ("video/mp4", b"\0\0\0\x18ftypmp42", "video"),
        ("text/html", b'{"title": "Bridge"}', "JSON"),
        ("application/json", b" [1, 2]", "JSON"),
        ("text/html", b'<?xml version="1.0"?>\n<rss version="2.0"><channel>', "feed"),
        ("application/atom+xml", b"<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
        ("text/html", b"\xef\xbb\xbf<?xml version='1.0'?><urlset>", "sitemap"),
        ("text/plain", b"Just words.", "plain text"),
        ("text/css", b"a {color: red}", "text/css"),
        ("x/\x1b[31m", b"words", "x/\\x1b[31m"),
    ],
)
def test_what_is_no_web_page_is_named(content_type: str, body: bytes, what: str) -> None:
    assert other_content(content_type, body) == f"not a web page: {what}"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html; charset=utf-8", STORY),
        ("TEXT/HTML", b"Words without any tag"),
        ("", b"<p>A fragment</p>"),
        ("text/html", b"[Update] Not JSON"),
        ("text/html", b"{ not json"),
        ("text/plain", STORY),
        ("application/octet-stream", STORY),
        ("application/pdf", STORY),
        ("application/xhtml+xml", b"<?xml version='1.0'?><!DOCTYPE html PUBLIC ''><html xmlns=''><body>"),
        ("text/html", STORY.decode().encode("utf-16")),
        ("text/html", b"<html><head><title>Why %PDF- is a magic number</title>"),
    ],
)
def test_a_web_page_is_one_whatever_it_is_called(content_type: str, body: bytes) -> None:
    assert other_content(content_type, body) is None


@given(st.text(), st.binary())
def test_any_body_gets_one_line(content_type: str, body: bytes) -> None:
    other = other_content(content_type, body)
    assert other is None or other.isprintable()


def test_a_page_keeps_bytes_address_and_label() -> None:
    response = Response("https://example.org/a", headers={"Content-Type": "text/html; charset=ISO-8859-1"}, body=STORY)
    page = page_of(response)
    assert isinstance(page, Page)
    assert (page.content, page.url, page.encoding) == (STORY, "https://example.org/a", "cp1252")
    assert page.title is None
    assert page.fetched_at is not None
    assert page.fetched_at.endswith("Z")


def test_a_response_without_page_is_a_failure_of_its_url() -> None:
    response = Response("https://example.org/a.pdf", body=b"%PDF-1.4")
    assert page_of(response) == Failure("https://example.org/a.pdf", "not a web page: PDF")
    assert page_of(response, "https://example.org/asked") == Failure("https://example.org/asked", "not a web page: PDF")


@pytest.mark.parametrize(
    ("error", "reason", "kind"),
    [
        (HttpError(Response("http://x/", status=404)), "404 Not Found", "404"),
        (HttpError(Response("http://x/", status=499)), "499", "499"),
        (
            HttpError(Response("http://x/", status=302, headers={"Location": "ftp://y/"})),
            "redirect refused: ftp://y/",
            "redirect refused",
        ),
        (DownloadTimeoutError("Getting http://x/ took longer than 30 s"), "no answer in time", "no answer in time"),
        (IgnoreRequest("max redirections reached"), "too many redirects", "too many redirects"),
        (DownloadFailedError("[<twisted…>]"), "no proper HTTP answer", "no proper HTTP answer"),
        (SSL.Error([("SSL", "", "certificate verify failed")]), "no trusted TLS connection", None),
        (ValueError("two\nlines"), "ValueError: two\\nlines", "ValueError"),
    ],
)
def test_every_error_has_a_calm_reason(error: Exception, reason: str, kind: str | None) -> None:
    assert reason_of(error) == reason
    assert short(reason) == (kind or reason)


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    assert one_line(text).isprintable()
    assert len(one_line(text)) <= LONGEST


def test_blank_lines_and_comments_are_no_urls() -> None:
    lines = ["# today", "", "  https://example.org/a  ", "\t", "https://example.org/b#part\n"]
    assert list(urls_in(lines)) == ["https://example.org/a", "https://example.org/b#part"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "nothing to fetch: give -a url="),
        ({"url": "example.org/story"}, "example.org/story: not an http or https address: does https:// belong"),
        ({"url": "ftp://example.org/"}, "ftp://example.org/: not an http or https address"),
        ({"url": "https://"}, "https://: not a valid host name"),
        ({"urls_file": "no-such-file.txt"}, "no-such-file.txt: no such file"),
        ({"urls_file": "."}, r"\.: is a folder"),
        ({"url": "https://example.org/", "allow_private": "perhaps"}, "allow_private=perhaps: neither true nor false"),
    ],
)
def test_a_bad_argument_is_named(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(BadArgument, match=message):
        ArticleSpider(**arguments)


def test_a_list_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_bytes(b"\xef\xbb\xbfhttps://example.org/a\r\n")
    assert list(ArticleSpider(urls_file=str(tmp_path / "urls.txt"))._given()) == ["https://example.org/a"]


def test_the_manual_names_every_setting() -> None:
    manual = (Path(__file__).parent.parent / "docs" / "scrapy.md").read_text(encoding="utf-8")
    for name in filter(str.isupper, dir(settings)):
        assert f"`{name}`" in manual, name
    for name in CAREFUL:
        assert re.search(rf"● `(?:\w+`, `)?{name}`", manual), name
