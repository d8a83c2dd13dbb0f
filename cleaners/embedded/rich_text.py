"""Lists of paragraphs as editors save them: strings, or objects that hold text somewhere inside.

Draft.js, ProseMirror, Editor.js, Portable Text, Gutenberg and their like differ in names, not in shape: a list of
objects, each of one kind, whose text stands in strings under one of a few common keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

FEWEST_ITEMS = 2
MOST_ITEMS = 3000
DEEPEST = 8
TEXTS = frozenset(
    "text content contents value html innerhtml body children data paragraph paragraphs copy rendered markup attributes"
    " props items richtext nodes".split()
)
KINDS = ("type", "_type", "style", "tag", "name", "kind", "blocktype", "component")
TITLES = frozenset(("headline", "title"))
ADDRESSES = re.compile("url|href|slug|link|permalink|path|image|thumbnail")
NO_TEXT = re.compile(r"image|photo|picture|video|audio|embed|\bads?\b|advert|promo|related|newsletter|gallery|caption")
ELEMENTS = (
    (re.compile(r"head(?:er|ing)|\bh[1-6]\b|subtitle|crosshead"), "h2"),
    (re.compile(r"list|\bli\b|bullet"), "li"),
    (re.compile("quote"), "blockquote"),
)
MARKED = re.compile(r"</?[a-zA-Z][^<>]*>")


def html_of_list(items: list[Any]) -> str | None:
    """The list as HTML. None: it is no text, or a list of articles."""
    if not FEWEST_ITEMS <= len(items) <= MOST_ITEMS:
        return None
    own = [item for item in items if isinstance(item, str | dict) and not _is_teaser(item)]
    if len(own) * 2 < len(items):
        return None
    pieces = [_element(item) for item in own]
    return "".join(pieces) or None


def _is_teaser(item: Any) -> bool:
    """Whether an item is about something of its own: it has a title and an address."""
    if not isinstance(item, dict):
        return False
    keys = {str(key).lower() for key, value in item.items() if value}
    return not TITLES.isdisjoint(keys) and any(ADDRESSES.search(key) for key in keys)


def _element(item: Any) -> str:
    kind = _kind(item) if isinstance(item, dict) else ""
    if NO_TEXT.search(kind):
        return ""
    text = _text(item, 0).strip()
    if not text:
        return ""
    text = text if MARKED.search(text) else escape(text, quote=False)
    tag = next((tag for pattern, tag in ELEMENTS if pattern.search(kind)), "p" if not text.startswith("<") else "div")
    return f"<{tag}>{text}</{tag}>"


def _kind(item: dict[str, Any]) -> str:
    said = (value for key, value in item.items() if str(key).lower() in KINDS)
    return " ".join(value[:40] for value in said if isinstance(value, str)).lower()


def _text(value: Any, depth: int) -> str:
    """All text inside, in order."""
    if isinstance(value, str):
        return value
    if depth >= DEEPEST:
        return ""
    if isinstance(value, list):
        return _seam(value).join(_text(inner, depth + 1) for inner in value if not isinstance(inner, str) or depth)
    return "".join(_held(value, depth)) if isinstance(value, dict) else ""


def _held(node: dict[str, Any], depth: int) -> Iterator[str]:
    if depth and NO_TEXT.search(_kind(node)):
        return
    for key, value in node.items():
        if str(key).lower() in TEXTS:
            yield _text(value, depth + 1)


def _seam(inner: list[Any]) -> str:
    """What parts the texts of a list: nothing where they are parts of a line, each with its text at hand."""
    spans = all(
        isinstance(each, str) or (isinstance(each, dict) and isinstance(each.get("text"), str)) for each in inner
    )
    return "" if spans else "\n"
