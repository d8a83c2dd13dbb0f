"""How far the spider `archive` has read, and what its target holds by then: a small file, replaced as a whole.

The order is always: records are written to the target, made durable, and then the bookmark says up to which page that
was and where the target then ended (the mark). A kill in between leaves a target that is ahead of its bookmark, and
opening cuts it back.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec

from items import Failure, Page
from scrapers.frontier.outbox import Place, Target
from scrapers.pipelines import OutputError, sync_folder
from scrapers.reasons import one_line


class Read(msgspec.Struct, frozen=True):
    """A page that was read, or why it could not be, and where."""

    number: int
    """Counted by this run, from 0."""
    file: str
    """As it is called below the folder that is read."""
    nth: int
    """Which of its file it is, from 1."""
    outcome: Page | Failure


class Bookmark(msgspec.Struct, frozen=True):
    """A place in the files, which are read in the order of their names, and the target's mark at it."""

    file: str = ""
    nth: int = 0
    mark: str | None = None
    """None: the target holds nothing that counts yet."""

    def is_before(self, file: str, nth: int | None = None) -> bool:
        """Whether it is in front of a page of a file, or (None) of its end."""
        here, there = Path(self.file).parts, Path(file).parts
        return there > here or (there == here and (nth is None or nth > self.nth))


class Shelf(NamedTuple):
    """Where a bookmark lies."""

    path: Path

    @classmethod
    def of(cls, folder: Path, *told: object) -> Shelf:
        """The same in every run that is told the same."""
        name = hashlib.blake2b(msgspec.json.encode(told), digest_size=8).hexdigest()
        return cls(folder / f"{name}.json")

    def found(self) -> Bookmark | None:
        """The bookmark; None: there is none. Raises OutputError."""
        try:
            return BOOKMARK.decode(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise OutputError(f"{one_line(str(self.path))}: {error}") from error

    def keep(self, bookmark: Bookmark) -> None:
        """Replaces it; on the disk when this returns. Raises OutputError."""
        new = self.path.with_suffix(".new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with new.open("wb") as stream:
                stream.write(msgspec.json.encode(bookmark))
                stream.flush()
                os.fsync(stream.fileno())
            new.replace(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise OutputError(f"{one_line(str(self.path))}: {error.strerror or error}") from error


class Reading:
    """A target that is filled with what pages gave, in the order in which the pages were read."""

    def __init__(self, shelf: Shelf, place: Place, say: Callable[[str], None]) -> None:
        """Opens the target at the bookmark. Raises OutputError."""
        self._shelf = shelf
        self.start = shelf.found() or Bookmark()
        """Where this run goes on."""
        if self.start.mark is not None and place.is_gone():
            say(f"{place.name}: is gone; it is written again from the beginning")
            self.start = Bookmark()
        if self.start == Bookmark():
            self._target = self._begun(place)
        else:
            self._target = place.open(self.start.mark, overwrite=False)
            say(f"going on after page {self.start.nth:,} of {one_line(self.start.file) or 'nothing'}")
        if self._target.cut:
            say(f"{place.name}: cut back to the last whole record ({self._target.cut} removed)")
        self._at = self.start
        self._next = 0
        self._settled: dict[int, tuple[Read, bytes | None]] = {}

    def _begun(self, place: Place) -> Target:
        """Without a bookmark a file that is there is somebody else's; with an empty one, ours of before a kill."""
        target = place.open(None, overwrite=self._shelf.found() is not None)
        self._shelf.keep(Bookmark())
        return target

    def settle(self, read: Read, record: bytes | None) -> None:
        """Takes what came of a page (None: no article), once all before it are settled. Raises OutputError."""
        self._settled[read.number] = (read, record)
        while self._next in self._settled:
            read, record = self._settled.pop(self._next)
            if record is not None:
                self._target.write(record)
            self._at = msgspec.structs.replace(self._at, file=read.file, nth=read.nth)
            self._next += 1

    def commit(self) -> None:
        """Makes durable what was written, and moves the bookmark. Raises OutputError."""
        self._at = msgspec.structs.replace(self._at, mark=self._target.commit())
        self._shelf.keep(self._at)

    def close(self) -> None:
        """Lets go of the target. Raises OutputError."""
        self._target.close()


BOOKMARK = msgspec.json.Decoder(Bookmark)
