"""Records as the JSON lines they are, and the few fields that choosing and counting them takes: no more is decoded."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from output.compression import inner_ending, reading
from output.errors import OutputError, one_line
from output.jsonl import SHAPE as LINES
from output.jsonl import json_line
from output.reading import is_plain_lines, read


class FactsOfRights(msgspec.Struct, frozen=True, kw_only=True):
    """Of `rights`."""

    reserved: bool = False


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of a record to choose and count it."""

    id: str
    url: str | None
    canonical_url: str | None
    published: str | None
    language: str | None
    publisher: str | None
    license: str | None
    word_count: int
    kind: str
    status: str
    access: str
    fetched_at: str | None
    cleaner_version: str
    cleaner_settings: str
    rights: FactsOfRights = FactsOfRights()

    @property
    def is_reserved(self) -> bool:
        """Whether its publisher reserves the right to use it for text and data mining."""
        return self.rights.reserved

    @property
    def host(self) -> str:
        """The host of its address, without `www.`; empty where it has none."""
        address = self.canonical_url or self.url or ""
        place = address.partition("://")[2].partition("/")[0]  # urlsplit takes twenty times as long
        return place.rpartition("@")[2].partition(":")[0].lower().removeprefix("www.")

    @property
    def day(self) -> str | None:
        """The day it was published, or else fetched."""
        moment = self.published or self.fetched_at
        return moment[:10] if moment else None


FACTS = msgspec.json.Decoder(Facts)


def read_lines(target: str | os.PathLike[str]) -> Iterator[tuple[Facts, bytes]]:
    """The facts and the JSON line of each record in whatever `read` can read, in its order.

    Raises what `read` raises.
    """
    path = Path(target)
    if path.is_file() and inner_ending(path) == LINES.ending and is_plain_lines(path):
        yield from _plain(path)
    else:
        for record in read(target):
            line = json_line(record)
            yield FACTS.decode(line), line


def _plain(path: Path) -> Iterator[tuple[Facts, bytes]]:
    with reading(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.isspace():
                try:
                    facts = FACTS.decode(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    raise OutputError(f"{one_line(path)} line {number}: no record: {error}") from error
                yield facts, line.rstrip(b"\r\n")


def facts_of(line: bytes, place: str) -> Facts:
    """The facts in a record's JSON. Raises OutputError where it is none."""
    try:
        return FACTS.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OutputError(f"{place}: no record: {error}") from error
