"""`broadsheet forget`: takes a page or a site out of a crawl's state, its targets, and what was exported from it.

In the state file its addresses stay, with the fate "forgotten" and nothing else, so that no later run fetches them
again. A file is written anew under a hidden name and then takes the old one's place.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import output
from broadsheet.card import Card, front_matter
from broadsheet.errors import BadInput
from broadsheet.export_place import card_path
from broadsheet.forgetting_folders import from_folder
from broadsheet.mentions import Mentions
from broadsheet.wanted import Wanted, wanted
from output.errors import UnknownTarget, naming
from output.kinds import scheme_of
from output.lines import read_lines
from output.rotation import rotation_of
from output.space import LEAST_FREE, MEGABYTE, Space
from output.targets import append_to, is_database, is_folder, is_there, take_out
from output.targets_elsewhere import brought_here, is_elsewhere, waiting_target
from scrapers.frontier.errors import StateError
from scrapers.frontier.fates import FORGOTTEN
from scrapers.frontier.state import State

OF_THE_ARTICLES = ("clusters", "bands")
# Articles that have other addresses, or came after another one like them.
COPIES = """
SELECT sequence FROM articles WHERE json_extract(record, '$.first_seen') IS NOT NULL
OR json_array_length(record, '$.other_urls') > 0 ORDER BY sequence
"""


def forget(name: str, state: str | None, targets: Sequence[str], keep_free: float = LEAST_FREE) -> dict[str, int]:
    """Target (and the state file) → how many articles were taken out of it.

    keep_free: megabytes that are to be left once a file has been written anew beside the old one. Raises BadInput, and
    OutputError for a target that cannot be read or written.
    """
    what = wanted(name)
    for place in filter(None, (state, *targets)):
        Space((place,), keep_free and keep_free + size_of(place) / MEGABYTE).check()
    counts: dict[str, int] = {}
    mentions = Mentions(what.means)
    if state is not None:
        counts |= _from_state(what, mentions, state)
    for target in targets:
        counts[target] = _from_target(what, mentions, target)
        if scheme_of(target) is None and not is_database(target):
            _count_again(target)
    return counts


def _count_again(target: str) -> None:
    """Makes the card of an export anew. One of what cannot be read back is taken away: it would not be true."""
    path = card_path(target)
    if not path.is_file():
        return
    with naming(path):
        said = front_matter(path.read_text(encoding="utf-8"))
        card = Card()
        with suppress(UnknownTarget):
            for record, line in read_lines(target):
                card.count(record, line)
        if said and card.records:
            path.write_text(card.text(str(said.get("made_from")), dict(said.get("chosen_by") or {})), encoding="utf-8")
        else:
            path.unlink()


def size_of(place: str) -> int:
    """Bytes of a file that may have to be written anew; 0 for what is none."""
    return os.path.getsize(place) if os.path.isfile(place) else 0


def _from_state(what: Wanted, mentions: Mentions, path: str) -> dict[str, int]:
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
            changed = _change_others(state, mentions, gone)
            for delivery in [Delivered(*row) for row in state.rows("SELECT target, origin, cursor FROM deliveries")]:
                if any(delivery.holds(sequence) for sequence in (*gone, *changed)):
                    counts[delivery.target] = _from_delivery(what, mentions, delivery, state, gone)
            _delete(state, ids, gone)
            state.commit()
            state.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    except StateError as error:
        raise BadInput(str(error)) from None
    return counts


def _change_others(state: State, mentions: Mentions, gone: Sequence[int]) -> list[int]:
    """Takes out what the articles that stay say of those that go. Returns which say something else now."""
    changed = []
    for (sequence,) in state.rows(COPIES):
        (before,) = state.rows("SELECT record FROM articles WHERE sequence = ?", (sequence,))[0]
        after = before if sequence in gone else mentions.out_of_json(before.encode()).decode()
        if after != before:
            state.execute("UPDATE articles SET record = ? WHERE sequence = ?", (after, sequence))
            changed.append(sequence)
    for cluster, heir in mentions.heirs.items():
        state.execute("UPDATE clusters SET cluster = ? WHERE cluster = ?", (heir.id, cluster))
    return changed


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


def _from_delivery(what: Wanted, mentions: Mentions, delivery: Delivered, state: State, gone: list[int]) -> int:
    """Writes a target of the crawl anew, and remembers where it ends now."""
    target = delivery.target
    if is_folder(target) or is_database(target):
        return _from_growing_folder(what, mentions, target)
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


def _from_growing_folder(what: Wanted, mentions: Mentions, target: str) -> int:
    """Takes articles out of a crawl's folder or database, and out of what waits for its next run."""
    if is_database(target):
        return _from_target(what, mentions, target) if scheme_of(target) or os.path.exists(target) else 0
    elsewhere = scheme_of(target) is not None
    here = Path(waiting_target(target) if elsewhere else target)
    gone = from_folder(what, mentions, here, _from_target) if here.is_dir() else 0
    for half_written in here.rglob(".broadsheet-*.waiting"):
        half_written.unlink()
    return gone + (_from_target(what, mentions, target) if elsewhere and is_elsewhere(target) else 0)


def _from_target(what: Wanted, mentions: Mentions, target: str) -> int:
    """Takes records out of what a sink wrote: a database, files of a folder, or a file that is written anew."""
    rotation = rotation_of(target)
    if rotation is not None:
        return sum(_from_target(what, mentions, rotation.target(key)) for key in rotation.existing())
    if is_database(target):
        if scheme_of(target) is None and not os.path.exists(target):
            raise BadInput(f"{target}: no such file or folder")
        return take_out(target, what.means_either, mentions.changes)
    if scheme_of(target) is not None:
        with brought_here(target) as copy:
            return _from_target(what, mentions, copy)
    if not os.path.exists(target):
        raise BadInput(f"{target}: no such file or folder")
    if os.path.isdir(target):
        return from_folder(what, mentions, Path(target), _from_target)
    return _from_file(what, mentions, target)


def _from_file(what: Wanted, mentions: Mentions, target: str) -> int:
    gone = 0
    with output.open(target) as sink:
        for record in output.read(target):
            if what.means_record(record):
                gone += 1
            else:
                sink.write(mentions.out_of(record))
    return gone
