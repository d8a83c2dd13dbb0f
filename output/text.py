"""Plain text: the title, a blank line, the text. Between two articles stands a line with a form feed on it.

A form feed ends a page, as in printed manuals: terminals show it as white space, `awk 'BEGIN { RS = "\\f\\n" } …'`
splits at it, and no text we make has a line that holds nothing else.
"""

from __future__ import annotations

from output.record import Record
from output.shape import Shape
from output.sound import sound


def plain_text(record: Record) -> bytes:
    """Title and text in UTF-8; where there is no title, the text alone."""
    title = " ".join((record.title or "").split())
    return sound("\n\n".join(part for part in (title, record.text) if part)).encode("utf-8")


SHAPE = Shape(name="text", ending=".txt", encode=plain_text, between=b"\f\n")
