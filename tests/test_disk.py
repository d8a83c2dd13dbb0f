"""A disk that is full, read-only or broken at any write: exit 3, one line, no half record, and a rerun completes."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import output
from tests.hostile import ARTICLE

GCC = shutil.which("gcc")
pytestmark = pytest.mark.skipif(GCC is None, reason="needs gcc to make a disk that fails")
SHIM = Path(__file__).with_name("failing_disk.c")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
MOST_WRITES = 40
PAGES = 3


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> str:
    built = tmp_path_factory.mktemp("shim") / "failing_disk.so"
    subprocess.run([str(GCC), "-shared", "-fPIC", "-O1", "-o", str(built), str(SHIM), "-ldl"], check=True)
    return str(built)


def clean(folder: Path, target: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    pages = [str(folder / f"{number}.html") for number in range(PAGES)]
    command = [sys.executable, "-m", "broadsheet", "clean", *pages, "-o", target, "--workers", "1"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, **env}, check=False)


def fail_at(folder: Path, target: str, shim: str, number: int, error: int) -> bool:
    """Runs with the `number`-th write failing, checks the promise, and says whether there was such a write."""
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    env = {"LD_PRELOAD": shim, "FAIL_DIR": str(out), "FAIL_AT": str(number), "FAIL_ERRNO": str(error)}
    ended = clean(folder, str(out / target) + ("/" if target.endswith("/") else ""), env)
    if ended.returncode == 0:
        return False
    assert ended.returncode == 3, ended.stderr
    assert "Traceback" not in ended.stderr
    assert os.strerror(error) in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    for path in out.rglob("[!.]*.json*"):  # hidden files are what a rerun goes on from
        assert len(list(output.read(path))) >= 1  # whole, or not there
    rerun = clean(folder, str(out / target) + ("/" if target.endswith("/") else ""), {})
    assert rerun.returncode == 0, rerun.stderr
    assert len(list(output.read(out / target))) == PAGES
    return True


def pages_in(folder: Path) -> None:
    for number in range(PAGES):
        (folder / f"{number}.html").write_text(ARTICLE.replace("The bridge", f"Bridge {number}"))


@pytest.mark.parametrize("target", ["x.jsonl", "folder/"])
def test_the_first_write_fails(tmp_path: Path, target: str, shim: str) -> None:
    pages_in(tmp_path)
    assert fail_at(tmp_path, target, shim, 1, errno.ENOSPC)


@pytest.mark.torture
@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.get)
@pytest.mark.parametrize("target", ["x.jsonl", "x.jsonl.gz", "x.json", "folder/"])
def test_every_write_fails_in_turn(tmp_path: Path, target: str, error: int, shim: str) -> None:
    pages_in(tmp_path)
    failed = [number for number in range(1, MOST_WRITES) if fail_at(tmp_path, target, shim, number, error)]
    assert failed == list(range(1, len(failed) + 1))
    assert failed
