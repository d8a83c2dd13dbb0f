"""Who wrote it: claims from JSON-LD and meta tags, and what speaks for each candidate. Bylines: bylines.py."""

from __future__ import annotations

import re
from typing import Any

from cleaners.metadata.bylines import byline_claims, people_claim
from cleaners.metadata.claims import Candidate, Claim, group
from cleaners.metadata.evidence import Evidence
from cleaners.metadata.head import Head
from cleaners.metadata.json_ld import Graph, Node, text_of, types_of
from cleaners.metadata.names import LONGEST, MOST_PEOPLE, WORDS, key_of, looks_like_name, people
from items import Announced

META = {
    "meta_author": ("author", "authors", "dc.creator", "dcterms.creator", "byl"),
    "meta_citation": ("citation_author",),
    "meta_article_author": ("article:author", "og:article:author", "og:author", "article:author_name"),
    "meta_parsely": ("parsely-author", "sailthru.author", "cxenseparse:author", "vr:author", "cse_author", "rbauthors"),
}
IN_BRACKETS = re.compile(r"^\s*[^\s@]+@\S+\s+\(([^()]+)\)\s*$")  # RSS 2.0's <author>
# Words of names that are no person's.
BODY = frozenset(WORDS["bodies"])
LABELS = (
    "written by",
    "by",
    "verfasst von",
    "geschrieben von",
    "écrit par",
    "escrito por",
    "scritto da",
    "author",
    "autor",
)


def author_claims(evidence: Evidence) -> list[Claim]:
    """Everything the page says of who wrote it."""
    claims = _stated(evidence.head, evidence.graph)
    people_claim(claims, "announced", _announced(evidence.announced))
    _without_site(claims, evidence.sites)
    named = any(not claim.key <= evidence.sites for claim in claims)
    return claims + byline_claims(evidence, named=named, silent=not claims)


def _stated(head: Head, graph: Graph) -> list[Claim]:
    """What the page says to machines."""
    claims: list[Claim] = []
    people_claim(claims, "json_ld", _from_nodes(graph, graph.article.get("author"), ("person", "")))
    if not claims:
        people_claim(claims, "json_ld_org", _from_nodes(graph, graph.article.get("author"), None))
    people_claim(claims, "json_ld_creator", _from_nodes(graph, graph.article.get("creator"), None))
    people_claim(claims, "json_ld_page", _from_nodes(graph, graph.page.get("author"), None))
    for source, keys in META.items():
        values = [value for value in head.meta(*keys) if "://" not in value]
        people_claim(claims, source, [name for value in values[:12] for name in people(value)])
    people_claim(claims, "meta_label", _labelled(head))
    return claims


def _announced(announced: Announced | None) -> list[str]:
    """Names as a feed gives them, "mail@example.org (Jane Doe)" without the address."""
    given = announced.authors[:MOST_PEOPLE] if announced else ()
    return [name for value in given for name in people(IN_BRACKETS.sub(r"\1", value[:LONGEST]))]


def _without_site(claims: list[Claim], sites: set[str]) -> None:
    """Where the site's own name stands among people: the people alone, as a claim of their own."""
    for claim in list(claims):
        names = [name for name in claim.value if key_of(name) not in sites]
        if names and len(names) < len(claim.value):
            people_claim(claims, "people_" + claim.source, names)


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
        add["body"] = sum(not BODY.isdisjoint(name.split()) for name in key) / len(key)
        add["agreeing"] = min(len(candidate.sources), 6) ** 0.5
        families = {_family(source) for source in candidate.sources}
        add["two_families"] = float(len(families) == 2)
        add["three_families"] = float(len(families) == 3)
        for family in families:
            add[f"any_{family}"] = 1.0
        _overlaps(add, candidate, candidates)
    _against_persons(candidates)
    return candidates


def _against_persons(candidates: list[Candidate]) -> None:
    """A site, a team or an agency among candidates of whom another is a person's name shown to the reader."""
    persons = [one for one in candidates if _is_person(one)]
    for candidate in candidates:
        add = candidate.features
        if (add["is_site"] or add["body"]) and any(one is not candidate for one in persons):
            add["person_shown"] = 1.0


def _is_person(candidate: Candidate) -> bool:
    add = candidate.features
    if add["is_site"] or add["body"] or add["one_word"] or add["not_name_like"]:
        return False
    return any(
        source.startswith(("line_first", "line_bare", "labelled", "spot_after", "box_first"))
        for source in candidate.sources
    )


def _overlaps(add: dict[str, float], candidate: Candidate, candidates: list[Candidate]) -> None:
    """Who names some of these people, or more."""
    key: frozenset[str] = candidate.key
    if len(key) > 1:
        singly = frozenset().union(*(other.key for other in candidates if other.key < key))
        add["covered"] = len(singly) / len(key)
    for other in candidates:
        if other is candidate:
            continue
        if key < other.key:
            kind = "within"
            if "json_ld" in other.sources:
                add["within_json_ld"] = 1.0
        elif other.key < key:
            kind = "holds"
        elif key & other.key or _alike(key, other.key):
            kind = "overlaps"
        else:
            continue
        for source in other.sources:
            add[f"{kind}_{_family(source)}"] = 1.0


def _family(source: str) -> str:
    """Which kind of witness: what the page says to machines, marks by class names, or writes in its text."""
    if source.startswith(("json_ld", "meta_", "people_", "announced")):
        return "stated"
    return "marked" if source.startswith(("spot", "box")) else "written"


def _alike(one: frozenset[str], two: frozenset[str]) -> bool:
    """One name of each where one's words hold the other's: Jane Doe and Jane M. Doe."""
    if len(one) != 1 or len(two) != 1:
        return False
    a, b = set(next(iter(one)).split()), set(next(iter(two)).split())
    return a < b or b < a
