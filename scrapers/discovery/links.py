"""Home and section pages → feeds they name, articles and sections they link to, and the page that follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin

import msgspec
from lxml import etree

from scrapers.discovery.announcement import Announcement
from scrapers.discovery.article_urls import judge_url
from scrapers.discovery.canonical import canonical
from scrapers.discovery.leads import Leads
from scrapers.discovery.owners import same_site, site_of
from scrapers.discovery.urls import absolute
from scrapers.discovery.words import lines, listed

MOST_LINKS = 5000
LONGEST_TEXT = 500
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
# A thousand attributes, many times or with more in one tag, keep libxml2 busy for minutes.
MOST_BYTES = 3 << 20  # of a page without its long tags; a tree takes up to forty times as much
LONG_TAG = re.compile(rb"<[^<]{4096,}")
NEXT_WORDS = frozenset(lines("next_page", "words"))
NEXT_SIGNS = frozenset(listed("next_page", "signs"))
PLACES = {"nav": "nav", "header": "header", "footer": "footer", "aside": "aside", "article": "article", "main": "main"}
ROLES = {"navigation": "nav", "banner": "header", "contentinfo": "footer", "complementary": "aside", "main": "main"}
FRAMES = frozenset(("nav", "footer"))
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
HEADLINE_WORDS = 4
FEED_PATH = re.compile(r"(?:/rss|/feed|\.rss|/atom)(?:\.xml)?/?$", re.IGNORECASE)
COMMENT_FEED = re.compile(r"comments?/feed|/comments\.(?:rss|xml|atom)|feed=comments", re.IGNORECASE)


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """Where one page leads. All addresses are absolute and of the same site, each once, in page order."""

    feeds: tuple[str, ...] = ()
    """Named in the head or linked to as feeds; those of comments are left out."""
    sitemaps: tuple[str, ...] = ()
    articles: tuple[Announcement, ...] = ()
    """Links that are likely articles by address, text and place."""
    sections: tuple[str, ...] = ()
    """Links that are likely lists of articles: sections, topics, archives."""
    others: tuple[tuple[str, str], ...] = ()
    """All further links, which are not to be followed, with the reason."""
    next_page: str | None = None
    """The following page of this list."""
    canonical: str | None = None
    """What the page names as its own address (rel=canonical), believable or not."""
    other_hosts: int = 0
    """Links to other sites, skipped."""


class Link(NamedTuple):
    """One <a> of a page."""

    url: str
    text: str
    """What it says, or what its picture or title says; one line."""
    place: str
    """main, article, nav, header, footer, aside, or "" where the page does not tell."""
    heading: bool
    """It stands in a heading, or holds one."""
    rel: str


def read_links(body: bytes, url: str, *, encoding: str | None = None) -> Links:
    """Where a page leads; url: its address after redirects, encoding: what the Content-Type named."""
    root = tree_of(body, encoding)
    return Links() if root is None else links_on(root, url)


def links_on(root: etree._Element, url: str, known: Leads | None = None) -> Links:
    """Where a parsed page leads; url: its address after redirects. known: links that are not looked at once more."""
    tags = _Tags(root)
    base = _base(tags.bases, url)
    addresses = list(_addresses(tags.anchors, base, known))
    places, is_ours = _Places(), _same_site_as(url)
    ours = [_link(element, address, places) for element, address in addresses if is_ours(address)]
    kinds = _kinds(ours, url)
    return Links(
        feeds=tuple(_feeds(tags.links, base, url, ours)),
        sitemaps=tuple(_heads(tags.links, base, "sitemap")),
        articles=tuple(kinds[0]),
        sections=tuple(kinds[1]),
        others=tuple(kinds[2]),
        next_page=_next_page(tags.links, base, url, ours),
        canonical=next(_heads(tags.links, base, "canonical"), None),
        other_hosts=len(addresses) - len(ours),
    )


def well_known_feeds(home: str) -> tuple[str, ...]:
    """Where feeds stand on sites that do not name theirs."""
    return tuple(urljoin(home, path) for path in listed("well_known", "feeds"))


def well_known_sitemaps(home: str) -> tuple[str, ...]:
    """Where sitemaps stand on sites whose robots.txt names none."""
    return tuple(urljoin(home, path) for path in listed("well_known", "sitemaps"))


def tree_of(body: bytes, encoding: str | None = None) -> etree._Element | None:
    """The page, parsed; None: nothing that can be read."""
    body = LONG_TAG.sub(lambda match: match[0].rpartition(b">")[2] if b">" in match[0] else b"", body)[:MOST_BYTES]
    unlabelled = encoding is None and b"charset" not in body[:2048].lower()
    for charset in ("utf-8" if unlabelled else encoding, None):
        try:
            parser = etree.HTMLParser(encoding=charset, recover=True, no_network=True, remove_comments=True)
            return etree.fromstring(body, parser) if body.strip() else None
        except LookupError:  # a charset nobody knows
            continue
        except etree.XMLSyntaxError:
            return None
    return None


class _Tags:
    """The tags of a page that lead elsewhere, found in one walk: a walk costs more than what is done with them."""

    def __init__(self, root: Any) -> None:
        self.bases: list[Any] = []
        self.links: list[Any] = []
        self.anchors: list[Any] = []
        """<a> and <area>."""
        lists = {"base": self.bases, "link": self.links, "a": self.anchors, "area": self.anchors}
        for element in root.iter(*lists):
            lists[element.tag].append(element)


def _same_site_as(url: str) -> Callable[[str], bool]:
    """Says of an address whether it belongs to the owner of `url`; of most strangers without the public suffix list."""
    site = site_of(url)
    if not site:
        return lambda address: False
    return lambda address: (site in address.lower() or not address.isascii()) and site_of(address) == site


def _base(bases: list[Any], url: str) -> str:
    href = next((element.get("href") for element in bases if element.get("href")), None)
    return absolute(href, url) or url if href else url


def _heads(links: list[Any], base: str, rel: str) -> Iterator[str]:
    """The addresses that <link rel=…> names, each once."""
    found = (element.get("href", "") for element in links if rel in element.get("rel", "").lower().split())
    yield from dict.fromkeys(address for href in found if (address := absolute(href, base)))


def _feeds(heads: list[Any], base: str, url: str, links: list[Link]) -> Iterator[str]:
    named = (
        absolute(element.get("href", ""), base)
        for element in heads
        if element.get("type", "").lower().partition(";")[0].strip() in FEED_TYPES
        and {"alternate", "feed"} & set(element.get("rel", "").lower().split())
    )
    linked = (link.url for link in links if FEED_PATH.search(link.url.partition("?")[0]))
    for address in dict.fromkeys((*named, *linked)):
        if address and address != url and not COMMENT_FEED.search(address):
            yield address


def _addresses(anchors: list[Any], base: str, known: Leads | None) -> Iterator[tuple[Any, str]]:
    is_new = None if known is None else known.on(base)
    for element in anchors[:MOST_LINKS]:
        href = element.get("href")
        if not href or (is_new is not None and not is_new(element, href)):
            continue
        address = absolute(href, base)
        if address is not None:
            yield element, address


def _link(element: Any, address: str, places: _Places) -> Link:
    place, under_heading = places.of(element.getparent())
    heading = under_heading or next(element.iter(*HEADINGS), None) is not None
    return Link(address, _says(element), place, heading, element.get("rel", "").lower())


def _says(element: Any) -> str:
    text = " ".join("".join(element.itertext()).split())
    if not text:
        pictures = (picture.get("alt") for picture in element.iter("img") if picture.get("alt"))
        text = element.get("aria-label") or element.get("title") or next(pictures, "")
    return " ".join(text.split())[:LONGEST_TEXT]


class _Places:
    """Where the elements of a page stand; each is looked at once, however many links it holds."""

    def __init__(self) -> None:
        self._known: dict[Any, tuple[str, bool]] = {None: ("", False)}

    def of(self, element: Any) -> tuple[str, bool]:
        """The place (see `Link`) by the nearest element that has one, and whether a heading is around it."""
        chain = []
        while element not in self._known:
            chain.append(element)
            element = element.getparent()
        place, heading = self._known[element]
        for each in reversed(chain):
            place = ROLES.get(each.get("role", ""), "") or PLACES.get(each.tag, "") or place
            heading = heading or each.tag in HEADINGS
            self._known[each] = place, heading
        return place, heading


def _kinds(links: list[Link], url: str) -> tuple[list[Announcement], list[str], list[tuple[str, str]]]:
    """The articles, the sections and the rest of the links, each address once; its longest text counts."""
    texts: dict[str, Link] = {}
    for link in links:
        known = texts.get(canonical(link.url))
        if known is None or _weight(link) > _weight(known):
            texts[canonical(link.url)] = link if known is None else link._replace(url=known.url)
    texts.pop(canonical(url), None)
    articles, sections, others = [], [], []
    for link in texts.values():
        kind, reason = _judge(link)
        if kind == "article":
            title = link.text if len(link.text.split()) >= HEADLINE_WORDS else None
            articles.append(Announcement(url=link.url, source="page", source_url=url, title=title, reason=reason))
        elif kind == "section":
            sections.append(link.url)
        else:
            others.append((link.url, reason))
    return articles, sections, others


def _weight(link: Link) -> tuple[bool, int]:
    return link.heading, len(link.text)


def _judge(link: Link) -> tuple[str, str]:
    """What a link leads to, and why: the address first, then what the link says and where."""
    verdict = judge_url(link.url)
    words = len(link.text.split())
    if verdict.kind in ("article", "other"):
        return verdict.kind, verdict.reason
    if verdict.kind == "unsure" and link.heading and words >= HEADLINE_WORDS:
        return "article", "a headline that links to it"
    if verdict.kind == "unsure" and words > HEADLINE_WORDS and link.place not in FRAMES:
        return "article", f"a link of {words} words"
    if verdict.kind == "section" and link.heading and words > HEADLINE_WORDS and link.place not in FRAMES:
        return "article", "a headline that links to it, though the address is short"
    return ("section", verdict.reason) if verdict.kind == "section" else ("unsure", verdict.reason)


def _next_page(heads: list[Any], base: str, url: str, links: list[Link]) -> str | None:
    named = next(_heads(heads, base, "next"), None)
    marked = (link.url for link in links if "next" in link.rel.split())
    said = (link.url for link in links if says_next(link.text))
    for address in (named, *marked, *said):
        if address and address != url and same_site(address, url):
            return address
    return None


def says_next(text: str) -> bool:
    """Whether a link's words, in one of many languages, or its sign say that it leads to the following page."""
    plain = text.lower().strip(" ›»→>≫⟩|·.…")
    return plain in NEXT_WORDS or text.strip() in NEXT_SIGNS
