"""An article on a terminal: to be read, or line by line with the fate of each line.

What was scraped is only ever printed as text: whatever could steer a terminal is taken out, and nothing in it is read
as markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from urllib.parse import urlsplit

from rich.console import Console
from rich.text import Text

from broadsheet.show_metadata import metadata_lines
from items import Article, Block, Judged, Verdict

WIDEST_TEXT = 88
"""Columns. Longer lines are hard to read."""
WIDEST_EXPLAINED = 120
LONGEST_REMOVED = 100
"""How many characters of a removed line are shown where there is no terminal whose width could decide."""

ESCAPE_SEQUENCE = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]")
LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# C0 and C1 controls, DEL, and the characters that turn the direction of what follows.
STEERING = dict.fromkeys([*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
PRINTABLE = STEERING | {ord("\t"): " ", ord("\n"): "\n"} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")

STYLES = {"standfirst": "italic", "heading": "bold", "quote": "italic", "caption": "dim italic", "code": "cyan"}


def printable(text: str, lines: bool = False) -> str:
    """The text without anything that could steer a terminal: escape sequences, control characters, bidi overrides.

    It becomes one line; with `lines` it keeps its line breaks.
    """
    clean = LINE_END.sub("\n", ESCAPE_SEQUENCE.sub("", text)).translate(PRINTABLE)
    return clean if lines else " ".join(clean.split())


def show_article(article: Article, console: Console) -> None:
    """Prints an article to be read, at most `WIDEST_TEXT` columns wide."""
    width = min(console.width, WIDEST_TEXT)
    _show_head(article, console, width)
    if not article.text:
        _say_wrapped(console, Text(f"No article text was found here (kind: {article.kind}).", "yellow"), width)
    blocks = article.blocks or tuple(Block("paragraph", part) for part in article.text.split("\n\n") if part)
    for kind, run in groupby(blocks, key=lambda block: block.kind):
        if kind == "table":
            _show_table([block.text.split(" | ") for block in run], console, width)
            continue
        for block in run:
            _show_block(block, console, width)
            if kind != "list_item":
                say(console)
        if kind == "list_item":
            say(console)


def show_explained(article: Article, console: Console) -> None:
    """Prints the page in its own order: kept lines whole, removed ones in a line each, with who removed them and why.

    On a terminal the reasons stand in a column of their own. Elsewhere every line of the page is a line of output, so
    that it can be searched. Falls back to `show_article` where the article was made without an explanation.
    """
    if article.judged is None:
        show_article(article, console)
        return
    width = min(console.width, WIDEST_EXPLAINED)
    _show_head(article, console, width)
    for name, line, given in metadata_lines(article):
        _say_wrapped(console, Text(printable(line), "" if given else "dim"), width, name, " " * len(name))
    if article.fields:
        say(console)
    kept = sum(judged.verdict.keep for judged in article.judged)
    _say_wrapped(console, Text(f"{kept} of {len(article.judged)} lines of the page kept", "dim"), width)
    say(console)
    reasons = max((len(_why(judged.verdict)) for judged in article.judged if not judged.verdict.keep), default=0)
    column = min(reasons, width * 11 // 20)
    for judged in article.judged:
        if judged.verdict.keep:
            _show_kept(judged.block, console, width)
        elif console.is_terminal:
            say(console, _removed_in_columns(judged, width, column))
        else:
            say(console, Text(f"- {shorten(judged.block.text, LONGEST_REMOVED)}  [{_why(judged.verdict)}]"))
    say(console)


def shorten(text: str, width: int) -> str:
    """The beginning of the text, in one printable line of at most `width` columns (and at least one)."""
    line = Text(printable(text[: 10 * width + 1000]), no_wrap=True)
    line.truncate(max(width, 1), overflow="ellipsis")
    return line.plain


def say(console: Console, text: Text | None = None) -> None:
    """Prints a line as it is; characters that the console's encoding lacks become question marks."""
    line = text or Text()
    if console.options.ascii_only:
        line.plain = line.plain.encode(console.encoding, "replace").decode(console.encoding)
    console.print(line, highlight=False, markup=False, emoji=False, soft_wrap=True)


