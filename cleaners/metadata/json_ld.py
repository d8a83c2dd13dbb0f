"""JSON-LD: which of a page's nodes is about this article, and what it says.

Scripts come in every shape: one node, a list, @graph, nodes inside nodes, references by @id, broken JSON. That is
repaired only where that is cheap (comment marks, raw line breaks, commas too many); what still does not parse is left
to `cleaners.metadata.scraps`.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any, NamedTuple

import msgspec

from cleaners.metadata.scraps import from_broken

Node = dict[str, Any]

ARTICLE = frozenset(
    "advertisercontentarticle analysisnewsarticle article askpublicnewsarticle backgroundnewsarticle blogposting"
    " discussionforumposting liveblogposting medicalscholarlyarticle newsarticle opinionnewsarticle posting recipe"
    " report reportagenewsarticle review reviewnewsarticle satiricalarticle scholarlyarticle socialmediaposting"
    " techarticle howto medicalwebpage audioobject videoobject podcastepisode claimreview creativework".split()
)
BEST = frozenset(ARTICLE - {"review", "claimreview", "audioobject", "videoobject", "creativework", "howto", "recipe"})
PAGE = frozenset(("webpage", "itempage", "aboutpage", "faqpage", "qapage", "collectionpage", "profilepage"))
# Never about this article: what stands under these keys is another article, a comment, a listed item.
ELSEWHERE = frozenset(
    "itemlistelement comment review reviews mentions hasparts isrelatedto relatedlink citation isbasedon"
    " associatedmedia blogpost blogposts liveblogupdate suggestedanswer acceptedanswer about publisher"
    " sourceorganization breadcrumb image logo potentialaction author creator contributor editor video audio".split()
)
MOST_NODES = 3000
DEEPEST = 30
OPENING = ("<!--", "//<![CDATA[", "// <![CDATA[", "/*<![CDATA[*/", "<![CDATA[")
CLOSING = ("-->", "//]]>", "// ]]>", "/*]]>*/", "]]>")
SPARE_COMMA = re.compile(r",(\s{0,50}[}\]])")


class Graph(NamedTuple):
    """article: the node about this article. page: the node about the page. ids: every node that has an @id."""

    article: Node
    page: Node
    ids: dict[str, Node]
    broken: list[str]

    def look_up(self, value: Any) -> Any:
        """The node a {"@id": …} stands for, or the value itself."""
        if isinstance(value, dict) and len(value) <= 2 and isinstance(value.get("@id"), str):
            return self.ids.get(value["@id"], value)
        return value


def read_json_ld(scripts: list[str], url: str | None) -> Graph:
    """Parses the scripts and picks the nodes about the article and the page. Never raises."""
    broken: list[str] = []
    roots = []
    for script in scripts:
        parsed = parse(script)
        if parsed is None:
            broken.append(script)
        else:
            roots.append(parsed)
    ids: dict[str, Node] = {}
    articles: list[Node] = []
    pages: list[Node] = []
    for node, aside in _nodes(roots):
        if isinstance(node.get("@id"), str) and len(node) > 1:
            held = ids.get(node["@id"])
            if held is None or len(held) < len(node):
                ids[node["@id"]] = node
        if not aside:
            types = types_of(node)
            if types & ARTICLE:
                articles.append(node)
            elif types & PAGE:
                pages.append(node)
    best = max(articles, key=lambda node: _fit(node, url), default=None) or dict(from_broken(broken))
    return Graph(best, pages[0] if pages else {}, ids, broken)


def parse(script: str) -> Any | None:
    """The script's JSON, repaired where that is cheap. None: not JSON."""
    text = _without_marks(script)
    if not text:
        return {}
    for attempt in (_strict, _lenient, _repaired):
        try:
            return attempt(text)
        except (ValueError, RecursionError):
            continue
    return None


def _without_marks(script: str) -> str:
    """The script without white space, comment and CDATA marks around it."""
    text = script.strip().lstrip("\ufeff")
    for mark in OPENING:
        text = text.removeprefix(mark).lstrip()
    text = text.rstrip().removesuffix(";").rstrip()
    for mark in CLOSING:
        text = text.removesuffix(mark).rstrip()
    return text.removesuffix(";")


def _strict(text: str) -> Any:
    return msgspec.json.decode(text)


def _lenient(text: str) -> Any:
    """Allows raw line breaks in strings, and takes the first value where several follow each other."""
    return json.JSONDecoder(strict=False).raw_decode(text)[0]


def _repaired(text: str) -> Any:
    return json.JSONDecoder(strict=False).raw_decode(SPARE_COMMA.sub(r"\1", text))[0]


def types_of(node: Node) -> set[str]:
    """The node's @type, lower-cased, without the schema's address."""
    found = node.get("@type")
    kinds = found if isinstance(found, list) else [found]
    return {kind[:100].rsplit("/", 1)[-1].lower() for kind in kinds[:10] if isinstance(kind, str)}


def _nodes(roots: list[Any]) -> list[tuple[Node, bool]]:
    """Every node in the order written, and whether it stands aside: inside a list, a comment, an author."""
    found: list[tuple[Node, bool]] = []
    stack: list[tuple[Any, bool, int]] = [(root, False, 0) for root in reversed(roots)]
    while stack and len(found) < MOST_NODES:
        value, aside, depth = stack.pop()
        if depth > DEEPEST:
            continue
        if isinstance(value, dict):
            found.append((value, aside))
            inner = [
                (below, aside or str(key)[:40].lower() in ELSEWHERE, depth + 1)
                for key, below in value.items()
                if isinstance(below, dict | list)
            ]
            stack.extend(reversed(inner))
        elif isinstance(value, list):
            stack.extend((below, aside, depth + 1) for below in reversed(value[:MOST_NODES]))
    return found


def _fit(node: Node, url: str | None) -> tuple[bool, bool, int]:
    """How well a node fits as the one about this article: its kind, its address, how much it says."""
    says = sum(key in node for key in ("headline", "datePublished", "author", "articleBody", "dateModified", "image"))
    return bool(types_of(node) & BEST), _same_page(node, url), says


def _same_page(node: Node, url: str | None) -> bool:
    if not url:
        return False
    here = page_key(url)
    whole = (node.get("url"), node.get("mainEntityOfPage"), node.get("@id"))
    named = [value.get("@id") if isinstance(value, dict) else value for value in whole]
    return any(isinstance(value, str) and page_key(value) == here for value in named)


def page_key(url: str) -> str:
    """An address without scheme, www, query, fragment and last slash: enough to tell pages of one site apart."""
    bare = url[:2000].split("#", 1)[0].split("?", 1)[0].rstrip("/")
    return bare.split("://", 1)[-1].removeprefix("www.").lower()


def text_of(value: Any) -> str:
    """A string out of what should be one: lists give their first, nodes their name."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("headline") or ""
    if isinstance(value, str):
        return unescape(value[:2000]) if "&" in value[:2000] else value[:2000]
    return str(value) if isinstance(value, int) else ""
