"""Places elsewhere (`s3://bucket/x.jsonl.gz`, `gs://…`, `sftp://user@host/x.parquet`), through fsspec.

What is written waits on this machine, as any sink here would write it, and goes up whole at the close, so that nobody
ever sees half of it. It waits in `$XDG_STATE_HOME/broadsheet/waiting/` (by default below `~/.local/state`), where a
crawl that was killed finds it again. Each kind of place needs its own package: s3fs, gcsfs, paramiko.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
import msgspec

from output.appender import Appender, gone, mark_of
from output.errors import OutputError, UnknownTarget
from output.kinds import safe
from output.record import Record
from output.sink import Sink
from output.waiting import state_folder

NEEDS = {"s3": "s3fs", "gs": "gcsfs", "sftp": "paramiko"}
BY_RENAME = ("sftp", "file")
"""Places where half of a file could be seen while it goes up: it gets its name at the end."""


class Place:
    """A file or folder elsewhere. Every method raises OutputError."""

    def __init__(self, target: str) -> None:
        """Raises UnknownTarget where the package for such a place is missing, OutputError where it is out of reach."""
        self.name = safe(target)
        self.is_folder = target.endswith("/")
        scheme = target.partition("://")[0]
        with self.saying():
            try:
                self.files, self.path = fsspec.core.url_to_fs(target)
            except ImportError as error:
                package = NEEDS.get(scheme, scheme)
                raise UnknownTarget(f"{self.name}: needs {package}: pip install {package}") from error
        self.by_rename = scheme in BY_RENAME

    @contextmanager
    def saying(self) -> Iterator[None]:
        """Turns whatever the place's library raises into one line."""
        try:
            yield
        except OutputError:
            raise
        except Exception as error:  # each library has errors of its own, without a common ancestor
            raise OutputError(f"{self.name}: {' '.join(str(error).split()) or type(error).__name__}") from error

    def exists(self) -> bool:
        """Whether something is there already."""
        with self.saying():
            return bool(self.files.exists(self.path))

    def fetch(self, to: Path) -> None:
        """Copies what is there to this machine."""
        to.parent.mkdir(parents=True, exist_ok=True)
        with self.saying():
            self.files.get(self.path, str(to), recursive=self.is_folder)

    def send(self, path: Path) -> None:
        """Puts a file or folder there."""
        with self.saying():
            if self.is_folder:
                self._send_folder(path)
            else:
                self._send_file(path, self.path)

    def _send_folder(self, folder: Path) -> None:
        for file in sorted(folder.rglob("[!.]*")):
            if file.is_file():
                self._send_file(file, f"{self.path.rstrip('/')}/{file.relative_to(folder).as_posix()}")

    def _send_file(self, file: Path, path: str) -> None:
        self.files.makedirs(path.rpartition("/")[0] or "/", exist_ok=True)
        if not self.by_rename:
            self.files.put_file(str(file), path)
            return
        folder, slash, name = path.rpartition("/")
        part = f"{folder}{slash}.broadsheet-{name[-80:]}.part"
        self.files.put_file(str(file), part)
        if self.files.exists(path):  # SFTP refuses to rename onto a file
            self.files.rm_file(path)
        self.files.mv(part, path)

    def follow(self, path: Path, before: Contents) -> None:
        """Does there what was done to a copy of what is there. before: what the copy held."""
        after = contents(path)
        with self.saying():
            for name, content in after.items():
                if before.get(name) != content:
                    self._send_file(path / name, f"{self.path.rstrip('/')}/{name}" if name else self.path)
            for name in before.keys() - after.keys():
                self.files.rm_file(f"{self.path.rstrip('/')}/{name}" if name else self.path)


Contents = dict[str, bytes]
"""Of a folder: name of a file in it → a hash of what it holds. A file alone has the name ""."""


def contents(path: Path) -> Contents:
    """What a file or folder on this machine holds."""
    if path.is_file():
        return {"": _hash(path)}
    files = (file for file in path.rglob("*") if file.is_file())
    return {file.relative_to(path).as_posix(): _hash(file) for file in files}


def _hash(file: Path) -> bytes:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


