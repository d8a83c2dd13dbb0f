"""Addresses: absolute, without trackers, and whether one may stand for another."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

LONGEST = 2000
TRACKER = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_hs(?:enc|mi)|srsltid|ref|ref_src|cmpid|ocid|ns_\w+|wt_\w+"
    r"|maca|icid|smid|ito|taid|guccounter|guce_\w+|__twitter_impression|xtor|at_\w+|campaign|cid|spm|gi|openlinkid",
    re.IGNORECASE,
)
ARCHIVED = re.compile(r"https?://web\.archive\.org/web/\d{1,14}[a-z_]{0,4}/(https?://.+)", re.IGNORECASE)
# What is a whole address without fragment as it stands, as most are; taking it apart would put it together again.
WHOLE = re.compile(r"https?://[A-Za-z0-9-]+\.[A-Za-z0-9.-]+/[!\"$->@-~]*(?:\?[!\"$-~]+)?")
SECOND_LEVEL = frozenset("co com net org gov edu ac or ne go gob gouv nom blogspot github wordpress substack".split())
PREFIXES = ("www.", "m.", "amp.", "mobile.", "edition.")
HOME_PATHS = re.compile(r"/?(?:index\.\w{2,5}|home|[a-z]{2}(?:-[a-z]{2})?/?)?/?", re.IGNORECASE)


def original(url: str | None) -> str | None:
    """The page's own address where it was fetched from an archive."""
    match = ARCHIVED.fullmatch(url[:LONGEST]) if url else None
    return match[1] if match else url


def absolute(base: str | None, href: str) -> str | None:
    """A whole http address without fragment. None: no such thing."""
    href = href.strip()
    if not href or len(href) > LONGEST:
        return None
    if WHOLE.fullmatch(href):
        return href
    try:
        whole = href if href.startswith(("https://", "http://")) else urljoin(base or "", href)
        parts = urlsplit(whole)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "." not in host:
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def without_trackers(url: str) -> str:
    """The address without query parameters that only say where the visitor came from."""
    parts = urlsplit(url)
    if not parts.query:
        return url
    kept = [(key, value) for key, value in parse_qsl(parts.query[:LONGEST], True) if not TRACKER.fullmatch(key)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


def site_of(url: str) -> str:
    """The host's last two labels, or three where the second is a public one: bbc.co.uk."""
    host = (urlsplit(url).hostname or "").lower()
    labels = host.split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and labels[-2] in SECOND_LEVEL else labels[-2:])


def may_stand_for(canonical: str, url: str | None) -> bool:
    """Whether an address the page names as its own can be: the same site, and not the front page of it."""
    if url is None:
        return not is_home(canonical)
    if site_of(canonical) != site_of(url):
        return False
    return not is_home(canonical) or is_home(url)


def is_home(url: str) -> bool:
    """Whether an address is a site's front page."""
    parts = urlsplit(url)
    return HOME_PATHS.fullmatch(parts.path[:20]) is not None and len(parts.path) <= 20 and not parts.query
