"""`broadsheet forget`: takes a page or a site out of a crawl's state, its targets, and what was exported from it.

In the state file its addresses stay, with the fate "forgotten" and nothing else, so that no later run fetches them
again. A file is written anew under a hidden name and then takes the old one's place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

import output
from broadsheet.choosing import is_on, site_name
from broadsheet.errors import BadInput
from output.kinds import scheme_of
from output.reading import is_readable
from output.record import Record
from output.rotation import rotation_of
from output.space import LEAST_FREE, MEGABYTE, Space
from output.targets import append_to, is_database, is_folder, is_there, take_out
from scrapers.discovery.urls import canonical
from scrapers.frontier.errors import StateError
from scrapers.frontier.fates import FORGOTTEN
from scrapers.frontier.state import State

OF_THE_ARTICLES = ("clusters", "bands")


class Addresses(msgspec.Struct, frozen=True):
    """What is asked of a file that may be a record, of whatever version."""

    url: str | None
    canonical_url: str | None


ADDRESSES = msgspec.json.Decoder(Addresses)


class Wanted(NamedTuple):
    """What is to be forgotten: one address, or a site and what is below it."""

    url: str | None
    site: str | None

    def means(self, url: str | None) -> bool:
        """Whether an address is the one, or on the site."""
        if not url:
            return False
        if self.url is not None:
            return canonical(url) == self.url
        return is_on((urlsplit(url).hostname or "").removeprefix("www."), self.site or "")

    def means_either(self, url: str | None, canonical_url: str | None) -> bool:
        """Whether one of an article's two addresses is meant."""
        return self.means(url) or self.means(canonical_url)

    def means_record(self, record: Addresses | Record) -> bool:
        """Whether a record is of that address or site."""
        return self.means_either(record.url, record.canonical_url)


def wanted(name: str) -> Wanted:
    """A name as somebody gives it: an address with a path is a page, everything else a site."""
    parts = urlsplit(name)
    if parts.scheme in ("http", "https") and (parts.path.strip("/") or parts.query):
        return Wanted(canonical(name), None)
    site = site_name(name)
    if "." not in site or "/" in site:
        raise BadInput(f"{name}: neither the address of a page nor a site")
    return Wanted(None, site)


def forget(name: str, state: str | None, targets: Sequence[str], keep_free: float = LEAST_FREE) -> dict[str, int]:
    """Target (and the state file) → how many articles were taken out of it.

    keep_free: megabytes that are to be left once a file has been written anew beside the old one. Raises BadInput, and
    OutputError for a target that cannot be read or written.
    """
    what = wanted(name)
    for place in filter(None, (state, *targets)):
        Space((place,), keep_free and keep_free + size_of(place) / MEGABYTE).check()
    counts: dict[str, int] = {}
    if state is not None:
        counts |= _from_state(what, state)
    for target in targets:
        counts[target] = _from_target(what, target)
    return counts


def size_of(place: str) -> int:
    """Bytes of a file that may have to be written anew; 0 for what is none."""
    return os.path.getsize(place) if os.path.isfile(place) else 0


def _from_state(what: Wanted, path: str) -> dict[str, int]:
    if not os.path.exists(path):
        raise BadInput(f"{path}: no such state file")
    try:
        with State(path) as state:
            state.rows("PRAGMA secure_delete = ON")
            ids = [
                row[0]
                for row in state.rows("SELECT id, url, given FROM urls")
                if what.means(row[1]) or what.means(row[2])
            ]
            gone = _articles_of(state, ids)
            counts = {path: len(gone)}
            for delivery in [Delivered(*row) for row in state.rows("SELECT target, origin, cursor FROM deliveries")]:
                if any(delivery.holds(sequence) for sequence in gone):
                    counts[delivery.target] = _from_delivery(what, delivery, state, gone)
            _delete(state, ids, gone)
            state.commit()
            state.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    except StateError as error:
        raise BadInput(str(error)) from None
    return counts


def _articles_of(state: State, ids: Iterable[int]) -> list[int]:
    return [row[0] for one in ids for row in state.rows("SELECT sequence FROM articles WHERE url = ?", (one,))]


