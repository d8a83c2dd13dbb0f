"""A real PostgreSQL on a socket of its own, which tests may stop and start."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

ACCOUNT = "postgres"


def programs() -> Path | None:
    """Where Debian (or the PATH) has initdb and pg_ctl; None: PostgreSQL is not installed."""
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name), reverse=True)
    return places[0] if places else Path(found).resolve().parent if found else None


class Server:
    """One cluster in a folder of its own; `uri` is how to reach it."""

    def __init__(self) -> None:
        self.bin = programs()
        if self.bin is None:
            pytest.skip("PostgreSQL is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, ACCOUNT)
        self.run("initdb", "-D", self.folder / "db", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        self.uri = f"postgresql://postgres@/postgres?host={self.folder}"
        self.start()

    def run(self, program: str, *arguments: object) -> None:
        assert self.bin is not None
        account = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []  # it refuses to run as root
        command = [*account, str(self.bin / program), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self.run("pg_ctl", "start", "-w", "-D", self.folder / "db", "-l", self.folder / "log", "-o", options)

    def stop(self, how: str = "immediate") -> None:
        """how: "immediate" is as if the plug were pulled."""
        self.run("pg_ctl", "stop", "-w", "-D", self.folder / "db", "-m", how)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
