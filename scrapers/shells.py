"""Pages that come empty and are filled by scripts: what is to be read is not in them."""

from __future__ import annotations

import re
from html import unescape

MOST_TEXT = 400  # characters of visible text that such a page has at most: a name, a menu, "loading…"
LEAST_SCRIPT = 1
HIDDEN = (b"script", b"style", b"noscript", b"template", b"svg", b"head")
TAG = re.compile(r"<[^<>]*>")
ROOT = re.compile(
    rb"<(?:div|main|app-root|section)\b[^<>]{0,300}\b(?:id|data-reactroot)\s*=\s*[\"']?"
    rb"(?:root|app|__next|__nuxt|react-root|app-root|main-app|svelte|application|gatsby|___gatsby)\b"
    rb"|<app-root\b|\bng-app\b|\bdata-reactroot\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    rb"(?:enable|activate|turn on|requires?|need|aktivier\w{0,9}|activ\w{1,9}|habilit\w{1,9}|attiv\w{1,9})"
    rb"[^<>]{0,60}javascript"
    rb"|javascript[^<>]{0,60}(?:enable|require|disabled|deaktiviert|aktivier|activ|habilit|d.sactiv)",
    re.IGNORECASE,
)


def shell(body: bytes) -> str | None:
    """Why a page of almost no text needs a browser, in words for a person. None: it does not, or has text."""
    scripts = body.lower().count(b"<script")
    if scripts < LEAST_SCRIPT or len(visible_text(body)) > MOST_TEXT:
        return None
    if ASKS.search(body):
        return "the page asks for JavaScript, and has no text without it"
    if ROOT.search(body):
        return "an empty element that scripts would fill"
    return None


def visible_text(body: bytes) -> str:
    """What a person would read on the page as it came, without scripts: on one line."""
    for name in HIDDEN:
        body = _without(body, name)
    return " ".join(unescape(TAG.sub(" ", body.decode("utf-8", "replace"))).split())


def _without(body: bytes, name: bytes) -> bytes:
    """The body without all elements of a name, in linear time; one that is never closed ends the body."""
    lower, kept, at = body.lower(), [], 0
    opening = re.compile(rb"<" + name + rb"[\s>/]")
    while match := opening.search(lower, at):
        kept.append(body[at : match.start()])
        end = lower.find(b"</" + name, match.end())
        if end < 0:
            return b"".join(kept)
        at = end + len(name) + 2
        at = max(at, lower.find(b">", at) + 1)
    kept.append(body[at:])
    return b"".join(kept)
