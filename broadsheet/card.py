"""The corpus card: what is in a corpus, from where, under which terms and made by what, for people and programs.

It is Markdown with the counts as YAML in front (as JSON, which YAML reads), and the same in every run over the same
records: there is no moment of its making in it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

from broadsheet.digest import Digest
from output.lines import host_of
from output.record import Record

SHOWN = 50
"""Rows of a table for people; the front matter has all."""
UNKNOWN = "unknown"


class Card:
    """Counts records as they come."""

    def __init__(self) -> None:
        self.records = self.words = 0
        self.counts: dict[str, Counter[str]] = {name: Counter() for name in TABLES}
        self._digest = Digest()

    def count(self, record: Record, line: bytes) -> None:
        """Takes one record, and the JSON line that it is."""
        self.records += 1
        self.words += record.word_count
        self._digest.add(line)
        for counter, value in zip(self.counts.values(), _values(record), strict=True):
            counter[value or UNKNOWN] += 1

    def digest(self) -> str:
        """SHA-256 of the records so far as JSON lines."""
        return self._digest.hexdigest()

    def text(self, made_from: str, choice: dict[str, object]) -> str:
        """The card. made_from: the source's name. choice: what was chosen by, where something was."""
        head: dict[str, object] = {
            "made_from": made_from,
            "chosen_by": choice,
            "articles": self.records,
            "words": self.words,
            "sha256": self.digest(),
            **{name: dict(_ordered(name, counter)) for name, counter in self.counts.items()},
        }
        lines = ["---", *(f"{name}: {msgspec.json.encode(value).decode()}" for name, value in head.items()), "---", ""]
        lines += ["# Corpus card", "", f"{self.records:,} articles, {self.words:,} words, from `{made_from}`.", ""]
        lines += [f"Chosen by: {_listed(choice)}.", ""] if choice else []
        lines += [f"SHA-256 of the records as JSON lines, in this order: `{self.digest()}`", ""]
        for name, title in TABLES.items():
            lines += _table(title, _ordered(name, self.counts[name]))
        return "\n".join(lines)


def front_matter(text: str) -> dict[str, Any]:
    """What a card says of its corpus, for programs. Empty: it is no card."""
    head = text.removeprefix("---\n").partition("\n---\n")[0]
    try:
        return {
            name: msgspec.json.decode(value) for name, _, value in (line.partition(": ") for line in head.split("\n"))
        }
    except msgspec.DecodeError:
        return {}


TABLES = {
    "site": "Sites",
    "language": "Languages",
    "month": "Months of publication",
    "kind": "Kinds",
    "access": "Access",
    "license": "Licences the pages name",
    "mining": "Text and data mining",
    "cleaner": "Cleaner (version and settings)",
}


def _values(record: Record) -> tuple[str | None, ...]:
    """In the order of the tables."""
    return (
        host_of(record),
        record.language,
        record.published[:7] if record.published else None,
        record.kind,
        record.access,
        record.license or "none named",
        "reserved" if record.rights.reserved else "not reserved",
        f"{record.cleaner_version} {record.cleaner_settings}".strip(),
    )


def _ordered(name: str, counter: Counter[str]) -> list[tuple[str, int]]:
    """Months in their order, all else the most frequent first."""
    if name == "month":
        return sorted(counter.items())
    return sorted(counter.items(), key=lambda item: (-item[1], item[0]))


def _table(title: str, rows: list[tuple[str, int]]) -> list[str]:
    lines = [f"## {title}", "", "| | articles |", "|---|---|"]
    lines += [f"| {value.replace('|', chr(92) + '|')} | {count:,} |" for value, count in rows[:SHOWN]]
    left = rows[SHOWN:]
    lines += [f"| {len(left):,} more | {sum(count for _, count in left):,} |"] if left else []
    return [*lines, ""]


def _listed(choice: dict[str, object]) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in choice.items())
