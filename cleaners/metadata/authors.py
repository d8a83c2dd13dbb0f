"""Who wrote it: claims from JSON-LD, meta tags, bylines near the headline, and author boxes."""

from __future__ import annotations

import re
from typing import Any

from cleaners.metadata.claims import Candidate, Claim, group
from cleaners.metadata.head import Head
from cleaners.metadata.json_ld import Graph, Node, text_of, types_of
from cleaners.metadata.names import byline, key_of, looks_like_name, people
from cleaners.metadata.nearby import Spot
from items import Block, Place

LONGEST_BYLINE = 160
LONGEST_ALONE = 70
MOST_BLOCKS = 600
LINES_BEFORE, LINES_AFTER = 6, 14
META = {
    "meta_author": ("author", "authors", "dc.creator", "dcterms.creator", "byl"),
    "meta_citation": ("citation_author",),
    "meta_article_author": ("article:author", "og:article:author", "og:author", "article:author_name"),
    "meta_parsely": ("parsely-author", "sailthru.author", "cxenseparse:author", "vr:author", "cse_author", "rbauthors"),
}
NO_NAME = re.compile(r"[:©()<>/|?!…]|\b(?:foto|photo|bild|image|news|blog|mehr|more|top|table|content|kategorie)", re.IGNORECASE)
LABELS = ("written by", "by", "verfasst von", "geschrieben von", "écrit par", "escrito por", "scritto da", "author", "autor")


def author_claims(
    head: Head, graph: Graph, spots: list[Spot], lines: list[tuple[int, Block]], blocks: list[Block],
    sites: set[str],
) -> list[Claim]:
    """Everything the page says of who wrote it. lines: blocks near the headline, with their distance from it."""
    claims: list[Claim] = []
    _claim(claims, "json_ld", _from_nodes(graph, graph.article.get("author"), ("person", "")))
    if not claims:
        _claim(claims, "json_ld_org", _from_nodes(graph, graph.article.get("author"), None))
    _without_site(claims, sites)
    _claim(claims, "json_ld_creator", _from_nodes(graph, graph.article.get("creator"), None))
    _claim(claims, "json_ld_page", _from_nodes(graph, graph.page.get("author"), None))
    for source, keys in META.items():
        values = [value for value in head.meta(*keys) if "://" not in value]
        _claim(claims, source, [name for value in values[:12] for name in people(value)])
    _claim(claims, "meta_label", _labelled(head))
    seen_lines = 0
    for at, block in lines:
        found = byline(block.text[:LONGEST_BYLINE])
        if found:
            _claim(claims, f"line_{'first' if not seen_lines else 'later'}", found)
            seen_lines += 1
        elif 0 < at <= 3 and _is_bare_name(block.text):
            _claim(claims, "line_bare", people(block.text))
    _from_spots(claims, spots)
    for at, text in enumerate(author_boxes(blocks)):
        _claim(claims, "box_first" if at == 0 else "box", byline(text, known=True))
    if not claims:
        for block in blocks[:MOST_BLOCKS]:
            if len(block.text) <= LONGEST_ALONE:
                _claim(claims, "anywhere", byline(block.text))
    return claims


def _is_bare_name(text: str) -> bool:
    return len(text) <= 40 and 2 <= len(text.split()) <= 4 and not NO_NAME.search(text) and looks_like_name(text)


def _claim(claims: list[Claim], source: str, names: list[str]) -> None:
    unique = {key_of(name): name for name in reversed(names)}
    key = frozenset(unique)
    if key:
        claims.append(Claim(source, tuple(reversed(unique.values())), key))


def _without_site(claims: list[Claim], sites: set[str]) -> None:
    """Where the site's own name stands among people: the people alone, as a claim of their own."""
    for claim in list(claims):
        names = [name for name in claim.value if key_of(name) not in sites]
        if names and len(names) < len(claim.value):
            _claim(claims, "json_ld_people", names)


def _from_nodes(graph: Graph, value: Any, kinds: tuple[str, ...] | None) -> list[str]:
    """Names of the nodes or strings; with `kinds` only where some node's type is one of them."""
    nodes = value if isinstance(value, list) else [value]
    names: list[str] = []
    for node in nodes[:30]:
        whole = graph.look_up(node)
        if isinstance(whole, dict) and kinds and not (types_of(whole) or {""}) & set(kinds):
            continue
        names += _names_of(whole)
    return names


