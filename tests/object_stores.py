"""Stores that speak S3 and Google Cloud Storage on loopback, for targets elsewhere."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from servers import closed_port

BUCKET = "papers"


class Store:
    """A running store; `environment` is what the libraries need to be told to find it, `uri` a bucket of its own."""

    module: str
    package: str
    scheme: str

    def __init__(self, folder: Path) -> None:
        pytest.importorskip(self.module)
        pytest.importorskip(self.package)
        self.port = closed_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.uri = f"{self.scheme}://{BUCKET}"
        self.log = folder / "log"
        self.environment = self.told()
        self.start()

    def start(self) -> None:
        """Starts it, with nothing in it but the bucket."""
        with self.log.open("ab") as log:
            self.program = subprocess.Popen([*self.command(), str(self.port)], stdout=log, stderr=log)
        while not self.answers():
            assert self.program.poll() is None, self.log.read_text()
            time.sleep(0.05)
        self.make_bucket()

    def command(self) -> list[str]:
        raise NotImplementedError

    def told(self) -> dict[str, str]:
        raise NotImplementedError

    def make_bucket(self) -> None:
        raise NotImplementedError

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(self.address, timeout=1).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def ask(self, method: str, path: str, body: bytes = b"") -> None:
        urllib.request.urlopen(
            urllib.request.Request(
                self.address + path, data=body, method=method, headers={"Content-Type": "application/json"}
            )
        ).close()

    def close(self) -> None:
        self.program.kill()
        self.program.wait()


class S3(Store):
    """moto's server."""

    module, package, scheme = "moto", "s3fs", "s3"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "moto.server", "-p"]

    def told(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.address,
            "AWS_ACCESS_KEY_ID": "ada",
            "AWS_SECRET_ACCESS_KEY": "lovelace",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def make_bucket(self) -> None:
        self.ask("PUT", f"/{BUCKET}")


class Gcs(Store):
    """gcp-storage-emulator."""

    module, package, scheme = "gcp_storage_emulator", "gcsfs", "gs"

    def command(self) -> list[str]:
        return [sys.executable, "-m", "gcp_storage_emulator", "start", "--host", "127.0.0.1", "--in-memory", "--port"]

    def told(self) -> dict[str, str]:
        return {"STORAGE_EMULATOR_HOST": self.address, "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false"}

    def make_bucket(self) -> None:
        self.ask("POST", "/storage/v1/b", b'{"name": "%s"}' % BUCKET.encode())
