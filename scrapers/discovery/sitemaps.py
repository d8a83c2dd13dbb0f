"""Sitemaps → announcements and further sitemaps: XML, news, indexes, plain text, packed, whatever they are labelled.

Read in one pass without building a tree; entities are never expanded and nothing outside is loaded.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import etree

from scrapers.discovery.announcement import Announcement
from scrapers.discovery.bounds import SITEMAP, within_bounds
from scrapers.discovery.dates import iso_date
from scrapers.discovery.feeds import is_feed, read_feed, without_doctype
from scrapers.discovery.owners import same_site
from scrapers.discovery.urls import absolute

MOST_ENTRIES = 50_000  # the protocol's own limit for one file
MOST_BYTES = 10 * 1024 * 1024  # unpacked, as for every answer; the protocol allows five times as much
LONGEST_FIELD = 2000
LONGEST_TITLE = 500
BLANK = b"\xef\xbb\xbf \t\r\n"
ENTITY = rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});)"
STRAY_OUTSIDE = re.compile(ENTITY, re.I)
STRAY = re.compile(rb"<!\[CDATA\[.*?\]\]>|" + ENTITY, re.I | re.S)
ENTRIES = ("url", "sitemap")


class Child(msgspec.Struct, frozen=True):
    """A further sitemap that an index names."""

    url: str
    modified: str | None = None
    """When it last changed, ISO 8601. None: not said."""


class Sitemap(msgspec.Struct, frozen=True, kw_only=True):
    """What one sitemap said."""

    announcements: tuple[Announcement, ...] = ()
    """In the file's order, each address once."""
    children: tuple[Child, ...] = ()
    """Those of the same site, in the file's order, each once."""
    other_hosts: int = 0
    """Pages and sitemaps of other sites, skipped."""
    unusable: int = 0
    """Entries without an http or https address (`file:` among them)."""
    faults: tuple[str, ...] = ()
    """What is wrong with the file, in words; its usable entries are used all the same."""


def read_sitemap(body: bytes, url: str, *, site: str | None = None, most: int = MOST_ENTRIES) -> Sitemap:
    """What a sitemap announces: at most `most` entries of it.

    url: where it was fetched; site: an address of the newspaper it is read for, by default `url`.
    """
    body, faults = _unpacked(body)
    site = site or url
    if is_feed(body):
        feed = read_feed(body, url, site=site)
        return Sitemap(
            announcements=feed.announcements[:most],
            other_hosts=feed.other_hosts,
            unusable=feed.unusable,
            faults=(*faults, *feed.faults),
        )
    reading = _Reading(url, site, most)
    if body[:4096].lstrip(BLANK).startswith(b"<"):
        bounded, beyond = within_bounds(without_doctype(body.lstrip(BLANK)), SITEMAP)
        faults += [*beyond, *reading.xml(_escaped(bounded))]
    else:
        faults += reading.lines(body)
    return reading.result(faults)


