"""Stops while there is still room on the disk: a full one breaks other programs too, and cannot even be logged to."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from output.errors import OutputError, naming, one_line

LEAST_FREE = 100  # megabytes
MEGABYTE = 1_000_000


class Space:
    """The disks that some files and folders are on, or will be."""

    def __init__(self, places: Iterable[str | os.PathLike[str] | None], least: float = LEAST_FREE) -> None:
        """least: megabytes to keep free on each; 0: none. Places that are no paths ("-", s3://…) have no disk here."""
        found = (os.fspath(place) for place in places if place)
        self._places = tuple(dict.fromkeys(place for place in found if place != "-" and "://" not in place))
        self._least = least * MEGABYTE

    def check(self) -> None:
        """Raises OutputError where a disk has less left than is to be kept free."""
        if self._least <= 0:
            return
        for place in self._places:
            with naming(place):
                disk = os.statvfs(_there(Path(place).absolute()))
            free = disk.f_bavail * disk.f_frsize
            if free < self._least:
                raise OutputError(
                    f"{one_line(place)}: only {free / MEGABYTE:,.0f} MB are left on this disk, and"
                    f" {self._least / MEGABYTE:,.0f} MB are to be kept free (--keep-free)"
                )


def _there(path: Path) -> Path:
    """The path, or what of it is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
