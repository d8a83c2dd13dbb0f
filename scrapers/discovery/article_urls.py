"""Article or not, from the address alone, with the reason in words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

from courlan import is_navigation_page, is_not_crawlable
from courlan.filters import extension_filter, type_filter

from scrapers.discovery.canonical import IDS, canonical, is_home
from scrapers.discovery.words import listed

Kind = Literal["article", "section", "other", "unsure"]

NOT_ARTICLES = frozenset(listed("not_articles", "parts"))
FILES = frozenset(listed("not_articles", "files"))
LISTS = frozenset(listed("sections", "lists"))
MEDIA = frozenset(listed("media", "parts"))

DAY_AND_NAME = re.compile(r"/(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2]|[a-z]{3})[/-](?:0?[1-9]|[12]\d|3[01])/[^/]{3,}", re.I)
MONTH_AND_NAME = re.compile(r"/(?:19|20)\d\d/(?:0?[1-9]|1[0-2])/[^/]*[a-z][^/]*-[^/]+", re.IGNORECASE)
CALENDAR = re.compile(r"/(?:19|20)\d\d(?:[/-]\d{1,2}){0,2}/?$|/\d{4}-\d{2}-\d{2}/?$")
LONG_NUMBER = re.compile(r"\d{5,}")
HEX_ID = re.compile(r"(?=.*\d)[0-9a-f]{8,}(?:-[0-9a-f]{4,}){0,4}", re.IGNORECASE)
PAGE_ENDING = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cfm|ece|do)$", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{2,}")


class UrlVerdict(NamedTuple):
    """What an address lets expect of its page."""

    kind: Kind
    """article, section (a list of articles), other (neither), or unsure: only the page can tell."""
    reason: str
    """Why, in words for a person."""


@lru_cache(maxsize=20_000)  # the links of a page are mostly those of the page before
def judge_url(url: str) -> UrlVerdict:
    """What lies behind an address as far as the address tells; courlan's filters and rules of ours."""
    try:
        parts = urlsplit(canonical(url))
    except ValueError:
        return UrlVerdict("other", "not a valid address")
    segments = [segment for segment in parts.path.lower().split("/") if segment]
    if parts.scheme not in ("http", "https"):
        return UrlVerdict("other", "not an http or https address")
    return (
        _no_page(parts, segments)
        or _front(url)
        or _no_article(segments)
        or _list(parts, segments)
        or _article(parts, segments)
        or _courlan(url, parts)
        or _by_shape(segments)
    )


def _no_page(parts: SplitResult, segments: list[str]) -> UrlVerdict | None:
    _, dot, ending = segments[-1].rpartition(".") if segments else ("", "", "")
    if dot and (ending in FILES or not extension_filter(parts.path.lower())):
        return UrlVerdict("other", f"a file, not a page: .{ending}")
    return None


def _front(url: str) -> UrlVerdict | None:
    return UrlVerdict("section", "the front page") if is_home(url) else None


def _no_article(segments: list[str]) -> UrlVerdict | None:
    """Service pages: the first part of the path, or the last one, says so."""
    for segment in (segments[0], segments[-1]) if segments else ():
        if PAGE_ENDING.sub("", segment) in NOT_ARTICLES:
            return UrlVerdict("other", f"a service page: /{segment}")
    return None


def _list(parts: SplitResult, segments: list[str]) -> UrlVerdict | None:
    if CALENDAR.search(parts.path):
        return UrlVerdict("section", "a day, month or year of an archive")
    listing = LISTS.intersection(segments)
    if listing and not (DAY_AND_NAME.search(parts.path) or _has_number(segments[-1])):
        return UrlVerdict("section", f"a list of articles: /{sorted(listing)[0]}/")
    return None


def _article(parts: SplitResult, segments: list[str]) -> UrlVerdict | None:
    media = MEDIA.intersection(segments[:-1])
    if media:
        return UrlVerdict("unsure", f"perhaps only pictures or sound: /{sorted(media)[0]}/")
    if DAY_AND_NAME.search(parts.path) or MONTH_AND_NAME.search(parts.path):
        return UrlVerdict("article", "a date and a name in the path")
    return _by_last_part(segments) or _by_query(parts.query)


def _by_last_part(segments: list[str]) -> UrlVerdict | None:
    last = PAGE_ENDING.sub("", segments[-1]) if segments else ""
    words = len(WORD.findall(last))
    if words >= 4:
        return UrlVerdict("article", f"a name of {words} words")
    if words >= 2 and _has_number(last):
        return UrlVerdict("article", "a name and a number")
    if _has_number(last) and len(segments) > 1:
        return UrlVerdict("article", "a long number under a section")
    return None


def _by_query(query: str) -> UrlVerdict | None:
    for item in query.split("&"):
        name, _, value = item.partition("=")
        if name.lower() in IDS and any(character.isdigit() for character in value):
            return UrlVerdict("article", f"a number in the query: {item[:40]}")
    return None


def _courlan(url: str, parts: SplitResult) -> UrlVerdict | None:
    if is_not_crawlable(url):
        return UrlVerdict("other", "a service page, says courlan")
    if is_navigation_page(url):
        return UrlVerdict("section", "a list of articles, says courlan")
    if not type_filter(url, strict=True):
        return UrlVerdict("other", "no text page, says courlan")
    return None


def _by_shape(segments: list[str]) -> UrlVerdict:
    last = segments[-1] if segments else ""
    words = len(WORD.findall(PAGE_ENDING.sub("", last)))
    if PAGE_ENDING.search(last) and words >= 2:
        return UrlVerdict("unsure", "a page with a short name")
    if len(segments) <= 2 and words <= 2:
        return UrlVerdict("section", "a short path")
    return UrlVerdict("unsure", "the address does not tell")


def _has_number(segment: str) -> bool:
    name = PAGE_ENDING.sub("", segment)
    return LONG_NUMBER.search(name) is not None or HEX_ID.fullmatch(name) is not None