def sitemaps_in_robots(body: bytes, url: str) -> tuple[str, ...]:
    """The addresses that a robots.txt names after "Sitemap:", each once; url: that of the robots.txt."""
    lines = re.findall(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", body[: 512 * 1024], re.IGNORECASE | re.MULTILINE)
    addresses = (absolute(line.decode("utf-8", "replace"), url) for line in lines)
    return tuple(dict.fromkeys(address for address in addresses if address))


def newest_children(children: tuple[Child, ...], since: str | None = None) -> list[Child]:
    """Further sitemaps in the order worth reading, without those that did not change since an ISO 8601 date.

    Those that changed last come first, then those that do not say, from the end of the index, where most sites append.
    """
    dated = [child for child in children if child.modified and (since is None or child.modified[:10] >= since[:10])]
    undated = [child for child in children if not child.modified]
    return sorted(dated, key=lambda child: child.modified or "", reverse=True) + undated[::-1]


class _Reading:
    """Collects the entries of one file."""

    def __init__(self, url: str, site: str, most: int) -> None:
        self._url, self._site, self._most = url, site, most
        self._pages: dict[str, Announcement] = {}
        self._children: dict[str, Child] = {}
        self._other_hosts = self._unusable = self._taken = 0

    def result(self, faults: list[str]) -> Sitemap:
        return Sitemap(
            announcements=tuple(self._pages.values()),
            children=tuple(self._children.values()),
            other_hosts=self._other_hosts,
            unusable=self._unusable,
            faults=tuple(faults),
        )

    def xml(self, body: bytes) -> list[str]:
        """Takes every <url> and <sitemap>; gives what is wrong with the file."""
        parser = etree.iterparse(
            io.BytesIO(body),
            events=("end",),
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in parser:
                if _local(element) in ENTRIES:
                    if self._full():
                        return [f"more than {self._most} entries: the rest is not read"]
                    self._take(_local(element), dict(_fields(element)))
                    _forget(element)
        except etree.XMLSyntaxError as error:
            return [f"not well-formed: {error.msg}"]
        if not self._taken:
            return ["no sitemap" if _local(parser.root) not in ("urlset", "sitemapindex") else "no entries"]
        return ["not well-formed"] if len(parser.error_log) else []

    def lines(self, body: bytes) -> list[str]:
        """Takes every line that is an address: the protocol's plain text form."""
        for line in body.decode("utf-8-sig", "replace").splitlines():
            if line.strip().startswith(("http://", "https://")):
                if self._full():
                    return [f"more than {self._most} entries: the rest is not read"]
                self._take("url", {"loc": line})
        return [] if self._taken else ["no sitemap"]

    def _full(self) -> bool:
        self._taken += 1
        return self._taken > self._most

    def _take(self, kind: str, fields: dict[str, str]) -> None:
        address = absolute(fields.get("loc", ""), self._url)
        if address is None:
            self._unusable += 1
        elif not same_site(address, self._site):
            self._other_hosts += 1
        elif kind == "sitemap":
            self._children.setdefault(address, Child(address, iso_date(fields.get("lastmod"))))
        else:
            self._pages.setdefault(address, _announcement(address, self._url, fields))


def _announcement(address: str, sitemap: str, fields: dict[str, str]) -> Announcement:
    language = fields.get("language", "").lower().partition("-")[0]
    return Announcement(
        url=address,
        source="sitemap",
        source_url=sitemap,
        title=fields.get("title", "")[:LONGEST_TITLE] or None,
        published=iso_date(fields.get("publication_date")),
        modified=iso_date(fields.get("lastmod")),
        language=language if re.fullmatch(r"[a-z]{2,3}", language) else None,
    )


def _fields(entry: Any) -> Iterator[tuple[str, str]]:
    """Name and text of what an entry holds, news tags included; pictures and films have titles of their own."""
    for child in entry:
        name = _local(child)
        if name == "news":
            yield from _fields(child)
            continue
        if name == "publication":
            yield from _fields(child)
        elif name not in ("image", "video"):
            yield name, " ".join((child.text or "").split())[:LONGEST_FIELD]


def _escaped(body: bytes) -> bytes:
    """With every & that begins no known entity as &amp;: after one unknown entity libxml2 loses the known ones too."""
    end = body.rfind(b"]]>") + 1  # after it no CDATA section ends, and looking for that would take ever longer
    head = STRAY.sub(lambda match: b"&amp;" if match[0] == b"&" else match[0], body[: end + 2]) if end else b""
    return head + STRAY_OUTSIDE.sub(b"&amp;", body[end + 2 :] if end else body)


def _local(element: Any) -> str:
    tag = getattr(element, "tag", None)
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _forget(element: Any) -> None:
    """Frees an entry and what came before it: a file of 50,000 entries needs no more memory than its text."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _unpacked(body: bytes) -> tuple[bytes, list[str]]:
    """The body out of gzip, however often packed (twice at most), and never more than 10 MiB of it."""
    faults: list[str] = []
    for _ in range(2):
        if body[:2] != b"\x1f\x8b":
            break
        body, fault = _gunzip(body)
        faults += fault
    return body[:MOST_BYTES], faults


def _gunzip(body: bytes) -> tuple[bytes, list[str]]:
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(body, MOST_BYTES)
    except zlib.error:
        return b"", ["broken gzip"]
    if unpacking.unconsumed_tail:
        return plain, ["larger than 10 MiB: the rest is not read"]
    return plain, [] if unpacking.eof else ["gzip cut short"]
