"""A real SSH server on loopback, for targets elsewhere."""

from __future__ import annotations

import getpass
import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

SSHD = Path("/usr/sbin/sshd")


class SftpServer:
    """`uri` is a folder of its own there; `home` holds the key that opens it, as `~/.ssh/id_ed25519`."""

    def __init__(self, folder: Path) -> None:
        if not SSHD.exists():
            pytest.skip("openssh-server is not installed")
        self.home = folder / "home"
        (self.home / ".ssh").mkdir(parents=True)
        for key in (self.home / ".ssh" / "id_ed25519", folder / "host_key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        Path("/run/sshd").mkdir(exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {
            "ListenAddress": f"127.0.0.1:{port}",
            "HostKey": folder / "host_key",
            "AuthorizedKeysFile": self.home / ".ssh" / "id_ed25519.pub",
            "PermitRootLogin": "prohibit-password",
            "StrictModes": "no",
            "UsePAM": "no",
            "PidFile": "none",
            "Subsystem": "sftp internal-sftp",
        }
        (folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        self.program = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", folder / "sshd_config"], stderr=subprocess.PIPE, start_new_session=True
        )
        assert self.program.stderr is not None
        while b"listening" not in (said := self.program.stderr.readline()):
            assert said, "sshd did not start"
        self.folder = folder / "there"
        self.folder.mkdir()
        self.uri = f"sftp://{getpass.getuser()}@127.0.0.1:{port}{self.folder}"

    def close(self) -> None:
        os.killpg(self.program.pid, signal.SIGKILL)  # the sessions of clients that are still connected too
        self.program.wait()
        self.program.stderr.close()
