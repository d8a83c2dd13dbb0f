"""Where an article stands in a folder: `host/yyyy-mm-dd-slug-hash8.json`.

The same record gets the same name in every run, and no record, whatever its page made up, gets a name outside the
folder or one that some file system refuses: parts of at most 200 bytes, letters, marks and digits of any script in
composed (NFC) form, case folded, `.`, `-` and `_`; never hidden, never a device of Windows.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from output.record import Record
from output.sound import sound

LONGEST_PART = 200  # bytes; file systems allow 255, some encrypted ones 143 characters
LONGEST_SLUG = 120  # bytes; chosen so that a listing stays readable
LONGEST_INPUT = 1000  # characters of a title or address that are looked at
HASH_DIGITS = 8
LOCAL = "local"
UNDATED = "undated"
UNTITLED = "untitled"

DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
PAGE_ENDING = re.compile(r"\.(?:html?|xhtml|php|aspx?|jsp)$", re.IGNORECASE)
APOSTROPHES = re.compile("['\u2018\u2019\u02bc]")
WINDOWS_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)")


def file_name(record: Record, ending: str) -> PurePosixPath:
    """The record's path inside a folder: the host's folder and the file, which ends in `ending` (".json")."""
    address = record.canonical_url or record.url or ""
    return PurePosixPath(host_folder(address), f"{_day(record)}-{_slug_of(record, address)}-{_hash(record)}{ending}")


def host_folder(address: str) -> str:
    """The folder of an address's site: `example.org`, `example.org_8080`; `local` where the address names no host."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # "http://[", a port that is no number
        return LOCAL
    name = "".join(sign if _is_letter(sign) or sign in ".-" else "_" for sign in _folded(host[:LONGEST_INPUT]))
    name = _cut(name.strip("._-"), LONGEST_PART - 7).rstrip("._-")
    if not name:
        return LOCAL
    name = f"{name}_{port}" if port is not None else name
    return f"_{name}" if WINDOWS_DEVICE.match(name) else name


def slug(text: str) -> str:
    """The words of a text, case folded and joined by hyphens; empty where it has none."""
    plain = _folded(APOSTROPHES.sub("", text[:LONGEST_INPUT]))
    words = "".join(sign if _is_letter(sign) else " " for sign in plain).split()
    return _cut("-".join(words), LONGEST_SLUG).rstrip("-")


def _slug_of(record: Record, address: str) -> str:
    return slug(record.title or "") or slug(_last_step(address)) or UNTITLED


def _last_step(address: str) -> str:
    """The last named part of the address's path, without a page's ending."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return ""
    step = path.rstrip("/").rpartition("/")[2]
    return unquote(PAGE_ENDING.sub("", step[:LONGEST_INPUT]))


def _day(record: Record) -> str:
    day = DAY.match(record.published or "")
    return day.group() if day else UNDATED


def _hash(record: Record) -> str:
    return hashlib.sha256(sound(record.id).encode("utf-8")).hexdigest()[:HASH_DIGITS]


def _folded(text: str) -> str:
    """Without case, composed (NFC): texts that differ in case or composition alone become the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _cut(text: str, size: int) -> str:
    """At most `size` bytes of the text, in whole characters."""
    return text.encode("utf-8")[:size].decode("utf-8", "ignore")
