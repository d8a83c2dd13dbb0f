"""Pages that broke the cleaner, set aside with their bytes for whoever wants to know why.

`quarantine/<hash>.html` (`.txt` for a text) holds the page as it came, `<hash>.json` beside it what is known of it. The
same page is kept once. A folder that holds its fill takes no more, so that no site can fill a disk with it.
"""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from items import Page
from output.whole_file import make_folder

MOST_PAGES = 1000
MOST_BYTES = 500 * 1024 * 1024
HASH_DIGITS = 16


class Quarantine:
    """A folder, made when the first page comes. May be used from any thread."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._lock = threading.Lock()

    def take(self, page: Page, reason: str) -> str | None:
        """Keeps the page and why it is here. The path it is kept at; None: it is not kept, the disk or its fill."""
        content = page.content if isinstance(page.content, bytes) else page.content.encode("utf-8", "surrogatepass")
        name = hashlib.sha256(content).hexdigest()[:HASH_DIGITS]
        path = self.folder / (name + (".html" if page.form == "html" else ".txt"))
        with self._lock:
            try:
                if not path.exists():
                    self._keep(path, content, page, reason)
            except OSError:  # where the disk is full, whoever saves the articles says so
                return None
        return str(path) if path.exists() else None

    def _keep(self, path: Path, content: bytes, page: Page, reason: str) -> None:
        make_folder(self.folder)
        if self._is_full(len(content)):
            return
        about = {
            "url": page.url,
            "id": page.id,
            "reason": reason,
            "encoding": page.encoding,
            "fetched_at": page.fetched_at,
            "set_aside_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        _write(path.with_suffix(".json"), msgspec.json.format(msgspec.json.encode(about)) + b"\n")
        _write(path, content)

    def _is_full(self, size: int) -> bool:
        sizes = [entry.stat().st_size for entry in os.scandir(self.folder) if not entry.name.endswith(".json")]
        return len(sizes) >= MOST_PAGES or sum(sizes) + size > MOST_BYTES


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
