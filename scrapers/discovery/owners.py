"""Whose an address is: the site that owns it, by the public suffix list, and the host whose budget it is on."""

from __future__ import annotations

from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapers.discovery.urls import AUTHORITY, DEFAULT_PORTS, PLAIN


def site_of(url: str) -> str:
    """What belongs to one owner: the registrable domain ("bbc.co.uk"), or host and port of an address or bare name."""
    authority = AUTHORITY.match(url)
    return _site_of(authority[0] if authority else url)


def host_of(url: str) -> str:
    """Whose budget a request is on: the host, with its port where that is not the scheme's own."""
    if plain := PLAIN.fullmatch(url):
        return plain[2]
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    return host if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to the same owner by the public suffix list, private suffixes included."""
    site = site_of(one)
    return site != "" and site == site_of(other)


@lru_cache(maxsize=10_000)
def _site_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = _ascii((parts.hostname or "").rstrip(".")), parts.port
    except ValueError:
        return ""
    if is_address(host) or "." not in host:
        return host if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"
    return _suffixes()(host).top_domain_under_public_suffix or host


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def is_address(host: str) -> bool:
    """Whether a host is an IP address (IPv6 with or without brackets), not a name."""
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


@cache
def _suffixes() -> Any:
    """The public suffix list that tldextract ships; nothing is fetched."""
    from tldextract import TLDExtract  # noqa: PLC0415  # loads a client for HTTP, which is never used

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
