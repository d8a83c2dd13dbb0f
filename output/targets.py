"""From what somebody wrote after `-o` to the sink that saves there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from output import json_file, jsonl
from output.appender import Appender
from output.compression import inner_ending
from output.errors import UnknownTarget, one_line
from output.file import FileSink
from output.file_appender import FileAppender
from output.folder import FolderSink
from output.folder_appender import FolderAppender
from output.kinds import (
    PARQUET,
    POSTGRES,
    SQLITE,
    Changes,
    Database,
    Meant,
    SinkModule,
    kind_of,
    known,
    module_for,
    safe,
    scheme_of,
)
from output.rotation import RotatingAppender, RotatingSink, rotation_of
from output.shape import Shape
from output.shapes import BY_ENDING, SHAPES
from output.sink import Sink
from output.stream import DeviceSink, StandardOutput, StreamSink
from output.stream_appender import StreamAppender

STANDARD_OUTPUT = "-"


def open_sink(target: str | os.PathLike[str], format: str | None = None) -> Sink:
    """The sink for a target, ready to be written to.

    target: a file whose ending says what it holds (docs/sinks.md lists them), a folder ("articles/", or one that
    exists), a database or a place elsewhere by its scheme, or "-" for standard output. format: a name of
    `output.FORMATS`; it overrides the ending, and says what a folder's files (otherwise JSON) and standard output
    (otherwise JSON lines) hold.

    Raises UnknownTarget for an ending, scheme or format that is none of these, and OutputError where the target cannot
    be written to: before any record is.
    """
    target = os.fspath(target)
    chosen = _chosen(format)
    if _is_stream(target):
        return _stream(target, chosen)
    rotation = rotation_of(target)
    if rotation is not None:
        return RotatingSink(rotation, partial(open_sink, format=format))
    module = _module(target, chosen)
    if module is not None:
        return module.open_sink(target)
    if is_folder(target):
        return FolderSink(Path(target), chosen or json_file.SHAPE)
    return FileSink(Path(target), chosen or _by_ending(Path(target)))


def append_to(
    target: str | os.PathLike[str], mark: str | None = None, format: str | None = None, *, overwrite: bool = False
) -> Appender:
    """The target as something that grows for days and survives a kill: see `output/appender.py`.

    target, format: as for `open_sink`. mark: what the last `commit` that was remembered returned; the target is taken
    back to it. None: nothing is remembered, the target begins; a file that holds something already is then refused,
    unless `overwrite` is given, which empties it. Folders and databases are added to. Commit once right after opening,
    and store that mark: what a kill leaves before is empty, and not refused.

    Raises UnknownTarget and OutputError as `open_sink` does; OutputError also where the target is gone, was changed by
    somebody else since the mark, or is being written to by another run.
    """
    target = os.fspath(target)
    chosen = _chosen(format)
    if _is_stream(target):
        return StreamAppender(_stream(target, chosen))
    rotation = rotation_of(target)
    if rotation is not None:
        return RotatingAppender(rotation, partial(append_to, format=format), mark, overwrite=overwrite)
    module = _module(target, chosen)
    if module is not None:
        return module.append_to(target, mark, overwrite=overwrite)
    if is_folder(target):
        return FolderAppender(Path(target), chosen or json_file.SHAPE, mark)
    return FileAppender(Path(target), chosen or _by_ending(Path(target)), mark, overwrite=overwrite)


def given_twice(targets: Iterable[str]) -> str | None:
    """The first target that is the same place as one before it, however spelled, for a message; None: there is none."""
    seen: dict[str, str] = {}
    for target in targets:
        before = seen.get(_place(target))
        if before is not None:
            return safe(target) if before == target else f"{safe(target)} ({safe(before)})"
        seen[_place(target)] = target
    return None


def _place(target: str) -> str:
    """The same for every spelling of a target on this machine."""
    scheme = scheme_of(target)
    if scheme is not None:
        return target.replace("postgres://", "postgresql://", 1) if scheme == "postgres" else target
    return target if target == STANDARD_OUTPUT else os.path.realpath(target)


def is_there(target: str) -> bool:
    """Whether a target on this machine that was written to is still there, whole or still waiting for its close."""
    rotation = rotation_of(target)
    if rotation is not None:
        return bool(rotation.existing())
    path = Path(target)
    return os.path.lexists(path) or os.path.lexists(path.with_name(f".{path.name}.waiting.jsonl"))


def _module(target: str, chosen: Shape | None) -> SinkModule | None:
    module = module_for(target)
    if module is not None and chosen is not None and "://" not in target:
        return None  # somebody wants JSON lines in a file called x.db
    return module


def _is_stream(target: str) -> bool:
    return target == STANDARD_OUTPUT or _is_device(target)


def _stream(target: str, chosen: Shape | None) -> StreamSink:
    if target == STANDARD_OUTPUT:
        return StandardOutput(chosen or jsonl.SHAPE)
    return DeviceSink(Path(target), chosen or _by_ending(Path(target)))


def _chosen(name: str | None) -> Shape | None:
    if name is not None and name not in SHAPES:
        raise UnknownTarget(f"no format {name!r}: it is one of {', '.join(SHAPES)}")
    return SHAPES[name] if name is not None else None


def is_database(target: str) -> bool:
    """Whether a target is added to where it exists: SQLite by its ending, a server by its scheme."""
    return kind_of(target) in (SQLITE, POSTGRES)


def take_out(database: str, means: Meant, changes: Changes) -> int:
    """Takes articles with all their versions out of a database. Returns how many. Raises OutputError, UnknownTarget.

    means: whether one is meant, by its URL and its canonical one. changes: what others are to say instead.
    """
    found: Any = module_for(database)
    module: Database = found
    return module.take_out(database, means, changes)


def is_made_whole(target: str, format: str | None = None) -> bool:
    """Whether a target is one file on this machine to which nothing can be added: what grows is made anew each time."""
    return format is None and kind_of(target) is PARQUET and rotation_of(target) is None


def is_folder(target: str) -> bool:
    """Whether a target is a folder of files."""
    if target.endswith(("/", os.sep)):
        return True
    return os.path.isdir(target) and inner_ending(Path(target)) not in BY_ENDING


def _by_ending(path: Path) -> Shape:
    ending = inner_ending(path)
    if ending not in BY_ENDING:
        raise UnknownTarget(
            f"{one_line(path)}: {f'no sink for {ending}' if ending else 'no ending'}; known are {known()}"
        )
    return BY_ENDING[ending]


def _is_device(target: str) -> bool:
    return os.path.exists(target) and not os.path.isfile(target) and not os.path.isdir(target)
