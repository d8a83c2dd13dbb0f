"""What the names of HTML elements give away: class and id words, vendors' containers, roles.

`rules/dom.toml` lists names by kind. A name is one word or several in a row, as they stand in a class or id once it is
cut at hyphens, underscores and capitals: "comment list" is found in `comment-list` and in `article__commentList`. A
name with a star is the beginning of a word: `taboola*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from cleaners.class_words import words_of
from items import Block, Place

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
LONGEST_NAME = 3
PREFIX = 4
# The page itself: what its class says is about everything on it ("has-comments", "newsletter-page").
# A heading's id is made from what it says ("copyright-in-a-new-world").
NO_CONTAINER = frozenset({"html", "body", "main", "", "h1", "h2", "h3", "h4", "h5", "h6"})
MOST_NAME_WORDS = 7  # a longer one is the slug of some text
# Where a tag alone is no sign: the footer of an article holds its last words as often as not.
STORY = frozenset({"article", "main"})
LONGEST_TOKEN = 60
MOST_REMEMBERED = 20_000


class Section(NamedTuple):
    """One kind of container."""

    kind: str
    most: float
    """The largest share of the page's prose that such a container may hold; one with more is the page's body."""

    @property
    def name(self) -> str:
        return f"dom/{self.kind}"


class Hit(NamedTuple):
    """A container that is residue, and the name that says so."""

    section: Section
    name: str


class DomNames:
    """The names of all sections, ready for look-up."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        """table: the content of dom.toml."""
        self.states = frozenset(table["states"].split())
        self.tags: dict[str, Section] = {}
        self.names: dict[str, Section] = {}
        self.prefixes: dict[str, list[tuple[str, Section]]] = {}
        for kind, entry in table.items():
            if isinstance(entry, dict):
                section = Section(kind, entry["most"])
                self.tags.update(dict.fromkeys(entry.get("tags", "").split(), section))
                self._add(section, entry["names"])
        self.first_words = frozenset(name.partition(" ")[0] for name in self.names)
        # One site's pages say the same names again and again; what a name means depends on nothing else.
        self.section_of = lru_cache(maxsize=MOST_REMEMBERED)(self._find_in_token)

    def _add(self, section: Section, names: str) -> None:
        for name in filter(None, map(str.strip, names.split("\n"))):
            if name.endswith("*"):
                self.prefixes.setdefault(name[:PREFIX].rstrip("*"), []).append((name[:-1], section))
            else:
                self.names[name] = section

    def find(self, names: str) -> Hit | None:
        """What an element's class, id and role values say it is."""
        for token in names.split():
            section = self.section_of(token)
            if section:
                return Hit(section, token)
        return None

    def _find_in_token(self, token: str) -> Section | None:
        if len(token) > LONGEST_TOKEN or not self._may_name(token):
            return None
        words = list(map(str.lower, WORD.findall(token)))
        if len(words) > MOST_NAME_WORDS:
            return None
        section = None if self.first_words.isdisjoint(words) else self._find_run(words)
        section = section or self._find_prefix([token.lower(), *words])
        return section if section and self.states.isdisjoint(words) else None

    def _may_name(self, token: str) -> bool:
        """Whether a closer look at a value is worth its time. No name begins with a single letter or a number, which
        `words_of` leaves out; and other judges ask it about the same values."""
        words = words_of(token)
        if not self.first_words.isdisjoint(words):
            return True
        prefixes = self.prefixes
        return token[:PREFIX].lower() in prefixes or any(word[:PREFIX] in prefixes for word in words)

    def _find_run(self, words: list[str]) -> Section | None:
        return next((self.names[name] for name in _runs(words) if name in self.names), None)

    def _find_prefix(self, words: Sequence[str]) -> Section | None:
        for word in words:
            for start, section in self.prefixes.get(word[:PREFIX], ()):
                if word.startswith(start):
                    return section
        return None


def _runs(words: list[str]) -> Iterator[str]:
    yield from words
    for length in range(2, LONGEST_NAME + 1):
        for start in range(len(words) - length + 1):
            yield " ".join(words[start : start + length])


class Containers:
    """The containers of one document that are residue."""

    def __init__(self, names: DomNames, shares: Mapping[int, float]) -> None:
        """shares: as `prose_shares` gives them."""
        self.names = names
        self.shares = shares
        self.named = cache(names.find)
        self.known: dict[int, Hit | None] = {}

    def judge(self, place: Place) -> Hit | None:
        """The nearest container around a place that is residue."""
        known, tags = self.known, self.names.tags
        passed: list[int] = []
        hit: Hit | None = None
        around: Place | None = place
        while around is not None:
            number = around.number
            if number in known:
                hit = known[number]
                break
            passed.append(number)
            if (around.names or around.tag in tags) and (hit := self._own(around)):
                break
            around = around.parent
        for number in passed:
            known[number] = hit
        return hit

    def _own(self, place: Place) -> Hit | None:
        """What an element's own names say, unless it holds the headline or too much of the page's prose."""
        tag = place.tag
        if tag in NO_CONTAINER:
            return None
        section = self.names.tags.get(tag)
        hit = self.named(place.names) if section is None or _in_story(place) else Hit(section, f"<{tag}>")
        return hit if hit and self.shares.get(place.number, 0.0) <= hit.section.most else None


def _in_story(place: Place) -> bool:
    around = place.parent
    while around is not None and around.tag not in STORY:
        around = around.parent
    return around is not None


def prose_shares(blocks: Sequence[Block], prose: Sequence[bool], headline: int | None) -> dict[int, float]:
    """For the elements around prose, by number: the share of the page's prose inside; over 1 around the headline.

    headline: position of the block that is the headline, if known.
    """
    total = sum(len(block.text) for block, told in zip(blocks, prose, strict=True) if told) or 1
    shares: dict[int, float] = {}
    places: dict[int, Place] = {}
    for position, block in enumerate(blocks):
        weight = 2.0 if position == headline else len(block.text) / total if prose[position] else 0.0
        if weight and block.place is not None:
            shares[block.place.number] = shares.get(block.place.number, 0.0) + weight
            _collect(block.place, places)
    for number in sorted(places, reverse=True):  # an element's number is above that of the one around it
        around = places[number].parent
        if around is not None:
            shares[around.number] = shares.get(around.number, 0.0) + shares.get(number, 0.0)
    return shares


def _collect(place: Place, places: dict[int, Place]) -> None:
    around: Place | None = place
    while around is not None and around.number not in places:
        places[around.number] = around
        around = around.parent