def _names_of(node: Node | Any) -> list[str]:
    if isinstance(node, dict) and isinstance(node.get("name"), list):
        return [name for part in node["name"][:20] if isinstance(part, str) for name in people(part)]
    text = text_of(node)
    return people(text) if text and "://" not in text else []


def _labelled(head: Head) -> list[str]:
    """Yoast's twitter:label1 "Written by", twitter:data1 the name."""
    for number in ("1", "2"):
        if head.first(f"twitter:label{number}").lower() in LABELS:
            return people(head.first(f"twitter:data{number}"))
    return []


def _from_spots(claims: list[Claim], spots: list[Spot]) -> None:
    """Elements whose class says author; several names side by side (each an element of its own) also as one list."""
    close: list[str] = []
    for spot in spots:
        if spot.kind not in ("author", "author_box"):
            continue
        names = byline(spot.text, known=True)
        if not names:
            continue
        where = "after" if spot.at > 0 else "before"
        _claim(claims, f"spot_{where}" if spot.kind == "author" else "spot_box", names)
        if spot.kind == "author" and spot.at > 0:
            close += names
    if close:
        _claim(claims, "spots_all", close)
        first = next(spot for spot in spots if spot.kind == "author" and byline(spot.text, known=True))
        _claim(claims, "spots_first", byline(first.text, known=True))


def lines_near(blocks: list[Block], headline: int | None) -> list[tuple[int, Block]]:
    """The short blocks around the headline's block (number `headline`), with their distance; none where unknown."""
    if headline is None:
        return []
    start = max(0, headline - LINES_BEFORE)
    near = enumerate(blocks[start : headline + LINES_AFTER + 1], start - headline)
    return [(at, block) for at, block in near if at and len(block.text) <= LONGEST_BYLINE]


def author_boxes(blocks: list[Block]) -> list[str]:
    """Texts of the blocks whose container's class names an author, in page order."""
    judged: dict[int, bool] = {}
    texts = []
    for block in blocks:
        place = block.place
        if place is None or len(block.text) > LONGEST_BYLINE:
            continue
        if place.number not in judged:
            judged[place.number] = _is_author_place(place)
        if judged[place.number]:
            texts.append(block.text)
            if len(texts) >= 6:
                break
    return texts


def _is_author_place(place: Place) -> bool:
    names = place.names.lower()
    return ("author" in names or "byline" in names) and "comment" not in names and "related" not in names


def author_candidates(claims: list[Claim], sites: set[str]) -> list[Candidate]:
    """The candidates with what speaks for and against each. sites: keys of the site's own names."""
    candidates = group(claims)
    for candidate in candidates:
        add = candidate.features
        key: frozenset[str] = candidate.key
        add["several"] = float(len(key) > 1)
        add["many"] = float(len(key) > 3)
        shown = candidate.claims[0].value
        add["not_name_like"] = sum(not looks_like_name(name) for name in shown) / len(shown)
        add["one_word"] = sum(" " not in name for name in shown) / len(shown)
        add["is_site"] = float(any(name in sites for name in key))
        add["agreeing"] = min(len(candidate.sources), 6) ** 0.5
        _overlaps(add, candidate, candidates)
    return candidates


def _overlaps(add: dict[str, float], candidate: Candidate, candidates: list[Candidate]) -> None:
    """Who names some of these people, or more."""
    key: frozenset[str] = candidate.key
    for other in candidates:
        if other is candidate:
            continue
        if key < other.key:
            kind = "within"
        elif other.key < key:
            kind = "holds"
        elif key & other.key or _alike(key, other.key):
            kind = "overlaps"
        else:
            continue
        for source in other.sources:
            add[f"{kind}_{source}"] = 1.0


def _alike(one: frozenset[str], two: frozenset[str]) -> bool:
    """One name of each where one's words hold the other's: Jane Doe and Jane M. Doe."""
    if len(one) != 1 or len(two) != 1:
        return False
    a, b = set(next(iter(one)).split()), set(next(iter(two)).split())
    return a < b or b < a
