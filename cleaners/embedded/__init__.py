"""Bodies that a page holds only in the JSON of its scripts: found, and read as if they stood in the HTML.

Asked for pages whose HTML has next to no prose. What is found is put into the tree and cut into blocks like everything
else, so judges, conventions and metadata see an ordinary page.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from cleaners.caps import parse
from cleaners.embedded.bodies import Body, find_body
from cleaners.embedded.scripts import values_in
from cleaners.metadata import Testimony
from cleaners.metadata.plain_fields import access
from cleaners.prose import is_prose
from cleaners.segment import Document, Segmenter
from items import Block, Flaw

FLAW: Flaw = "text_in_script"
ENOUGH_PROSE = 250  # characters of prose in the HTML from which on it has a body of its own


def add_body(document: Document, testimony: Testimony) -> str | None:
    """Gives a page without prose the body that its scripts hold. Says where it stood; None: all stays as it was.

    A page that says it is not free keeps its text to itself.
    """
    if document.tree is None or holds_prose(document.blocks) or _is_paywalled(testimony):
        return None
    body = find_body(values_in(document.tree), document.headline, testimony)
    if body is None:
        return None
    _put_in(document.tree, body)
    document.blocks = Segmenter().walk(document.tree)
    document.flaws = (*document.flaws, FLAW)
    return body.path


def holds_prose(blocks: Sequence[Block]) -> bool:
    """Whether the blocks tell something of some length."""
    found = 0
    for block in blocks:
        if is_prose(block):
            found += len(block.text)
            if found >= ENOUGH_PROSE:
                return True
    return False


def _is_paywalled(testimony: Testimony) -> bool:
    said = access(testimony.graph, testimony.head)
    return said is not None and said.value == "paywalled"


def _put_in(tree: etree._Element, body: Body) -> None:
    """Appends the body's elements to the page's, in an element of their own."""
    within, held = tree.find("body"), parse(body.html).tree
    article = etree.SubElement(tree if within is None else within, "article", itemprop="articleBody")
    if held is not None:
        inside = held.find("body")
        inside = held if inside is None else inside
        article.text = inside.text
        article.extend(list(inside))
