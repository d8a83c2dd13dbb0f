"""`broadsheet forget` in a folder with one file an article, and what else may lie there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec

from broadsheet.errors import BadInput
from broadsheet.mentions import TOLD, Mentions
from broadsheet.wanted import Addresses, Wanted
from output.json_file import indented
from output.markdown import with_fields
from output.reading import is_readable
from output.whole_file import write_whole

FromTarget = Callable[[Wanted, Mentions, str], int]
"""Takes articles out of a file that holds several."""


def from_folder(what: Wanted, mentions: Mentions, folder: Path, from_target: FromTarget) -> int:
    """Takes an article's files out of a folder. Raises BadInput where no file says which article it holds."""
    files = [path for path in sorted(folder.rglob("[!.]*")) if path.is_file()]
    read = {path: _told(path) for path in files if path.suffix in (".json", ".md")}
    gone = [path for path, told in read.items() if told and what.means_record(_addresses(told))]
    for path in gone:
        path.unlink()
    for path, told in read.items():
        changes = mentions.changes(told) if told and path not in gone else {}
        if changes:
            _rewrite(path, changes)
    others = [path for path in files if path not in read and is_readable(path)]
    if files and not read and not others:
        raise BadInput(f"{folder}: no file in it says which article it holds; take them out by hand")
    return len(gone) + sum(from_target(what, mentions, str(path)) for path in others)


def _told(path: Path) -> dict[str, Any]:
    """What the article that a file holds says of itself and of others. Empty: somebody else's file."""
    try:
        found = dict(_front_matter(path)) if path.suffix == ".md" else msgspec.json.decode(path.read_bytes())
        told = {name: found[name] for name in TOLD if name in found} if isinstance(found, dict) else {}
        _addresses(told)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return told


def _addresses(told: Mapping[str, Any]) -> Addresses:
    return msgspec.convert(told, Addresses)


def _front_matter(path: Path) -> Iterator[tuple[str, Any]]:
    """What is looked at of the front matter of a Markdown file, which is YAML whose values are JSON."""
    yield from {"url": None, "canonical_url": None}.items()
    with path.open(encoding="utf-8") as lines:
        if next(lines, "").strip() != "---":
            return
        for line in takewhile(lambda line: line.strip() != "---", lines):
            name, _, value = line.partition(": ")
            if name in TOLD:
                yield name, msgspec.json.decode(value)


def _rewrite(path: Path, changes: Mapping[str, Any]) -> None:
    """Writes an article's file anew, with other fields. Raises OutputError."""
    if path.suffix == ".md":
        content = with_fields(path.read_text(encoding="utf-8"), changes).encode()
    else:
        content = indented(msgspec.json.encode({**msgspec.json.decode(path.read_bytes()), **changes})) + b"\n"
    write_whole(path, content)
