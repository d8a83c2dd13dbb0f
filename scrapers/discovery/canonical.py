"""One address for one page: the same for its AMP, print and mobile variants, for http and https, "www." or not.

Two announcements are one page when their canonical addresses are equal.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from scrapers.discovery.owners import is_address, same_site
from scrapers.discovery.urls import spelled
from scrapers.discovery.words import listed

MAYBE_TRACKERS = frozenset(listed("maybe_trackers", "names"))
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

AMP_CACHE = re.compile(r"[^/]+\.cdn\.ampproject\.org/(?:[a-z]/)?(s/)?([^/]+\..*)", re.IGNORECASE)
AMP_VIEWER = re.compile(r"(?:www\.)?google\.[a-z.]+/amp/(s/)?([^/]+\..*)", re.IGNORECASE)
# A slug of four words or more, a day, or a long number: such a path names one article whatever its query says.
NAMES_AN_ARTICLE = re.compile(r"(?<![^/-])[^/-]++(?:-[^/-]++){3,}|/\d{4}/\d{1,2}/\d{1,2}/[^/]|\d{6,}")
HOME = re.compile(r"(?:/[a-z]{2}(?:-[a-z]{2})?|/home)?/?", re.IGNORECASE)
PAGE_SEGMENTS = re.compile(r"/(?:page|seite|pagina|p)[/-]?\d{1,3}$", re.IGNORECASE)


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


def is_home(url: str) -> bool:
    """Whether an address is a site's front page."""
    parts = urlsplit(canonical(url))
    return HOME.fullmatch(parts.path) is not None and not parts.query


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


def names_an_article(path: str) -> bool:
    """Whether a path by itself names one article: a long slug, a day with something after it, a long number."""
    return NAMES_AN_ARTICLE.search(path) is not None


def _less(url: str) -> str:
    parts = spelled(_beyond_amp_cache(url))
    if parts is None:
        return url
    path = _plain_path(parts.path)
    named = names_an_article(path)
    if named:
        path = PAGE_SEGMENTS.sub("", path)
    query = "&".join(item for item in parts.query.split("&") if item and not _beside_the_page(item, named))
    scheme, host = _plain_origin(parts.scheme, parts.netloc)
    return urlunsplit((scheme, host, path, query, ""))


def _lost_ids(there: SplitResult, here: SplitResult) -> bool:
    """Whether the page is named by its query, and the other address of the same path says nothing of it."""
    return there.path == here.path and bool(_ids(here.query) - _ids(there.query))


def _ids(query: str) -> set[str]:
    return {item for item in query.split("&") if item.partition("=")[0].lower() in IDS}


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
    if parts.port is not None or is_address(parts.hostname or "") or "." not in host:
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