def _show_head(article: Article, console: Console, width: int) -> None:
    say(console, Text(("-" if console.options.ascii_only else "─") * width, "dim"))
    _say_wrapped(console, Text(printable(article.title or "Untitled"), "bold"), width)
    facts = [", ".join(article.authors), _moment(article.published), article.publisher or _host(article.url)]
    line = " · ".join(printable(fact) for fact in facts if fact)
    if line:
        _say_wrapped(console, Text(line, "dim"), width)
    if article.url:
        say(console, Text(printable(article.url), "dim"))
    say(console)


def _show_block(block: Block, console: Console, width: int) -> None:
    text = Text(printable(block.text, lines=True), STYLES.get(block.kind, ""))
    if block.kind == "code":
        for line in text.split("\n", allow_blank=True):
            say(console, Text.assemble("    ", line))
        return
    first = rest = ""
    if block.kind == "list_item":
        indent = "  " * min(block.level or 1, 6)
        first, rest = indent + ("* " if console.options.ascii_only else "• "), indent + "  "
    elif block.kind == "quote":
        first = rest = "  | " if console.options.ascii_only else "  │ "
    _say_wrapped(console, text, width, first, rest)


def _show_table(rows: Sequence[Sequence[str]], console: Console, width: int) -> None:
    """In columns where they are all of one length and fit, otherwise a row a line."""
    table = [[Text(printable(cell)) for cell in row] for row in rows]
    widths = [max(cell.cell_len for cell in column) for column in zip(*table, strict=False)]
    fits = len({len(row) for row in table}) == 1 and sum(widths) + 2 * len(widths) <= width
    for row in table:
        if fits:
            for cell, column in zip(row, widths, strict=True):
                cell.pad_right(column - cell.cell_len)
        _say_wrapped(console, Text("  " if fits else " | ").join(row), width, rest="" if fits else "  ")
    say(console)


def _show_kept(block: Block, console: Console, width: int) -> None:
    text = Text(printable(block.text, lines=True), STYLES.get(block.kind, ""))
    if console.is_terminal:
        _say_wrapped(console, text, width, "  ", "  ")
    else:
        for line in text.split("\n"):
            say(console, Text.assemble("  ", line))


def _removed_in_columns(judged: Judged, width: int, column: int) -> Text:
    left = max(width - column - 4, 10)
    text = Text("- " + shorten(judged.block.text, left), "red")
    text.pad_right(max(left + 2 - text.cell_len, 0))
    return text + Text("  " + shorten(_why(judged.verdict), column), "dim")


def _why(verdict: Verdict) -> str:
    """ "rules: comment form 98%, asks for a comment": who decided, by which rule, how sure, and the reason if told."""
    told = f", {verdict.reason}" if verdict.reason else ""
    return printable(
        f"{verdict.judge.replace('_', ' ')}: {verdict.rule.replace('_', ' ')} {verdict.confidence:.0%}{told}"
    )


def _moment(published: str | None) -> str | None:
    """ "2026-11-20T06:45:00+00:00" → "2026-11-20 06:45"; what is no such date stays as it is."""
    try:
        moment = datetime.fromisoformat(published or "")
    except ValueError:
        return published
    return moment.strftime("%Y-%m-%d %H:%M") if len(published or "") > 10 else published


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _say_wrapped(console: Console, text: Text, width: int, first: str = "", rest: str = "") -> None:
    """Prints the text in lines of at most `width` columns, the first and the rest of them after these prefixes."""
    lines = text.wrap(console, max(width - max(len(first), len(rest)), 10), overflow="fold")
    mark = "dim" if first.strip() else ""
    for number, line in enumerate(lines):
        line.rstrip()
        say(console, Text.assemble((rest if number else first, mark), line))
