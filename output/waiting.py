"""Where things are kept that a program must find again after a kill, and that belong beside no target."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder(name: str) -> Path:
    """`$XDG_STATE_HOME/broadsheet/NAME`, by default below `~/.local/state`. It is not made here."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "broadsheet" / name
