"""Which of the strings and lists in a page's JSON is the article's body.

Nothing here knows a site or a framework. A body is told by its shape: many words in sentences. That it is this page's
is told by what stands around it: the nearest title is the page's headline; or it is called "articleBody", is the only
one, and the page says that it is an article. So neither the teasers of an index, nor articles sent along with one, nor
the texts of an app (consent, legal notes, messages) become a body.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any, NamedTuple

from cleaners.embedded.rich_text import html_of_list
from cleaners.metadata import Testimony
from cleaners.metadata.json_ld import BEST, parse, types_of
from cleaners.prose import count_roughly
from cleaners.tokens import tokens

MOST_NODES = 300_000
DEEPEST = 60
SHORTEST = 200  # characters
LONGEST = 500_000  # characters of a body
FEWEST_WORDS = 60
FEWEST_SENTENCES = 3
MOST_WORDS_OF_SENTENCE = 80
MOST_SIGNS = 0.04  # of all characters: more is a program or a style sheet
LEVELS = 3  # of objects above a body, in which its title is looked for
TITLES = ("headline", "title", "heading", "subject")
LONGEST_TITLE = 400
OPENING = ("{", "[")
FEWEST_OF_TITLE = 3  # words by which a title that is longer or shorter than the headline is still the same
# Keys under which something else stands, by a part of their names.
ASIDE = re.compile(
    "comment|cookie|consent|privacy|legal|terms|policy|footer|header|disclaimer|copyright|translation|i18n|locale|"
    "message|related|recommend|popular|newsletter|teaser|promo|advert|author|byline|biograph|description|summary|excerpt|"
    "caption|review|product|faq|menu|navigation|subscri|paywall|schema|css|style"
)
# Under a title a body is called by one of these, or the page says that it is an article.
CALLED = re.compile("body|content|text|html|story|article|paragraph|block|main|copy|rendered|elements")
CERTAIN = frozenset(("articlebody", "articlecontent", "articletext", "articlehtml", "storybody", "bodyhtml"))
OTHERWISE = re.compile(
    r'"@type"\s{0,4}:\s{0,4}\[?\s{0,4}"(?:https?://schema\.org/)?'
    r'(?:Product|ProductGroup|ItemList|CollectionPage|SearchResultsPage|ProfilePage)"'
)
LETTERS = re.compile("[^a-z0-9]")
TAG = re.compile(r"<[^<>]{1,2000}>")
MARKUP = re.compile(r"</?(?:p|div|br|h[1-6]|ul|ol|li|span|a|b|i|em|strong|blockquote|figure|section)\b[^<>]*>", re.I)
SIGNS = re.compile(r"[{}<>=;_\\|]")
SENTENCE = re.compile(r"[.!?…。！？।۔؟][\"'”’»)\]]*(?=\s|$)|[。！？]")
# Where a program would put something in: $$AD$$, {{teaser}}, %%box%%, [[gallery 3]].
PLACEHOLDER = re.compile(r"(?:\$\$|%%)[\w .:-]{1,60}(?:\$\$|%%)|\{\{[^{}]{1,80}\}\}|\[\[[\w .:-]{1,60}\]\]")


class Body(NamedTuple):
    """path: where it stands in the JSON ("props.pageProps.article.body"). html: the body. words: how many it has.

    near: the nearest title is the headline. called: by a name that bodies have. certain: by one that nothing else has.
    """

    path: str
    html: str
    words: int
    near: bool
    called: bool
    certain: bool


class Spot(NamedTuple):
    """A value and what stands above it. key: its own, or that of the list it stands in. quoted: inside a string."""

    value: Any
    key: str
    above: Spot | None
    depth: int
    quoted: bool


def find_body(values: Iterable[Any], headline: str | None, testimony: Testimony) -> Body | None:
    """The body among these JSON values. None: there is none, or no telling which."""
    says_article = _says_article(testimony)
    if not says_article and _says_otherwise(testimony):
        return None
    title = tokens(headline or "")
    bodies = [body for value in values for body in _bodies(value, title)]
    near = [body for body in bodies if body.near and (body.called or says_article)]
    if near:
        return max(near, key=lambda body: body.words)
    certain = [body for body in bodies if body.certain]
    return certain[0] if len(certain) == 1 and says_article else None


def _says_otherwise(testimony: Testimony) -> bool:
    """Whether a page that does not say that it is an article says that it is something else."""
    kind = testimony.head.first("og:type").lower()
    return "product" in kind or any(OTHERWISE.search(script) for script in testimony.head.json_ld)


def _says_article(testimony: Testimony) -> bool:
    kind = testimony.head.first("og:type").lower()
    return kind.startswith("article") or bool(types_of(testimony.graph.article) & BEST)


def _bodies(root: Any, title: list[str]) -> Iterator[Body]:
    """Everything of a body's shape that is this page's by some sign."""
    stack = [Spot(root, "", None, 0, False)]
    for _ in range(MOST_NODES):
        if not stack:
            return
        spot = stack.pop()
        if isinstance(spot.value, str):
            if not spot.quoted and spot.value[:1] in OPENING and (quoted := parse(spot.value)) is not None:
                stack.append(Spot(quoted, "", spot, spot.depth, True))
            else:
                yield from _told(spot, title)
        elif isinstance(spot.value, dict | list) and spot.depth < DEEPEST:
            if isinstance(spot.value, list):
                yield from _told(spot, title)
            stack += reversed([*_inside(spot)])


def _inside(spot: Spot) -> Iterator[Spot]:
    """What an object or a list holds and may be or hold a body."""
    value, depth = spot.value, spot.depth + 1
    pairs = value.items() if isinstance(value, dict) else ((spot.key, inner) for inner in value)
    for key, inner in pairs:
        aside = isinstance(value, dict) and ASIDE.search(str(key)[:60].lower())
        if not aside and (isinstance(inner, dict | list) or (isinstance(inner, str) and len(inner) >= SHORTEST)):
            yield Spot(inner, str(key), spot, depth, spot.quoted)


def _told(spot: Spot, title: list[str]) -> Iterator[Body]:
    """The string or list as a body, if some sign says that it is this page's and it has the shape."""
    certain = LETTERS.sub("", spot.key[:60].lower()) in CERTAIN
    titled = _titled(spot)
    near = titled is not None and any(_same(found, title) for found in _titles(titled.value))
    if not near and not certain:
        return
    text = html_of_list(spot.value) if isinstance(spot.value, list) else spot.value
    if text and SHORTEST <= len(text) <= LONGEST and (words := count_prose(text)):
        called = CALLED.search(_path(spot, titled).lower()) is not None
        yield Body(_path(spot), as_html(text), words, near, called, certain)


