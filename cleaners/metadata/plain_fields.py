"""The fields that need no contest: each asks its witnesses in a fixed order and notes who agrees.

The confidences are shares of right answers counted by eye on development pages (docs/metadata.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from cleaners.metadata.head import Head
from cleaners.metadata.json_ld import Graph, page_key, text_of, types_of
from cleaners.metadata.titles import key_of
from cleaners.metadata.urls import absolute, may_stand_for, without_trackers
from items import Announced, Field

MOST_TAGS = 30
LONGEST_TAG = 60
LONGEST_SUMMARY = 1000
# What an address says that is no picture of an article: logos, stand-ins, pictures that stand for the whole site.
NO_IMAGE = re.compile(
    r"logo|favicon|/(?:arc-)?authors?/|sprite|placeholder|default[-_.]|(?<!/sites)/default/|avatar|gravatar|blank\.|spacer"
    r"|pixel\.|1x1|apple-touch|fallback|no-?image|noimage|dummy|social-?share|share-?image|social-wide|subscribe-card"
    r"|og-?default|open-?graph\.|/og\.(?:png|jpe?g)|\.svg(?:$|\?)|\.ico(?:$|\?)"
)  # of an address in small letters: that is found three times as fast as any case

IMAGE_METAS = ("image", "parsely-image-url", "sailthru.image.full", "thumbnailurl", "thumbnail")
NO_LICENSE = re.compile(r"privacy|terms|copyright|impressum|legal|agb", re.IGNORECASE)

Said = Iterable[tuple[str, str]]


def first_of(said: Said, alone: float, agreed: float, key: Callable[[str], Any] = str) -> Field | None:
    """The first witness's value; `alone` and `agreed`: the confidence without and with a second who says the same."""
    witnesses = [(source, value) for source, value in said if value]
    if not witnesses:
        return None
    source, value = witnesses[0]
    agrees = tuple(dict.fromkeys(who for who, other in witnesses[1:] if key(other) == key(value) and who != source))
    conflicts = tuple(dict.fromkeys(who for who, other in witnesses[1:] if key(other) != key(value)))
    return Field(value=value, source=source, agrees=agrees, conflicts=conflicts, confidence=agreed if agrees else alone)


def publisher(head: Head, graph: Graph, announced: Announced | None = None) -> Field | None:
    """What the publication calls itself."""
    node = graph.look_up(graph.article.get("publisher"))
    sites = [text_of(other) for other in graph.ids.values() if "website" in types_of(other)][:1]
    said = [
        ("og", head.first("og:site_name")),
        ("json_ld", text_of(node)),
        ("json_ld_site", "".join(sites)),
        (
            "meta",
            head.first("publisher", "dc.publisher", "dcterms.publisher", "application-name", "cxenseparse:sitename"),
        ),
        ("announced", (announced.publisher if announced else None) or ""),
    ]
    return first_of([(who, name.strip()[:200]) for who, name in said if "://" not in name], 0.85, 0.95, key_of)


def section(head: Head, graph: Graph, announced: Announced | None = None) -> Field | None:
    """The part of the publication: Politics, Sport."""
    said = [
        ("json_ld", text_of(graph.article.get("articleSection"))),
        ("meta", head.first("article:section", "og:section", "parsely-section", "cxenseparse:category", "section")),
        ("meta_category", head.first("category", "sailthru.section", "dc.subject")),
        ("announced", (announced.section if announced else None) or ""),
    ]
    return first_of([(who, name.split(",")[0].strip()[:100]) for who, name in said], 0.8, 0.95, key_of)


def tags(head: Head, graph: Graph, announced: Announced | None = None) -> Field | None:
    """Keywords, each once, from the first witness that has any."""
    words = graph.article.get("keywords")
    listed = [word for word in words if isinstance(word, str)] if isinstance(words, list) else [text_of(words)]
    said = [
        ("article_tag", head.meta("article:tag", "og:article:tag", "og:video:tag")),
        ("json_ld", listed),
        ("news_keywords", head.meta("news_keywords")),
        ("parsely", head.meta("parsely-tags", "sailthru.tags", "cxenseparse:keywords", "mrf:tags")),
        ("keywords", head.meta("keywords")),
        ("announced", list(announced.tags[:MOST_TAGS]) if announced else []),
    ]
    for source, values in said:
        found = _split_tags(values)
        if found:
            return Field(value=tuple(found), source=source, confidence=0.8)
    return None


def _split_tags(values: list[str]) -> list[str]:
    parts = [part.strip(" \t\n#\"'") for value in values[:60] for part in re.split(r"[,;]", value[:2000])]
    unique = {part.casefold(): part for part in reversed(parts) if part and len(part) <= LONGEST_TAG}
    return list(reversed(unique.values()))[:MOST_TAGS]