@contextmanager
def brought_here(target: str) -> Iterator[str]:
    """A copy of a target elsewhere, as a target on this machine. What was done to it is done there at the end.

    Raises OutputError, also where there is nothing.
    """
    place = Place(target)
    if not place.exists():
        raise OutputError(f"{place.name}: no such file or folder")
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as folder:
        local = local_target(target, Path(folder))
        place.fetch(Path(local))
        before = contents(Path(local))
        try:
            yield local
        except OutputError as error:
            raise type(error)(str(error).replace(local, place.name)) from error
        place.follow(Path(local), before)


def waiting_folder(target: str) -> Path:
    """Where what is to go to a target waits."""
    return state_folder("waiting") / hashlib.blake2b(target.encode(), digest_size=8).hexdigest()


def local_target(target: str, folder: Path) -> str:
    """What is written in the folder for a target elsewhere: with its name, since that says what it holds."""
    name = target.rstrip("/").rpartition("/")[2]
    return f"{folder / name}{'/' if target.endswith('/') else ''}"


class RemoteMark(msgspec.Struct, frozen=True, array_like=True):
    """How far what waits has got."""

    inner: str


class RemoteAppender(Appender):
    """A target elsewhere that grows: on this machine, until the close."""

    def __init__(self, target: str, mark: str | None, *, overwrite: bool) -> None:
        """Raises OutputError where it is out of reach, another's or gone."""
        self.place = Place(target)
        self.folder = waiting_folder(target)
        self.local = local_target(target, self.folder)
        self.closed = False
        if mark is None:
            inner = None
            self._begin(overwrite)
        else:
            inner = mark_of(mark, RemoteMark, self.place.name).inner
            self._find_again()
        self.inner = _targets().append_to(self.local, inner, overwrite=inner is None)
        self.cut = self.inner.cut

    def write(self, record: Record | bytes) -> None:
        self.inner.write(record)

    def commit(self) -> str:
        return msgspec.json.encode(RemoteMark(self.inner.commit())).decode()

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.inner.close()
        self.place.send(Path(self.local))
        shutil.rmtree(self.folder)

    def size(self) -> int:
        return int(self.inner.size())

    def _begin(self, overwrite: bool) -> None:
        if not overwrite and not self.place.is_folder and self.place.exists():
            raise OutputError(f"{self.place.name}: exists and is not of this crawl; give another name")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _find_again(self) -> None:
        if self.folder.exists():
            return
        if not self.place.exists():
            raise gone(self.place.name)
        if self.place.is_folder:
            Path(self.local).mkdir(parents=True)  # articles that went up are not needed here again
        else:
            self.place.fetch(Path(self.local))


class RemoteSink(Sink):
    """A target elsewhere, made on this machine and sent up whole at the commit."""

    def __init__(self, target: str) -> None:
        """Raises OutputError where it is out of reach."""
        self.place = Place(target)
        self.folder = tempfile.TemporaryDirectory(prefix="broadsheet-")
        self.local = local_target(target, Path(self.folder.name))
        self.inner: Sink = _targets().open_sink(self.local)
        self.name = self.place.name

    def _write(self, record: Record) -> None:
        self.inner.write(record)

    def _close(self, commit: bool) -> None:
        try:
            self.inner.close(commit)
            if commit:
                self.place.send(Path(self.local))
        finally:
            self.folder.cleanup()


def open_sink(target: str) -> Sink:
    """The file or folder as a whole."""
    return RemoteSink(target)


def append_to(target: str, mark: str | None, *, overwrite: bool) -> Appender:
    """The file or folder as something that grows."""
    return RemoteAppender(target, mark, overwrite=overwrite)


def read(target: str) -> Iterator[Record]:
    """The records of a file or folder elsewhere, copied here first. Raises OutputError."""
    from output.reading import read as read_local  # noqa: PLC0415  # it knows this module

    with tempfile.TemporaryDirectory(prefix="broadsheet-") as folder:
        local = local_target(target, Path(folder))
        Place(target).fetch(Path(local))
        yield from read_local(local)


def _targets() -> Any:
    from output import targets  # noqa: PLC0415  # it knows this module

    return targets


def find(pattern: str) -> list[str]:
    """The targets that a pattern (`s3://bucket/x-*.jsonl`) meets. Raises OutputError."""
    place = Place(pattern)
    with place.saying():
        start = pattern.removesuffix(place.path)
        return [start + found for found in place.files.glob(place.path)]


def remove(target: str) -> None:
    """Takes a file away. Raises OutputError."""
    place = Place(target)
    with place.saying():
        place.files.rm_file(place.path)
