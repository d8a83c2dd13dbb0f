"""Addresses to request: whole, in one spelling, and without what depends on where a visitor came from.

`tidy` leaves out trackers, session ids and the fragment. Which page an address names is for `canonical` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from scrapers.discovery.words import listed

LONGEST = 2000
DEFAULT_PORTS = {"http": 80, "https": 443}

TRACKERS = frozenset(listed("trackers", "names"))
TRACKER_PREFIXES = listed("trackers", "prefixes")
SESSIONS = frozenset(listed("sessions", "names"))
MAYBE_SESSIONS = frozenset(listed("sessions", "random_names"))

# Nothing in it to respell, to resolve or to leave out: most addresses are so, and the rest costs ten times as much.
PLAIN = re.compile(
    r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*(?::(?!80/|443/)[1-9]\d{1,3}|:[1-5]\d{4})?)((?:/[\w-]+(?:\.\w+)?)+/?)",
    re.ASCII,
)
WHOLE = re.compile(
    r"(https?://[\w-]+(?:\.[\w-]+)*(?::[1-9]\d{1,3}|:[1-5]\d{4})?/[^\s#?;\\]*(?:\?[^\s#]+)?)(?:#.*)?", re.ASCII
)
ROOTED = re.compile(r"((?:/(?!\.)[^\s#?;\\/]+)+/?(?:\?[^\s#]+)?)(?:#.*)?", re.ASCII)  # without "." and ".."
AUTHORITY = re.compile(r"(https?)://([\w.-]+(?::\d{1,5})?)(?=[/?#]|$)", re.ASCII)
STRAY_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/;?]*", re.IGNORECASE)
SESSION_SEGMENT = re.compile(r"\([SXAF]\([^/)]*\)\)", re.IGNORECASE)  # ASP.NET without cookies
RANDOM = re.compile(r"(?=.*\d)[0-9A-Za-z,_-]{16,}")


def absolute(href: str, base: str) -> str | None:
    """A whole http or https address of a link, without fragment. None: it is none, or longer than 2,000 characters."""
    href = href.strip()
    if len(href) > LONGEST:
        return None
    if whole := WHOLE.fullmatch(href):
        return whole[1]
    if (rooted := ROOTED.fullmatch(href)) and (origin := AUTHORITY.match(base)):
        return origin[0] + rooted[1]
    return _resolved(href, base)


def _resolved(href: str, base: str) -> str | None:
    href = re.sub(r"[\t\r\n]", "", href)
    if not href:
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def tidy(url: str) -> str:
    """The address to request: the same resource, with host, escapes and query in one spelling.

    Idempotent. What is no http or https address comes back as it is.
    """
    if PLAIN.fullmatch(url):
        return url
    parts = spelled(url)
    return url if parts is None else urlunsplit(parts)


def spelled(url: str) -> SplitResult | None:
    """The parts in one spelling, without fragment, trackers and sessions. None: no http or https address."""
    if plain := PLAIN.fullmatch(url):
        return SplitResult(plain[1], plain[2], plain[3], "", "")
    try:
        parts = urlsplit(_respelled(url))
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return None
    host = parts.netloc.lower()
    if port == DEFAULT_PORTS[parts.scheme] or host.endswith(":"):
        host = host.rpartition(":")[0]
    path = SESSION_IN_PATH.sub("", parts.path).rstrip(";")
    path = _without_dots(segment for segment in path.split("/") if not SESSION_SEGMENT.fullmatch(segment))
    query = "&".join(item for item in parts.query.split("&") if item and not _beside_the_resource(item))
    return SplitResult(parts.scheme, host, path, query, "")


def _respelled(url: str) -> str:
    """w3lib's one spelling; a percent sign that escapes nothing is first escaped itself, or escapes would grow."""
    respelled: str = canonicalize_url(STRAY_PERCENT.sub("%25", url.strip()), keep_blank_values=True)
    return respelled


def _without_dots(segments: Iterable[str]) -> str:
    """The path with "." and ".." resolved (RFC 3986, 5.2.4)."""
    path: list[str] = []
    segment = ""
    for segment in segments:
        if segment == "..":
            del path[max(1, len(path) - 1) :]
        elif segment != ".":
            path.append(segment)
    if segment in (".", ".."):
        path.append("")
    return "/".join(path) or "/"


def _beside_the_resource(item: str) -> bool:
    name, _, value = item.partition("=")
    name = name.lower()
    if name in TRACKERS or name in SESSIONS or name.startswith(TRACKER_PREFIXES):
        return True
    return name in MAYBE_SESSIONS and RANDOM.fullmatch(value) is not None
