"""What the rules judge knows: phrases by kind, language and tier, read from rules/*.toml and made ready for look-up.

A phrase is compared in its normal form with the normal form of a line, so case, quotes, digits, bullets and arrows do
not matter. Nearly every phrase is a dictionary key; the few with a blank in them ("Share on {name}") are found through
their first or last letters. What the files may say is told in docs/rules.md.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from typing import Any, NamedTuple

from cleaners.normal_form import DECORATION, NUMBER, unite

ANYWHERE, EDGES, BESIDE = range(3)
TIERS = ("anywhere", "edges", "beside")
# Files of rules/ that do not hold phrases of one kind.
NOT_A_KIND = frozenset({"dom", "languages"})

NAME, WORDS = "\x01", "\x02"  # {name}: one to four words; {words}: one to fourteen
MOST_WORDS = {NAME: 4, WORDS: 14}
BLANK = re.compile(f"([{NAME}{WORDS}])")
BLANKS = {"{n}": "0", "{name}": NAME, "{words}": WORDS}
KEY = 3  # letters of a literal by which templates are looked up
SIZES = (KEY, *range(1, KEY))


class Rule(NamedTuple):
    """Where a phrase comes from, and in which surroundings it is residue."""

    kind: str
    language: str
    """ISO 639-1 code."""
    tier: int
    """ANYWHERE, EDGES or BESIDE."""

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.language}"


class Template(NamedTuple):
    """A phrase with blanks, cut at them: literal, blank, literal, … (a literal may be empty at the ends)."""

    pieces: tuple[str, ...]
    rule: Rule

    def fits(self, text: str) -> bool:
        """Whether the normal form is this phrase with its blanks filled in."""
        pieces = self.pieces
        end = len(text) - len(pieces[-1])
        at = len(pieces[0])
        if at > end or not (text.startswith(pieces[0]) and text.endswith(pieces[-1])):
            return False
        for index in range(1, len(pieces) - 1, 2):
            last = index + 2 == len(pieces)
            until = end if last else text.find(pieces[index + 1], at + 1, end)
            if until < 0 or not _fills(text[at:until], MOST_WORDS[pieces[index]]):
                return False
            at = until + len(pieces[index + 1])
        return True


class Bucket:
    """Templates whose first (or last) literals begin (or end) with the same letters, and these literals."""

    __slots__ = ("literals", "templates")

    def __init__(self) -> None:
        self.templates: list[Template] = []
        self.literals: tuple[str, ...] = ()

    def add(self, template: Template, literal: str) -> None:
        """Adds a template by its first or last literal."""
        self.templates.append(template)
        if literal not in self.literals:
            self.literals += (literal,)


def _fills(text: str, most: int) -> bool:
    return bool(text.strip()) and text.count(" ", 1, max(len(text) - 1, 1)) < most and len(text) <= most * 12


class Phrases:
    """All phrases of all files, ready to be asked."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        """tables: kind → the file's content."""
        self.exact: dict[str, tuple[Rule, ...]] = {}
        self.by_start: dict[str, Bucket] = {}
        self.by_end: dict[str, Bucket] = {}
        self.in_rows = frozenset(kind for kind, table in tables.items() if table.get("rows"))
        """Kinds whose phrases come side by side with nothing between them."""
        for kind, table in tables.items():
            for language, tier, block in _blocks(table):
                self._add(Rule(kind, language, tier), block)

    def _add(self, rule: Rule, block: str) -> None:
        phrases, templates = _read(block)
        alone: tuple[Rule, ...] = (rule,)
        exact = dict.fromkeys(phrases, alone)
        for phrase in exact.keys() & self.exact.keys():
            exact[phrase] = self.exact[phrase] + alone
        self.exact.update(exact)
        for phrase in templates:
            self._add_template(Template(tuple(BLANK.split(phrase)), rule))

    def _add_template(self, template: Template) -> None:
        first, last = template.pieces[0], template.pieces[-1]
        if first and (len(first) >= KEY or len(last) < KEY):
            self.by_start.setdefault(first[:KEY], Bucket()).add(template, first)
        elif last:
            self.by_end.setdefault(last[-KEY:], Bucket()).add(template, last)
        else:
            raise ValueError(f"a phrase needs words at its start or end: {template.pieces}")

    def find(self, text: str) -> tuple[Rule, ...]:
        """The rules whose phrase this normal form is; empty for none."""
        known = self.exact.get(text)
        if known is not None:
            return known
        # In Chinese or Japanese a literal may be one or two characters.
        sizes = (KEY,) if text.isascii() else SIZES
        found: list[Rule] = []
        for size in sizes:
            near = self.by_start.get(text[:size])
            if near is not None and text.startswith(near.literals):
                found += [template.rule for template in near.templates if template.fits(text)]
            near = self.by_end.get(text[-size:])
            if near is not None and text.endswith(near.literals):
                found += [template.rule for template in near.templates if template.fits(text)]
        return tuple(found)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every word of the short phrases that come in rows: a line with another word in it is no row of buttons."""
        short = (phrase for phrase, rules in self.exact.items() if phrase.count(" ") < 3 and self.in_row(rules))
        return frozenset(word for phrase in short for word in phrase.split(" "))

    def in_row(self, rules: tuple[Rule, ...]) -> bool:
        """Whether one of the rules is of a kind whose phrases come in rows."""
        return any(rule.kind in self.in_rows for rule in rules)


def _blocks(table: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    for language, entry in table.items():
        if isinstance(entry, dict):
            for tier, name in enumerate(TIERS):
                if name in entry:
                    yield language, tier, entry[name]


def _read(block: str) -> tuple[list[str], list[str]]:
    """The phrases of a block of lines in normal form: those without blanks, and those with some."""
    blanks = "{" in block
    if blanks:
        for written, blank in BLANKS.items():
            block = block.replace(written, blank)
    if not block.isascii():
        block = unite(block)
    phrases = [line.strip(DECORATION) for line in NUMBER.sub("0", block.casefold()).strip().split("\n")]
    if not blanks:
        return phrases, []
    templates = [phrase for phrase in phrases if NAME in phrase or WORDS in phrase]
    known = set(templates)
    return [phrase for phrase in phrases if phrase not in known], templates


def read_tables() -> dict[str, dict[str, Any]]:
    """Every file of rules/, by its name without the ending."""
    folder = files("cleaners").joinpath("rules")
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return {entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text("utf-8")) for entry in found}
