"""What asides are known by: the phrases of asides.toml as expressions, and where in a line each of them stands."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

SIGNS = ":：»›>→|–—-"
BEFORE_CREDIT, BEFORE_SELLER = r"(\[|–—", r".!?。”\""
AROUND = r"[^\w\s]"  # brackets, arrows, pictures


class Anywhere(NamedTuple):
    """Phrases that are found anywhere in a line. A search for so many, without regard to capitals, tries each of them
    at every letter: so it waits until the longest word of one stands there."""

    expression: re.Pattern[str]
    marks: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Whether one of the phrases stands in the text."""
        folded = fold(text)
        return any(map(folded.__contains__, self.marks)) and self.expression.search(text) is not None


class Phrases(NamedTuple):
    """Expressions for the kinds of asides, all of them without regard to capitals."""

    pointer: re.Pattern[str]
    """Matches a phrase and the sign behind it, up to what it names."""
    credit: re.Pattern[str]
    """Matches the beginning of a note on the article's making; `helped` is found anywhere in one."""
    helped: re.Pattern[str]
    photo: re.Pattern[str]
    """Found at the end of a caption."""
    disclosure: Anywhere
    """Found in a notice that links earn money."""
    contents: re.Pattern[str]
    """Matches all of a line above a table of contents."""
    caption_names: frozenset[str]
    """Words of class and id values."""


@cache
def phrases() -> Phrases:
    """The package's own."""
    table = tomllib.loads(files("cleaners.judges").joinpath("asides.toml").read_text("utf-8"))
    known = {kind: _any_of(lines) for kind, lines in table.items()}
    lead = rf"(?:{AROUND}{{0,3}}\s?){{0,2}}"
    before = rf"{known['before_sign']}\s?[{SIGNS}]|{known['before_all']}(?:\s?[{SIGNS}]|\s)"
    credited = rf"(?<=[{BEFORE_CREDIT}])\s?{known['photo']}\s?(?:[:：/©]|by\s)[^()\[\]]{{1,80}}[)\]]?\.?$"
    sold = rf"(?<=[{BEFORE_SELLER}])\s?\(?(?:[^\s().]{{1,20}}[/=])?{known['agency']}\)?\.?$"
    return Phrases(
        pointer=_expression(rf"{lead}(?:{before})\s*"),
        credit=_expression(rf"{lead}{known['credit_begins']}\s*"),
        helped=_expression(known["credit_says"]),
        photo=_expression(rf"[{BEFORE_CREDIT}{BEFORE_SELLER}](?:{credited}|{sold})"),  # one set of signs: found fast
        disclosure=Anywhere(_expression(known["disclosure"]), marks_of(table["disclosure"])),
        contents=_expression(rf"{lead}{known['contents']}\W{{0,3}}"),
        caption_names=frozenset(table["caption_names"].split()),
    )


def marks_of(lines: str) -> tuple[str, ...]:
    """The longest word of every phrase, folded, less those that hold another one of them."""
    longest = {max(fold(line).split(), key=len) for line in lines.split("\n") if line}
    return tuple(sorted(word for word in longest if not any(other in word for other in longest - {word})))


def fold(text: str) -> str:
    """The text in small letters, those alike that an expression takes for the same: to it ı, i and İ are."""
    return text.replace("İ", "i").replace("ı", "i").casefold()


def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _any_of(lines: str) -> str:
    """The longest first: one may be how another begins."""
    longest_first = sorted(lines.split("\n"), key=len, reverse=True)
    return "(?:" + "|".join(r"\s+".join(map(re.escape, line.split())) for line in longest_first if line) + ")"
