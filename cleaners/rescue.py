"""The simple way to read a page that the cleaner could not take: Lexbor's parser, and the element with the most prose.

No judge, no rule, no metadata but the title: what comes out is a partial article, and says so. Everything takes time
linear in the page, which is brought within bounds first.
"""

from __future__ import annotations

from collections import Counter

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cleaners.assemble import CLEANER_VERSION, identify, join_blocks
from cleaners.caps import LONGEST_PAGE
from cleaners.decode import decode
from cleaners.tame import tame
from cleaners.tokens import count_words
from items import Article, Block, Page

ASIDE = (
    "script, style, noscript, template, svg, math, form, nav, aside, footer, header, iframe, object, select, button,"
    " textarea, figure"
)
MOST_BLOCKS = 5000
SHORTEST_PROSE = 40  # characters
FEWEST_CHARACTERS = 250  # what an article has at least, so that an error page is none


class NoText(ValueError):
    """There is no article to be found this way."""


def rescue(page: Page) -> Article:
    """A partial article of title and prose. Raises NoText where there is too little, and for pages of form "text"."""
    if page.form != "html":
        raise NoText("a text is cleaned by the judges or not at all")
    html, _ = tame(decode(page.content, page.encoding))
    tree = LexborHTMLParser(html[:LONGEST_PAGE])
    title = _squeeze(node.text()) if (node := tree.css_first("title")) else ""
    for node in tree.css(ASIDE):
        node.decompose()
    blocks = tuple(Block("paragraph", text) for text in _prose(tree))
    text = join_blocks(blocks, "html")
    if len(text) < FEWEST_CHARACTERS:
        raise NoText("no article text found")
    return Article(
        id=identify(page, None, title, text),
        url=page.url,
        title=page.title or title or None,
        language=page.language,
        text=text,
        blocks=blocks,
        word_count=count_words(text),
        status="truncated",
        flaws=(*page.flaws, "rescued"),
        fetched_at=page.fetched_at,
        cleaner_version=CLEANER_VERSION,
    )


def _prose(tree: LexborHTMLParser) -> list[str]:
    """The paragraphs of the element that holds the most of them, all where none holds many; else the page's lines."""
    found = [(node, text) for node in tree.css("p")[:MOST_BLOCKS] if (text := _squeeze(node.text()))]
    weights: Counter[int] = Counter()
    for node, text in found:
        if len(text) >= SHORTEST_PROSE and node.parent is not None:
            weights[node.parent.mem_id] += len(text)
    if not weights:
        lines = tree.body.text(separator="\n").split("\n") if tree.body is not None else []
        return [line for line in map(_squeeze, lines[:MOST_BLOCKS]) if len(line) >= SHORTEST_PROSE]
    best, size = weights.most_common(1)[0]
    return [text for node, text in found if size < FEWEST_CHARACTERS or _is_within(node, best)]


def _is_within(node: LexborNode, parent: int) -> bool:
    return node.parent is not None and node.parent.mem_id == parent


def _squeeze(text: str) -> str:
    return " ".join(text.split())
