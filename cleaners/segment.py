"""HTML → blocks: one parse, one walk, in linear time and without recursion.

A block is a run of text that no block-level tag interrupts. Which element it stands in is kept as a chain of Places,
shared between blocks, so that judges can look at class names and containers without touching the tree again.
"""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from cleaners.decode import decode
from items import Block, BlockKind, Page, Place

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
INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u2060\ufeff")  # soft hyphen, zero-width space, word joiner, BOM
# A cell longer than this is layout, not a table's entry; chosen by looking at rows of the development pages.
LONGEST_CELL = 1000
LONGEST_NAMES = 300
LONGEST_INNER = 200


class Document:
    """A segmented page: what judges look at.

    blocks: in page order. tree: the parsed page, to be read only (None for text). language: ISO 639-1, once known.
    headline: the article's headline, once known. html: the decoded page ("" for text).
    """

    __slots__ = ("blocks", "form", "headline", "html", "language", "tree", "url")

    def __init__(
        self,
        blocks: list[Block],
        *,
        form: str,
        html: str = "",
        tree: etree._Element | None = None,
        url: str | None = None,
        language: str | None = None,
        headline: str | None = None,
    ) -> None:
        self.blocks = blocks
        self.form = form
        self.html = html
        self.tree = tree
        self.url = url
        self.language = language
        self.headline = headline


def parse_html(html: str) -> etree._Element | None:
    """The page's tree; None where there is no element at all. Control characters must be gone already."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(html.encode("utf-8"), parser)
    except etree.XMLSyntaxError:  # nothing but white space, or no document
        return None


def segment_html(page: Page) -> Document:
    """Parses a page of form "html" and cuts it into blocks."""
    html = decode(page.content, page.encoding)
    tree = parse_html(html)
    blocks = [] if tree is None else Segmenter().walk(tree)
    return Document(blocks, form="html", html=html, tree=tree, url=page.url, language=page.language)


class Context(NamedTuple):
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
    """One walk over one tree."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.places = 0
        self.pieces: list[str] = []
        self.linked: list[bool] = []
        self.inner: list[str] = []
        self.link_depth = 0
        self.after_link = False

    def walk(self, tree: etree._Element) -> list[Block]:
        """The blocks of the tree, in document order."""
        outside = Context(Place("", "", None, -1, 0, False), "paragraph", None, None)
        stack = [outside]
        walker = etree.iterwalk(tree, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if tag in SKIPPED:
                    walker.skip_subtree()
                elif tag in INLINE:
                    self.open_inline(tag, element)
                elif tag == "br":
                    self.add(LINE_BREAK)
                else:
                    self.flush(stack[-1])
                    stack.append(self.open_block(tag, element, stack[-1]))
                    self.add(element.text)
                continue
            if tag in INLINE:
                if tag == "a":
                    self.link_depth -= 1
                    self.after_link = True
            elif tag not in SKIPPED and tag != "br":
                self.close_block(tag, stack.pop())
            self.add(element.tail)
        self.flush(outside)
        return self.blocks

    def add(self, text: str | None) -> None:
        if text:
            self.pieces.append(text)
            self.linked.append(self.link_depth > 0)
            self.after_link = False

    def open_inline(self, tag: str, element: etree._Element) -> None:
        if tag == "a":
            if self.after_link:  # two links side by side are two words
                self.add(" ")
            self.link_depth += 1
        names = element.get("class") or element.get("itemprop") or element.get("rel")
        if names:
            self.inner.append(names)
        self.add(element.text)

    def open_block(self, tag: str, element: etree._Element, around: Context) -> Context:
        _, kind, level, row = around
        if tag in HEADINGS:
            kind, level = "heading", HEADINGS[tag]
        elif tag in KINDS:
            level = (level or 0) + 1 if kind == KINDS[tag] == "list_item" else 1 if KINDS[tag] == "list_item" else None
            kind = KINDS[tag]
        elif tag == "tr":
            row = Row(len(self.blocks))
        elif tag in ("td", "th"):
            kind, level = "paragraph", None
            if row is not None:
                row.cells += 1
        elif tag == "table":
            row = None
        return Context(self.place(tag, element, around.place), kind, level, row)

    def place(self, tag: str, element: etree._Element, parent: Place) -> Place:
        names, hidden = "", parent.hidden
        if element.attrib:
            get = element.get
            values = (get("class"), get("id"), get("role"), get("itemprop"), get("data-testid"), get("data-component"))
            names = " ".join(value for value in values if value)[:LONGEST_NAMES]
            hidden = hidden or _is_hidden(element)
        number = self.places
        self.places += 1
        return Place(tag, names, parent, number, parent.depth + 1, hidden)

    def close_block(self, tag: str, context: Context) -> None:
        self.flush(context)
        if tag == "tr" and context.row is not None:
            self.join_cells(context.row, context.place)

    def flush(self, context: Context) -> None:
        """Turns the text collected so far into blocks of the open container."""
        pieces = self.pieces
        if pieces:
            if context.kind == "code":
                self.flush_code(context)
            elif LINE_BREAK in pieces:
                self.flush_lines(context)
            else:
                self.emit(_squeeze("".join(pieces)), self.linked_chars(0, len(pieces)), context)
            self.pieces, self.linked = [], []
        if self.inner:
            self.inner = []
        self.after_link = False

    def flush_code(self, context: Context) -> None:
        text = "".join(self.pieces).replace(LINE_BREAK, "\n").replace("\r\n", "\n").strip("\n").rstrip()
        self.emit(text if text.strip() else "", 0, context)

    def flush_lines(self, context: Context) -> None:
        """A run with <br> in it: a single break is a new line in the block, an empty line begins a new block."""
        lines: list[str] = []
        links = start = 0
        for end in [i for i, piece in enumerate(self.pieces) if piece == LINE_BREAK] + [len(self.pieces)]:
            line = _squeeze("".join(self.pieces[start:end]))
            if line:
                lines.append(line)
                links += self.linked_chars(start, end)
            else:
                self.emit("\n".join(lines), links, context)
                lines, links = [], 0
            start = end + 1
        self.emit("\n".join(lines), links, context)

    def linked_chars(self, start: int, end: int) -> int:
        linked = self.linked
        if True not in linked:
            return 0
        return sum(len(_squeeze(self.pieces[i])) for i in range(start, end) if linked[i])

    def emit(self, text: str, link_chars: int, context: Context) -> None:
        if text:
            inner = " ".join(self.inner)[:LONGEST_INNER] if self.inner else ""
            self.blocks.append(
                Block(context.kind, text, context.level, context.place, min(link_chars, len(text)), inner)
            )

    def join_cells(self, row: Row, place: Place) -> None:
        """Makes a row of plain cells one block. A row whose cells hold several blocks each is layout and stays."""
        cells = self.blocks[row.start :]
        if len(cells) < 2 or row.cells < len(cells) or any(len(cell.text) > LONGEST_CELL for cell in cells):
            return
        text = " | ".join(cell.text for cell in cells)
        inner = " ".join(filter(None, (cell.inner for cell in cells)))[:LONGEST_INNER]
        self.blocks[row.start :] = [Block("table", text, None, place, sum(c.link_chars for c in cells), inner)]


def _squeeze(text: str) -> str:
    return " ".join(text.translate(INVISIBLE).split()) if not text.isascii() else " ".join(text.split())


def _is_hidden(element: etree._Element) -> bool:
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    style = element.get("style")
    return style is not None and _hides(style)


def _hides(style: str) -> bool:
    squeezed = style[:500].replace(" ", "").lower()
    return "display:none" in squeezed or "visibility:hidden" in squeezed