def count_prose(text: str) -> int:
    """How many words a text of a body's shape has, markup or not; 0: it has no such shape."""
    plain = TAG.sub(" ", unescape(text) if "&lt;" in text else text)
    plain = " ".join(plain.split())
    words = count_roughly(plain)
    sentences = len(SENTENCE.findall(plain))
    if words < FEWEST_WORDS or sentences < FEWEST_SENTENCES or words > sentences * MOST_WORDS_OF_SENTENCE:
        return 0
    return 0 if len(SIGNS.findall(plain)) > MOST_SIGNS * len(plain) else words


def as_html(text: str) -> str:
    """The text as HTML: its own markup where it has any, else a paragraph a line."""
    text = PLACEHOLDER.sub("", text)
    if "&lt;" in text and not MARKUP.search(text):
        text = unescape(text)
    if MARKUP.search(text):
        return text
    lines = filter(None, map(str.strip, unescape(text).split("\n")))
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


def _titled(spot: Spot) -> Spot | None:
    """The nearest object above that has a title; None: it is too far, or there is none."""
    around, levels = spot.above, 0
    while around is not None and levels < LEVELS:
        if isinstance(around.value, dict):
            if _titles(around.value):
                return around
            levels += 1
        around = around.above
    return None


def _titles(node: dict[str, Any]) -> list[str]:
    """The titles an object has: under a title's key, or one level below it (`"title": {"rendered": …}`)."""
    found = []
    for key in TITLES:
        value = node.get(key)
        for each in value.values() if isinstance(value, dict) else (value,):
            if isinstance(each, str) and each.strip():
                found.append(unescape(each[:LONGEST_TITLE]))
    return found


def _same(found: str, title: list[str]) -> bool:
    words = tokens(TAG.sub("", found))
    if not words or not title:
        return False
    if min(len(words), len(title)) < FEWEST_OF_TITLE:
        return words == title
    short, long = sorted((" ".join(words), " ".join(title)), key=len)
    return f" {short} " in f" {long} "


def _path(spot: Spot, top: Spot | None = None) -> str:
    """The keys down to the value, lists passed over. top: below this one only."""
    keys: list[str] = []
    at: Spot | None = spot
    while at is not None and at is not top:
        if at.key and not (at.above is not None and isinstance(at.above.value, list)):
            keys.append(at.key[:60])
        at = at.above
    return ".".join(reversed(keys))[-200:]
