"""Markdown (CommonMark with GitHub's tables): front matter, the title, then the article block by block.

The front matter is YAML, each value written as JSON, which YAML reads; what is null or empty is left out. Whatever in
a text would be taken for markup is escaped, so that what a renderer shows is the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

import msgspec

from items import BlockKind
from output.parts import RecordBlock
from output.record import Record
from output.shape import Shape
from output.sound import sound

BODY = frozenset({"text", "blocks", "fields", "removed"})
"""The fields that are not front matter: the article itself, and the explanations."""
TITLE_LEVEL, DEEPEST_LEVEL = 1, 6

NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
LINE_ENDS = re.compile("[\r\n]+")

MARKUP = re.compile(r"[\\`*\[\]<~]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w])")
LINE_START = re.compile(r"(?=[-+=#>|:])|[0-9]{1,9}(?=[.)](?:\s|$))")
TICKS = re.compile("`+")

# Text that was Markdown before has these in its blocks already.
HEADING_SIGN = re.compile(r"#{1,6}[ \t]+(?=\S)")
QUOTE_SIGN = re.compile(r">[ \t]*(?=\S)")
ITEM_SIGN = re.compile(r"[-*+•‣▪–][ \t]+(?=\S)")
NUMBER = re.compile(r"([0-9]{1,9}[.)])[ \t]+(?=\S)")
RULE_ROW = re.compile(r"\|?[ \t]*:?-[-:| \t]*")


def markdown(record: Record) -> bytes:
    """The article as Markdown in UTF-8."""
    parts = [_front_matter(record)]
    if record.title:
        parts.append(_heading(TITLE_LEVEL, record.title))
    for kind, blocks in groupby(record.blocks, key=lambda block: block.kind):
        parts.extend(WRITERS[kind]([block for block in blocks if block.text.strip()]))
    return sound("\n\n".join(parts)).encode("utf-8")


def escaped(text: str) -> str:
    """The text with everything marked that would be markup anywhere in a line."""
    return MARKUP.sub(r"\\\g<0>", text)


def _front_matter(record: Record) -> str:
    fields = ((name, getattr(record, name)) for name in record.__struct_fields__ if name not in BODY)
    lines = [f"{name}: {_yaml(value)}" for name, value in fields if value not in (None, ())]
    return "\n".join(["---", *lines, "---"])


def with_fields(text: str, changes: Mapping[str, object]) -> str:
    """An article's Markdown with other values in its front matter, for fields that it has."""
    front, end, body = text.partition("\n---\n")
    lines = []
    for line in front.split("\n"):
        name = line.partition(": ")[0]
        if name not in changes:
            lines.append(line)
        elif changes[name] not in (None, ()):
            lines.append(f"{name}: {_yaml(changes[name])}")
    return "\n".join(lines) + end + body


def _yaml(value: object) -> str:
    if isinstance(value, str):
        value = sound(value)
    elif isinstance(value, tuple):
        value = [sound(each) if isinstance(each, str) else each for each in value]
    return NOT_IN_YAML.sub(lambda sign: f"\\u{ord(sign.group()):04x}", msgspec.json.encode(value).decode("utf-8"))


def _heading(level: int, text: str) -> str:
    line = escaped(_on_one_line(text))
    return f"{'#' * level} {re.sub('(?<!#)(#+)$', _marked, line)}"  # signs at the end would be dropped


def _lines(text: str) -> list[str]:
    """The text's lines as a paragraph may hold them: nothing at a line's start is taken for a list, a heading, …"""
    return [_start_marked(escaped(line)) for line in map(str.strip, LINE_ENDS.split(text)) if line]


def _start_marked(line: str) -> str:
    start = LINE_START.match(line)
    return f"{start.group()}\\{line[start.end() :]}" if start else line


def _marked(sign: re.Match[str]) -> str:
    return f"\\{sign.group()}"


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _without(sign: re.Pattern[str], text: str) -> str:
    return sign.sub("", text.lstrip(), count=1) if sign.match(text.lstrip()) else text


def _paragraphs(blocks: Sequence[RecordBlock]) -> Iterator[str]:
    return ("\\\n".join(_lines(block.text)) for block in blocks)


def _headings(blocks: Sequence[RecordBlock]) -> Iterator[str]:
    for block in blocks:
        level = max(block.level or 0, TITLE_LEVEL + 1)
        yield _heading(min(level, DEEPEST_LEVEL), _without(HEADING_SIGN, block.text))


def _items(blocks: Sequence[RecordBlock]) -> Iterator[str]:
    """One list. Outermost items of plain text keep their numbers; an item goes at most one level below the last one."""
    starts = [0]  # the columns in which items of each level begin
    rows: list[str] = []
    for block in blocks:
        del starts[block.level or 1 :]
        indent = starts[-1]
        marker, text = _marker(block.text.strip(), numbered=indent == 0)
        starts.append(indent + len(marker))
        rows.append(" " * indent + marker + ("\\\n" + " " * starts[-1]).join(_lines(text)))
    yield from ["\n".join(rows)] if rows else []


def _marker(text: str, *, numbered: bool) -> tuple[str, str]:
    number = NUMBER.match(text)
    if number and numbered:
        return f"{number[1]} ", text[number.end() :]
    return "- ", _without(ITEM_SIGN, text)


def _quotes(blocks: Sequence[RecordBlock]) -> Iterator[str]:
    return ("\\\n".join(f"> {line}" for line in _lines(_without(QUOTE_SIGN, block.text))) for block in blocks)


def _code(blocks: Sequence[RecordBlock]) -> Iterator[str]:
    for block in blocks:
        fence = "`" * max(3, 1 + max(map(len, TICKS.findall(block.text)), default=0))
        yield f"{fence}\n{block.text}\n{fence}"


def _captions(blocks: Sequence[RecordBlock]) -> Iterator[str]:
    return (f"*{escaped(_on_one_line(block.text))}*" for block in blocks)


def _table(blocks: Sequence[RecordBlock]) -> Iterator[str]:
    """Rows next to each other are one table, the first of them its head."""
    rows = [_cells(block.text.strip()) for block in blocks if not RULE_ROW.fullmatch(block.text.strip())]
    width = max(map(len, rows), default=0)
    lines = [f"| {' | '.join(row + [''] * (width - len(row)))} |" for row in rows]
    yield from ["\n".join([lines[0], f"|{' --- |' * width}", *lines[1:]])] if lines else []


def _cells(row: str) -> list[str]:
    cells = row.strip("|").split("|") if row.startswith("|") else row.split(" | ")
    return [escaped(_on_one_line(cell)).replace("|", "\\|") for cell in cells]


WRITERS: dict[BlockKind, Callable[[Sequence[RecordBlock]], Iterator[str]]] = {
    "paragraph": _paragraphs,
    "standfirst": _paragraphs,
    "heading": _headings,
    "list_item": _items,
    "quote": _quotes,
    "code": _code,
    "table": _table,
    "caption": _captions,
}

SHAPE = Shape(name="markdown", ending=".md", encode=markdown, between=b"\n")
