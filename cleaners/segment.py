"""HTML → blocks: one parse, one walk, in linear time and without recursion.

A block is a run of text that no block-level tag interrupts. Which element it stands in is kept as a chain of Places,
shared between blocks, so that judges can look at class names and containers without touching the tree again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
from lxml import etree

from cleaners.caps import parse
from cleaners.decode import decoding_of
from items import Block, BlockKind, Flaw, Page, Place

INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q rb rp rt ruby"
    " s samp small source span strike strong sub sup time tt u var wbr".split()
)
# Never text of the page: what a browser does not show, and form controls.
SKIPPED = frozenset(
    "applet area audio base canvas datalist embed frame frameset head iframe input link map math meta meter noembed"
    " noframes noscript object optgroup option param progress rp script select style svg template textarea title track"
    " video".split()
)
HEADINGS = {f"h{level}": level for level in range(1, 7)}
KINDS: dict[str, BlockKind] = {
    "li": "list_item",
    "dt": "list_item",
    "dd": "list_item",
    "blockquote": "quote",
    "pre": "code",
    "figcaption": "caption",
    "caption": "caption",
}
LINE_BREAK = "\x1f"  # stands for <br>; control characters were taken out when the page was decoded
INVISIBLE = "\u00ad\u200b\u2060\ufeff"  # soft hyphen, zero-width space, word joiner, byte order mark
TAKEN_OUT = str.maketrans("", "", INVISIBLE)
ONE_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# Tags that say what a text inside is; all other blocks are what stands around them.
TELLING = frozenset({*KINDS, *HEADINGS, "table", "tr", "td", "th"})
NAMING = frozenset(("class", "id", "role", "itemprop", "data-testid", "data-component"))
HIDING = frozenset(("hidden", "aria-hidden", "style"))
BLOCK_TAG, INLINE_TAG, PASSED_TAG = "block", "inline", "passed"
ROLES = dict.fromkeys(INLINE, INLINE_TAG) | dict.fromkeys({*SKIPPED, "br"}, PASSED_TAG)
# A cell longer than this is layout, not a table's entry; chosen by looking at rows of the development pages.
LONGEST_CELL = 1000
LONGEST_NAMES = 300
# Judges hold some 5 KB a block; the development pages have at most 2,641.
MOST_BLOCKS = 20_000
LONGEST_INNER = 200


class Document:
    """A segmented page: what judges look at.

    blocks: in page order. tree: the parsed page, to be read only (None for text). language: ISO 639-1, once known.
    headline: the article's headline, once known. html: the decoded page ("" for text). utf8: the same as bytes.
    flaws: what was wrong with it.
    """

    __slots__ = ("blocks", "flaws", "form", "headline", "html", "language", "tree", "url", "utf8")

    def __init__(
        self,
        blocks: list[Block],
        *,
        form: str,
        html: str = "",
        utf8: bytes | None = None,
        tree: etree._Element | None = None,
        url: str | None = None,
        language: str | None = None,
        headline: str | None = None,
    ) -> None:
        self.blocks = blocks
        self.flaws: tuple[Flaw, ...] = ()
        self.form = form
        self.html = html
        self.utf8 = html.encode("utf-8") if utf8 is None else utf8
        self.tree = tree
        self.url = url
        self.language = language
        self.headline = headline


def segment_html(page: Page) -> Document:
    """Parses a page of form "html" and cuts it into blocks."""
    decoded = decoding_of(page.content, page.encoding)
    html, utf8, tree, flaws = parse(decoded.text, decoded.utf8)
    blocks = [] if tree is None else Segmenter().walk(tree)
    if len(blocks) > MOST_BLOCKS:
        blocks, flaws = longest(blocks, MOST_BLOCKS), (*flaws, "too_many_blocks")
    document = Document(blocks, form="html", html=html, utf8=utf8, tree=tree, url=page.url, language=page.language)
    document.flaws = (*decoded.flaws, *flaws)
    return document


def longest(blocks: list[Block], most: int) -> list[Block]:
    """The `most` blocks with the longest texts, in page order: an article is still there behind a flood of words."""
    chosen = sorted(range(len(blocks)), key=lambda at: -len(blocks[at].text))[:most]
    return [blocks[at] for at in sorted(chosen)]


class Context(msgspec.Struct, frozen=True, gc=False):
    """What is open at a point of the walk: the container, and what a text there is."""

    place: Place
    kind: BlockKind
    level: int | None
    row: Row | None


class Row:
    """A table row while it is open: where its blocks begin, and how many cells it has."""

    __slots__ = ("cells", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.cells = 0


class Segmenter:
    """One walk over one tree.

    pieces: the text collected since the last block. linked: positions of those pieces that stand inside a link.
    """

    __slots__ = ("after_link", "blocks", "broken", "inner", "link_depth", "linked", "pieces", "places")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.places = 0
        self.pieces: list[str] = []
        self.linked: list[int] = []
        self.inner: list[str] = []
        self.link_depth = 0
        self.after_link = False
        self.broken = False

    def walk(self, tree: etree._Element) -> list[Block]:
        """The blocks of the tree, in document order."""
        context = Context(Place("", "", None, -1, 0, False), "paragraph", None, None)
        stack = [context]
        role_of, block_tag, inline_tag = ROLES.get, BLOCK_TAG, INLINE_TAG
        pieces, inner = self.pieces, self.inner
        walker = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            role = role_of(tag, block_tag)
            if role is block_tag and (pieces or inner or self.after_link):
                self.flush(context)
            if event == "start":
                if role is block_tag:
                    place = self.place(tag, element, context.place)
                    context = (
                        self.open_telling(tag, place, context)
                        if tag in TELLING
                        else Context(place, context.kind, context.level, context.row)  # of most elements
                    )
                    stack.append(context)
                elif role is inline_tag:
                    self.open_inline(tag, element)
                else:
                    walker.skip_subtree()  # nothing inside <br>, either: a parser closes it at once
                    continue
                text = element.text
            else:
                if role is block_tag:
                    if tag == "tr":
                        self.join_cells(stack[-1])
                    stack.pop()
                    context = stack[-1]
                else:
                    self.close_inline(tag)
                text = element.tail
            # Most texts are the white space between blocks, which only code may begin with.
            if text and (pieces or not text.isspace() or context.kind == "code"):
                self.add(text)
        self.flush(context)
        return self.blocks

    def add(self, text: str) -> None:
        if self.link_depth > 0:
            self.linked.append(len(self.pieces))
        self.pieces.append(text)
        self.after_link = False

    def open_inline(self, tag: str, element: etree._Element) -> None:
        if tag == "a":
            if self.after_link:  # two links side by side are two words
                self.add(" ")
            self.link_depth += 1
        names = element.get("class") or element.get("itemprop") or element.get("rel")
        if names:
            self.inner.append(names)

    def close_inline(self, tag: str) -> None:
        if tag == "a":
            self.link_depth -= 1
            self.after_link = True
        elif tag == "br":
            self.broken = True
            self.add(LINE_BREAK)

    def open_telling(self, tag: str, place: Place, around: Context) -> Context:
        """What is open inside an element of TELLING."""
        kind, level, row = around.kind, around.level, around.row
        if tag in KINDS:
            level = (level or 0) + 1 if kind == KINDS[tag] == "list_item" else 1 if KINDS[tag] == "list_item" else None
            kind = KINDS[tag]
        elif tag in HEADINGS:
            kind, level = "heading", HEADINGS[tag]
        elif tag == "tr":
            row = Row(len(self.blocks))
        elif tag == "table":
            row = None
        else:
            kind, level = "paragraph", None
            if row is not None:
                row.cells += 1
        return Context(place, kind, level, row)

    def place(self, tag: str, element: etree._Element, parent: Place) -> Place:
        names, hidden = "", parent.hidden
        attributes: Sequence[tuple[str, str]] = element.items()  # type: ignore[assignment]  # never bytes
        for key, value in attributes:
            if key in NAMING:
                if value:
                    names = f"{names} {value}" if names else value
            elif key in HIDING and not hidden:
                hidden = _is_hidden(key, value)
        if len(names) > LONGEST_NAMES:
            names = names[:LONGEST_NAMES]
        number = self.places
        self.places += 1
        return Place(tag, names, parent, number, parent.depth + 1, hidden)

    def flush(self, context: Context) -> None:
        """Turns the text collected so far into blocks of the open container."""
        pieces = self.pieces
        if pieces:
            if context.kind == "code":
                self.flush_code(context)
            elif self.broken:
                self.flush_lines(context)
            else:
                text = _squeeze(pieces[0] if len(pieces) == 1 else "".join(pieces))
                if text:
                    self.emit(text, self.linked_chars(self.linked) if self.linked else 0, context)
            pieces.clear()
            self.linked.clear()
            self.broken = False
        self.inner.clear()
        self.after_link = False

    def flush_code(self, context: Context) -> None:
        text = "".join(self.pieces).replace(LINE_BREAK, "\n").replace("\r\n", "\n").strip("\n").rstrip()
        if text.strip():
            self.emit(text, 0, context)

    def flush_lines(self, context: Context) -> None:
        """A run with <br> in it: a single break is a new line in the block, an empty line begins a new block."""
        lines: list[str] = []
        line: list[str] = []
        links: list[int] = []
        linked = set(self.linked)
        for position, piece in enumerate([*self.pieces, LINE_BREAK]):
            if piece != LINE_BREAK:
                line.append(piece)
                if position in linked:
                    links.append(position)
                continue
            text = _squeeze("".join(line))
            line = []
            if text:
                lines.append(text)
            elif lines:
                self.emit("\n".join(lines), self.linked_chars(links), context)
                lines, links = [], []
        if lines:
            self.emit("\n".join(lines), self.linked_chars(links), context)

    def linked_chars(self, positions: list[int]) -> int:
        return sum([len(_squeeze(self.pieces[position])) for position in positions]) if positions else 0

    def emit(self, text: str, link_chars: int, context: Context) -> None:
        inner = " ".join(self.inner)[:LONGEST_INNER] if self.inner else ""
        self.blocks.append(Block(context.kind, text, context.level, context.place, min(link_chars, len(text)), inner))

    def join_cells(self, context: Context) -> None:
        """Makes a row of plain cells one block. A row whose cells hold several blocks each is layout and stays."""
        row = context.row
        cells = self.blocks[row.start :] if row is not None else []
        if row is None or not 2 <= len(cells) <= row.cells or any(len(cell.text) > LONGEST_CELL for cell in cells):
            return
        text = " | ".join(cell.text for cell in cells)
        inner = " ".join(filter(None, (cell.inner for cell in cells)))[:LONGEST_INNER]
        self.blocks[row.start :] = [Block("table", text, None, context.place, sum(c.link_chars for c in cells), inner)]


def _squeeze(text: str) -> str:
    if not text.isascii() and ONE_INVISIBLE.search(text):
        text = text.translate(TAKEN_OUT)
    return " ".join(text.split())


def _is_hidden(attribute: str, value: str) -> bool:
    if attribute == "hidden":
        return True
    return value == "true" if attribute == "aria-hidden" else _hides(value)


def _hides(style: str) -> bool:
    squeezed = style[:500].replace(" ", "").lower()
    return "display:none" in squeezed or "visibility:hidden" in squeezed
