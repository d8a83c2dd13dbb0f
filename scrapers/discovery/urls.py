"""One address for one page: what is left of an address when nothing in it depends on where a visitor came from.

`tidy` gives the address to request: as announced, without trackers, session ids and fragment. `canonical` gives the
address that names the page: the same for its AMP, print and mobile variants, for http and https, with and without
"www." and a slash at the end. Two announcements are one page when their canonical addresses are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

from scrapers.discovery.words import listed

LONGEST = 2000
DEFAULT_PORTS = {"http": 80, "https": 443}

TRACKERS = frozenset(listed("trackers", "names"))
TRACKER_PREFIXES = listed("trackers", "prefixes")
MAYBE_TRACKERS = frozenset(listed("maybe_trackers", "names"))
SESSIONS = frozenset(listed("sessions", "names"))
MAYBE_SESSIONS = frozenset(listed("sessions", "random_names"))
PAGE_NUMBERS = frozenset(listed("first_page", "names"))
FIRST_PAGES = frozenset(listed("first_page", "values"))
VARIANTS = frozenset(
    (
        *listed("first_page", "whole_views"),
        *listed("amp", "query"),
        *listed("print", "query"),
        *listed("mobile", "query"),
    )
)
LAST_SEGMENTS = frozenset((*listed("amp", "segments"), *listed("print", "segments"), *listed("comments", "segments")))
ENDINGS = (*listed("amp", "endings"), *listed("print", "endings"))
INDEX_FILES = frozenset(listed("index", "files"))
IDS = frozenset(listed("ids", "names"))
HOSTS = frozenset(("www", *listed("amp", "hosts"), *listed("mobile", "hosts")))

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
AMP_CACHE = re.compile(r"[^/]+\.cdn\.ampproject\.org/(?:[a-z]/)?(s/)?([^/]+\..*)", re.IGNORECASE)
AMP_VIEWER = re.compile(r"(?:www\.)?google\.[a-z.]+/amp/(s/)?([^/]+\..*)", re.IGNORECASE)
# A slug of four words or more, a day, or a long number: such a path names one article whatever its query says.
NAMES_AN_ARTICLE = re.compile(r"(?<![^/-])[^/-]++(?:-[^/-]++){3,}|/\d{4}/\d{1,2}/\d{1,2}/[^/]|\d{6,}")
HOME = re.compile(r"(?:/[a-z]{2}(?:-[a-z]{2})?|/home)?/?", re.IGNORECASE)
PAGE_SEGMENTS = re.compile(r"/(?:page|seite|pagina|p)[/-]?\d{1,3}$", re.IGNORECASE)


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
    parts = _split(url)
    return url if parts is None else urlunsplit(parts)


@lru_cache(maxsize=50_000)
def canonical(url: str) -> str:
    """The address that names the page, equal for all variants of the address; to be compared, not fetched.

    Idempotent. What is no http or https address comes back as it is.
    """
    # Again while something goes: what one variant leaves may be another's mark ("/story/amp;jsessionid=1").
    before, after = url, _less(url)
    while before != after:
        before, after = after, _less(after)
    return after


def _less(url: str) -> str:
    parts = _split(_beyond_amp_cache(url))
    if parts is None:
        return url
    path = _plain_path(parts.path)
    named = names_an_article(path)
    if named:
        path = PAGE_SEGMENTS.sub("", path)
    query = "&".join(item for item in parts.query.split("&") if item and not _beside_the_page(item, named))
    scheme, host = _plain_origin(parts.scheme, parts.netloc)
    return urlunsplit((scheme, host, path, query, ""))


def names_an_article(path: str) -> bool:
    """Whether a path by itself names one article: a long slug, a day with something after it, a long number."""
    return NAMES_AN_ARTICLE.search(path) is not None


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


@lru_cache(maxsize=10_000)
def _site_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = _ascii((parts.hostname or "").rstrip(".")), parts.port
    except ValueError:
        return ""
    if _is_address(host) or "." not in host:
        return host if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"
    return _suffixes()(host).top_domain_under_public_suffix or host


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to the same owner by the public suffix list, private suffixes included."""
    site = site_of(one)
    return site != "" and site == site_of(other)


def is_home(url: str) -> bool:
    """Whether an address is a site's front page."""
    parts = urlsplit(canonical(url))
    return (
        re.fullmatch(r"(?:/[a-z]{2}(?:-[a-z]{2})?|/home)?/?", parts.path, re.IGNORECASE) is not None and not parts.query
    )


def believable(named: str, url: str) -> bool:
    """Whether the address that a page names as its own (rel=canonical, og:url) can be the page's own.

    It cannot where it lies on another site, is the front page or a section above the page, or lacks what tells the
    page from others: templates that name one address for all their pages are common.
    """
    if not same_site(named, url):
        return False
    there, here = urlsplit(canonical(named)), urlsplit(canonical(url))
    if there == here:
        return True
    if is_home(named) or here.path.startswith(there.path.rstrip("/") + "/"):
        return False
    return not _lost_ids(there, here)


def _lost_ids(there: SplitResult, here: SplitResult) -> bool:
    """Whether the page is named by its query, and the other address of the same path says nothing of it."""
    return there.path == here.path and bool(_ids(here.query) - _ids(there.query))


def _ids(query: str) -> set[str]:
    return {item for item in query.split("&") if item.partition("=")[0].lower() in IDS}


def _split(url: str) -> SplitResult | None:
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


def _beside_the_page(item: str, named: bool) -> bool:
    """named: the path alone names the article."""
    name, _, value = item.lower().partition("=")
    if name in PAGE_NUMBERS and (value in FIRST_PAGES or (named and value.isdigit() and len(value) <= 3)):
        return True
    return item.lower().rstrip("=") in VARIANTS or (named and name in MAYBE_TRACKERS)


def _plain_path(path: str) -> str:
    """Without doubled slashes, the names of index files, and what asks for another form of the same page."""
    segments = [plain for segment in path.split("/") if (plain := segment.rstrip(";"))]
    while segments and _is_variant(segments):
        segments.pop()
    path = "/" + "/".join(segments)
    for ending in ENDINGS:
        if path.lower().endswith(ending) and not path.lower().endswith("/" + ending):
            return _plain_path(path[: -len(ending)] + (".html" if ending.endswith(".html") else ""))
    return path


def _is_variant(segments: list[str]) -> bool:
    """Whether the last part of a path says the form, not the page. "/print" alone is a page."""
    last = segments[-1].lower()
    return last in INDEX_FILES or (len(segments) > 1 and last in LAST_SEGMENTS)


@lru_cache(maxsize=10_000)
def _plain_origin(scheme: str, host: str) -> tuple[str, str]:
    """https and the host without "www.", "m." or "amp.", where the host is a name and the port the default one."""
    parts = SplitResult(scheme, host, "", "", "")
    if parts.port is not None or _is_address(parts.hostname or "") or "." not in host:
        return scheme, host
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in HOSTS:
        labels.pop(0)
    return "https", ".".join(labels)


def _beyond_amp_cache(url: str) -> str:
    """The publisher's address of a page that a search engine holds a copy of."""
    address = url.strip().partition("://")[2]
    match = AMP_CACHE.fullmatch(address) or AMP_VIEWER.fullmatch(address)
    return url if match is None else f"{'https' if match[1] else 'http'}://{unquote(match[2])}"


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _is_address(host: str) -> bool:
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