def _delete(state: State, ids: Iterable[int], articles: Iterable[int]) -> None:
    for sequence in articles:
        for table in OF_THE_ARTICLES:
            state.execute(f"DELETE FROM {table} WHERE article = ?", (sequence,))
        state.execute("DELETE FROM articles WHERE sequence = ?", (sequence,))
    for one in ids:
        state.execute("DELETE FROM visits WHERE url = ?", (one,))
        state.execute(
            "UPDATE urls SET state = 'done', fate = ?, detail = NULL, announced = NULL, etag = NULL,"
            " last_modified = NULL, published = NULL, due_at = NULL WHERE id = ?",
            (FORGOTTEN, one),
        )


class Delivered(NamedTuple):
    """A target of the crawl: it holds the articles after `origin`, up to `cursor`."""

    target: str
    origin: int
    cursor: int

    def holds(self, sequence: int) -> bool:
        """Whether the article is in it."""
        return self.origin < sequence <= self.cursor


def _from_delivery(what: Wanted, delivery: Delivered, state: State, gone: list[int]) -> int:
    """Writes a target of the crawl anew, and remembers where it ends now."""
    target = delivery.target
    if is_folder(target) or is_database(target):
        return _from_target(what, target) if scheme_of(target) or os.path.exists(target) else 0
    if scheme_of(target) is None and not is_there(target):
        return 0
    rows = state.rows("SELECT sequence, record FROM articles ORDER BY sequence")
    appender = append_to(target, None, overwrite=True)
    try:
        for sequence, record in rows:
            if delivery.holds(sequence) and sequence not in gone:
                appender.write(record.encode())
        state.execute("UPDATE deliveries SET mark = ? WHERE target = ?", (appender.commit(), target))
    finally:
        appender.close()
    return sum(map(delivery.holds, gone))


def _from_target(what: Wanted, target: str) -> int:
    """Takes records out of what a sink wrote: a database, files of a folder, or a file that is written anew."""
    rotation = rotation_of(target)
    if rotation is not None:
        return sum(_from_target(what, rotation.target(key)) for key in rotation.existing())
    if scheme_of(target) is None and not os.path.exists(target):
        raise BadInput(f"{target}: no such file or folder")
    if is_database(target):
        return take_out(target, what.means_either)
    if os.path.isdir(target):
        return _from_folder(what, Path(target))
    gone = 0
    with output.open(target) as sink:
        for record in output.read(target):
            if what.means_record(record):
                gone += 1
            else:
                sink.write(record)
    return gone


def _from_folder(what: Wanted, folder: Path) -> int:
    """Takes an article's files out of a folder. Raises BadInput where no file says which article it holds."""
    files = [path for path in sorted(folder.rglob("[!.]*")) if path.is_file()]
    read = {path: _addresses(path) for path in files if path.suffix in (".json", ".md")}
    gone = [path for path, found in read.items() if found is not None and what.means_record(found)]
    for path in gone:
        path.unlink()
    others = [path for path in files if path not in read and is_readable(path)]
    if files and not read and not others:
        raise BadInput(f"{folder}: no file in it says which article it holds; take them out by hand")
    return len(gone) + sum(_from_target(what, str(path)) for path in others)


def _addresses(path: Path) -> Addresses | None:
    """Those of the article that a file holds. None: somebody else's file."""
    try:
        if path.suffix == ".md":
            return msgspec.convert(dict(_front_matter(path)), Addresses)
        return ADDRESSES.decode(path.read_bytes())
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _front_matter(path: Path) -> Iterator[tuple[str, object]]:
    """The addresses in the front matter of a Markdown file, which is YAML whose values are JSON."""
    fields: dict[str, object] = {"url": None, "canonical_url": None}
    with path.open(encoding="utf-8") as lines:
        if next(lines, "").strip() != "---":
            return
        for line in takewhile(lambda line: line.strip() != "---", lines):
            name, _, value = line.partition(": ")
            if name in fields:
                fields[name] = msgspec.json.decode(value)
    yield from fields.items()
