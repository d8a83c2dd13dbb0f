"""Where an export goes, and how far it has got: it stands under a hidden name until it is through."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from broadsheet.card import Card
from output.errors import calling, naming
from output.kinds import scheme_of
from output.rotation import rotation_of
from output.targets import is_database, is_folder, is_made_whole
from output.waiting import state_folder

STANDARD_OUTPUT = "-"


class Progress(msgspec.Struct, frozen=True):
    """How far an export has got."""

    records: int
    digest: str
    """Of the records so far: where the source has changed meanwhile, the export starts over."""
    mark: str


class Place:
    """A target: what is written until the export is through, and where it stands how far that is."""

    def __init__(self, target: str, form: str | None, fingerprint: str) -> None:
        self.target, self.form = target, form
        self.is_made_whole = is_made_whole(target, form)
        self.is_here = scheme_of(target) is None and target != STANDARD_OUTPUT and not _is_device(target)
        self.working = self._hidden() if self._can_hide() else target
        self._file = state_folder("exports") / f"{fingerprint[:16]}.json"

    def saying(self) -> AbstractContextManager[None]:
        """Has messages name the target as it was given. Raises OutputError."""
        return calling(self.working, self.target)

    def progress(self) -> Progress | None:
        """How far an earlier run of the same export has got; None: it has not, or is through."""
        try:
            return PROGRESS.decode(self._file.read_bytes())
        except (OSError, msgspec.DecodeError):
            return None

    def remember(self, card: Card, mark: str) -> None:
        """Says how far this run has got. Raises OutputError."""
        if self.target == STANDARD_OUTPUT:
            return
        with naming(self._file):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new = self._file.with_suffix(".new")
            new.write_bytes(msgspec.json.encode(Progress(card.records, card.digest(), mark)))
            new.replace(self._file)

    def finish(self) -> None:
        """Gives the target its name. Raises OutputError."""
        if self.working != self.target:
            with naming(self.target):
                os.replace(self.working, self.target)
        self._file.unlink(missing_ok=True)

    def write_card(self, text: str) -> Path | None:
        """Writes the card beside a target on this machine. Raises OutputError."""
        if not self.is_here:
            return None
        path = card_path(self.target)
        with naming(path):
            path.write_text(text, encoding="utf-8")
        return path

    def _can_hide(self) -> bool:
        """One file gets its name at the end; a database that exists is added to, a folder grows file by file."""
        if not self.is_here or self.is_made_whole or is_folder(self.target) or rotation_of(self.target) is not None:
            return False
        return not (is_database(self.target) and os.path.exists(self.target))

    def _hidden(self) -> str:
        path = Path(self.target)
        return str(path.with_name(f".export-{path.name}"))


def card_path(target: str) -> Path:
    """Where the card of a target stands: `x.parquet.card.md`, `folder/corpus.card.md`."""
    if is_folder(target):
        return Path(target) / "corpus.card.md"
    rotation = rotation_of(target)
    return Path(f"{rotation.target('all') if rotation is not None else target}.card.md")


def _is_device(target: str) -> bool:
    return os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target)


PROGRESS = msgspec.json.Decoder(Progress)