def summary(head: Head, graph: Graph, title: str | None, announced: Announced | None = None) -> Field | None:
    """What the page says it is about, in a sentence or two."""
    said = [
        ("og", head.first("og:description")),
        ("meta", head.first("description", "dc.description", "dcterms.description", "sailthru.description")),
        ("json_ld", text_of(graph.article.get("description"))),
        ("twitter", head.first("twitter:description")),
        ("announced", (announced.summary if announced else None) or ""),
    ]
    different = [
        (who, value.strip()[:LONGEST_SUMMARY]) for who, value in said if key_of(value[:400]) != key_of(title or "")
    ]
    return first_of(different, 0.85, 0.95, lambda value: key_of(value)[:80])


def canonical_url(head: Head, graph: Graph, url: str | None) -> Field | None:
    """The page's lasting address: one it names itself and that can be its own, else where it was found."""
    node = graph.article
    whole = node.get("mainEntityOfPage")
    said = [
        ("link", next(iter(head.links.get("canonical", ())), "")),
        ("og", head.first("og:url")),
        ("json_ld", whole.get("@id") or whole.get("url") if isinstance(whole, dict) else whole or node.get("url")),
    ]
    checked: list[tuple[str, str]] = []
    for source, href in said:
        address = absolute(url, href) if isinstance(href, str) else None
        borne_out = source != "json_ld" or url is None or page_key(address or "") == page_key(url)
        if address and borne_out and may_stand_for(address, url):
            checked.append((source, without_trackers(address)))
    here = absolute(None, url) if url else None
    if here:
        checked.append(("address", without_trackers(here)))
    return first_of(checked, 0.9, 0.98, page_key)


def image(head: Head, graph: Graph, url: str | None, announced: Announced | None = None) -> Field | None:
    """The lead image: the largest of JSON-LD's where it gives sizes, unless all witnesses only know a logo."""
    said = [
        *(("og", value) for value in head.meta("og:image", "og:image:url", "og:image:secure_url")[:2]),
        *(("json_ld", value) for value in _images(graph, graph.article.get("image"))),
        *(("twitter", value) for value in head.meta("twitter:image", "twitter:image:src")[:1]),
        *(("meta", value) for value in head.meta(*IMAGE_METAS)[:1]),
        *(("link", value) for value in head.links.get("image_src", ())[:1]),
        ("announced", (announced.image if announced else None) or ""),
    ]  # fmt: skip
    addresses = {value: _picture(url, value) for value in dict.fromkeys(value for _, value in said)}
    credible = [(who, address) for who, value in said if (address := addresses[value])]
    return first_of(credible, 0.88, 0.96, _picture_key)


def _picture(url: str | None, value: str) -> str | None:
    address = absolute(url, value)
    return address if address and is_picture(address) else None


def _images(graph: Graph, value: Any) -> list[str]:
    """Addresses of JSON-LD images, the widest first."""
    nodes = [graph.look_up(node) for node in (value if isinstance(value, list) else [value])[:20]]
    sized: list[tuple[float, str]] = []
    for node in nodes:
        address = node.get("url") or node.get("contentUrl") if isinstance(node, dict) else node
        if isinstance(address, list):
            address = address[0] if address else None
        if isinstance(address, str):
            sized.append((_width(node), address))
    return [address for _, address in sorted(sized, key=lambda pair: -pair[0])]


def _width(node: Any) -> float:
    width = node.get("width") if isinstance(node, dict) else None
    if isinstance(width, str) and width[:5].isdecimal():
        return float(width[:5])
    return float(width) if isinstance(width, int | float) else 0.0


def is_picture(address: str) -> bool:
    """Whether an address can be a photograph's: not a logo's, a tracking pixel's or a stand-in's."""
    path = urlsplit(address).path
    return len(path) > 1 and not NO_IMAGE.search(address[:LONGEST_SUMMARY].lower())


def _picture_key(address: str) -> str:
    return urlsplit(address).path.rsplit("/", 1)[-1].lower()


def access(graph: Graph, head: Head) -> Field | None:
    """free or paywalled, as the page says of itself. None: it says nothing."""
    for node in (graph.article, *_parts(graph.article)):
        free = node.get("isAccessibleForFree")
        word = str(free).rsplit("/", 1)[-1].lower() if isinstance(free, bool | str) else ""
        if word in ("false", "no"):
            return Field(value="paywalled", source="json_ld", confidence=0.95)
        if word in ("true", "yes"):
            return Field(value="free", source="json_ld", confidence=0.95)
    tier = head.first("article:content_tier", "og:article:content_tier").lower()
    if tier in ("free", "locked"):
        return Field(value="free" if tier == "free" else "paywalled", source="meta", confidence=0.9)
    return None


def _parts(node: dict[str, Any]) -> list[dict[str, Any]]:
    parts = node.get("hasPart")
    return [part for part in (parts if isinstance(parts, list) else [parts])[:10] if isinstance(part, dict)]


def license_of(head: Head, graph: Graph, url: str | None) -> Field | None:
    """The address of the licence the text is under."""
    said = [
        ("link", next(iter(head.links.get("license", ())), "")),
        ("json_ld", text_of(graph.article.get("license"))),
        ("meta", head.first("dc.rights.license", "dcterms.license", "dc.license")),
    ]
    found = [
        (who, address) for who, href in said if (address := absolute(url, href)) and not NO_LICENSE.search(address)
    ]
    return first_of(found, 0.8, 0.95)
