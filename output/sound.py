"""Text that UTF-8 can hold."""

from __future__ import annotations


def sound(text: str) -> str:
    """The text as UTF-8 can hold it: lone surrogates replaced by U+FFFD, everything else untouched."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
