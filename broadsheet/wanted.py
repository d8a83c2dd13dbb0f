"""Which articles are to be forgotten: a page's, or a site's."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from broadsheet.choosing import is_on, site_name
from broadsheet.errors import BadInput
from output.record import Record
from scrapers.discovery.canonical import canonical


class Addresses(msgspec.Struct, frozen=True):
    """What is asked of a file that may be a record, of whatever version."""

    url: str | None
    canonical_url: str | None


class Wanted(NamedTuple):
    """What is to be forgotten: one address, or a site and what is below it."""

    url: str | None
    site: str | None

    def means(self, url: str | None) -> bool:
        """Whether an address is the one, or on the site."""
        if not url:
            return False
        if self.url is not None:
            return canonical(url) == self.url
        return is_on((urlsplit(url).hostname or "").removeprefix("www."), self.site or "")

    def means_either(self, url: str | None, canonical_url: str | None) -> bool:
        """Whether one of an article's two addresses is meant."""
        return self.means(url) or self.means(canonical_url)

    def means_record(self, record: Addresses | Record) -> bool:
        """Whether a record is of that address or site."""
        return self.means_either(record.url, record.canonical_url)


def wanted(name: str) -> Wanted:
    """A name as somebody gives it: an address with a path is a page, everything else a site."""
    parts = urlsplit(name)
    if parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query):
        return Wanted(canonical(name), None)
    site = site_name(name)
    if "." not in site or "/" in site:
        raise BadInput(f"{name}: neither the address of a page nor a site")
    return Wanted(None, site)
