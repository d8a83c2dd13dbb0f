"""Targets that go on in another file each day, or when one is full: `x-{day}.jsonl.gz`, `x-{part:100MB}.parquet`.

`{day}` is the day a record was fetched (UTC), `undated` where that is not known; days only go forward, so a record that
comes late stands in the file of the day it came. `{part:SIZE}` counts from 00001, and a file that has reached the size
(in KB, MB or GB of 1,000 each) is its last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from glob import escape, glob
from typing import NamedTuple

import msgspec

from output.appender import Appender, mark_of
from output.errors import OutputError, UnknownTarget, naming, one_line
from output.kinds import scheme_of
from output.record import Record
from output.sink import Sink

PLACEHOLDER = re.compile(r"\{(?:(day)|part:([0-9]+(?:\.[0-9]+)?)\s*([KMG]?B))\}", re.IGNORECASE)
UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
UNDATED = "undated"
DAYS, PARTS = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}|{UNDATED}"), re.compile("[0-9]{5,}")


def place(key: str) -> tuple[int, str]:
    """What days and parts are ordered by: nothing, `undated`, then the days; 99999 before 100000."""
    return (1, "") if key == UNDATED else (len(key), key)


class Rotation(NamedTuple):
    """How a target goes on."""

    before: str
    after: str
    size: int | None
    """Bytes after which a part is full; None: a file a day."""

    def target(self, key: str) -> str:
        """The target for a day or part."""
        return self.before + key + self.after

    def existing(self) -> list[str]:
        """Files that are there already, by their day or part, which are the keys."""
        found = _found(f"{escape(self.before)}*{escape(self.after)}", self.before)
        keys = (name.removeprefix(self.before).removesuffix(self.after) for name in found)
        form = DAYS if self.size is None else PARTS
        return sorted((key for key in keys if form.fullmatch(key)), key=place)

    def next(self, key: str, record: Record | bytes, size: int) -> str:
        """Where the record goes, after the key (empty: it is the first) whose file has so many bytes."""
        if self.size is None:
            return max(key, _day(record) or key or UNDATED, key=place)
        number = int(key or 1)
        return f"{number + (size >= self.size):05}"


def rotation_of(target: str) -> Rotation | None:
    """How the target goes on; None: it is one file. Raises UnknownTarget where there are two placeholders or more."""
    found = list(PLACEHOLDER.finditer(target))
    if not found:
        return None
    if len(found) > 1:
        raise UnknownTarget(f"{one_line(target)}: only one of {{day}} and {{part:SIZE}} can say where it goes on")
    place = found[0]
    size = None if place[1] else int(float(place[2]) * UNITS[place[3].upper()])
    return Rotation(target[: place.start()], target[place.end() :], size)


def _found(pattern: str, before: str) -> list[str]:
    """The targets that a pattern meets, here or elsewhere."""
    if scheme_of(before) is None:
        return glob(pattern)
    from output.remote import find  # noqa: PLC0415  # an extra

    return find(pattern)


def _take_away(target: str) -> None:
    if scheme_of(target) is not None:
        from output.remote import remove  # noqa: PLC0415  # an extra

        remove(target)
    else:
        with naming(target):
            os.unlink(target)


class _Dated(msgspec.Struct):
    fetched_at: str | None = None


DATED = msgspec.json.Decoder(_Dated)


def _day(record: Record | bytes) -> str | None:
    moment = record.fetched_at if isinstance(record, Record) else DATED.decode(record).fetched_at
    return moment[:10] if moment else None


class RotationMark(msgspec.Struct, frozen=True, array_like=True):
    """How far a row of files has got: the last one, and how far that one has."""

    key: str
    mark: str | None


class RotatingAppender(Appender):
    """One appender after the other. Files that were begun after the mark are taken away when it is opened again.

    No file of the row may be there at the beginning, unless they are to be overwritten: so all of them are ours.
    """

    def __init__(
        self, rotation: Rotation, begin: Callable[..., Appender], mark: str | None, *, overwrite: bool
    ) -> None:
        """begin: makes the appender for a target and a mark (and `overwrite`), as `append_to` does."""
        self.rotation = rotation
        self.begin = begin
        self.inner: Appender | None = None
        self.at = RotationMark("", None)
        if mark is not None:
            self.at = mark_of(mark, RotationMark, rotation.target("*"))
        elif not overwrite and (there := rotation.existing()):
            raise OutputError(f"{one_line(rotation.target(there[0]))}: exists and is not of this crawl; move it away")
        self._take_away_later_ones()
        self.key = self.at.key
        if self.key:
            self.inner = begin(rotation.target(self.key), self.at.mark)
            self.cut = self.cut or self.inner.cut

    def write(self, record: Record | bytes) -> None:
        key = self.rotation.next(self.key, record, self.size())
        if self.inner is None or key != self.key:
            self._go_on(key)
        assert self.inner is not None
        self.inner.write(record)

    def commit(self) -> str:
        if self.inner is not None:
            self.at = RotationMark(self.key, self.inner.commit())
        return msgspec.json.encode(self.at).decode()

    def close(self) -> None:
        if self.inner is not None:
            self.inner.close()

    def size(self) -> int:
        return 0 if self.inner is None else self.inner.size()

    def _go_on(self, key: str) -> None:
        if self.inner is not None:
            self.inner.commit()
            self.inner.close()
        self.inner = self.begin(self.rotation.target(key), None, overwrite=True)
        self.inner.commit()
        self.key = key

    def _take_away_later_ones(self) -> None:
        later = [key for key in self.rotation.existing() if not self.at.key or place(key) > place(self.at.key)]
        for key in later:
            _take_away(self.rotation.target(key))
        if later and self.at.key:
            self.cut = ", ".join(self.rotation.target(key) for key in later)


class RotatingSink(Sink):
    """One sink after the other. A file that is full appears at once and stays, also after an abort."""

    def __init__(self, rotation: Rotation, begin: Callable[[str], Sink]) -> None:
        """begin: makes the sink for a target."""
        self.rotation = rotation
        self.begin = begin
        self.inner: Sink | None = None
        self.key = ""
        self.name = one_line(rotation.target("*"))

    def _write(self, record: Record) -> None:
        key = self.rotation.next(self.key, record, 0 if self.inner is None else self.inner.size())
        if self.inner is None or key != self.key:
            self._go_on(key)
        assert self.inner is not None
        self.inner.write(record)

    def _close(self, commit: bool) -> None:
        if self.inner is not None:
            self.inner.close(commit)

    def _go_on(self, key: str) -> None:
        if self.inner is not None:
            self.inner.close()
        self.inner = self.begin(self.rotation.target(key))
        self.key = key
