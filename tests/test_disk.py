"""A disk that is full, read-only or broken at any write: exit 3, one line, no half record, and a rerun completes."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from click.testing import CliRunner

import output
from broadsheet.cli import commands
from broadsheet.command_options import LEAST_FREE
from output.space import LEAST_FREE as LEAST_FREE_OF_ALL
from output.space import Space
from tests.hostile import ARTICLE
from tests.records import some_record
from tests.servers import Site, serving
from tests.test_scrapers_crawl import story

GCC = shutil.which("gcc")
pytestmark = pytest.mark.skipif(GCC is None, reason="needs gcc to make a disk that fails")
SHIM = Path(__file__).with_name("failing_disk.c")
ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
MOST_WRITES = 40
MOST_WRITES_OF_A_CRAWL = 1000
A_PETABYTE = "1000000000"
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
    failed = list(takewhile(lambda number: fail_at(tmp_path, target, shim, number, error), range(1, MOST_WRITES)))
    assert 0 < len(failed) < MOST_WRITES - 1
    print(f"{target}: {len(failed)} writes")


@pytest.fixture(scope="module")
def newspaper() -> Iterator[Site]:
    stories = {f"/2026/11/26/bridge-{n}.html": story(f"Bridge {n}") for n in range(PAGES)}
    links = "".join(f'<p><a href="{path}">A story of the day, told at {path}</a></p>' for path in stories)
    with serving({**stories, "/": f"<html><body>{links}</body></html>"}) as site:
        yield site


def crawl(site: Site, out: Path, *more: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    places = ("-o", str(out / "x.jsonl"), "--state", str(out / "state.db"), "--archive", str(out / "warc"))
    command = [
        sys.executable,
        "-m",
        "broadsheet",
        "crawl",
        site.url(),
        "--allow-private",
        "--delay",
        "0",
        *places,
        *more,
    ]
    return subprocess.run(
        [*command, "--workers", "1"],
        cwd=out.parent,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )


def fail_crawl_at(site: Site, out: Path, shim: str, error: int, at: tuple[str, int]) -> bool:
    """A crawl whose n-th write to a path that begins so fails, and whether there was such a write. at: path, n."""
    prefix, number = at
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    env = {"LD_PRELOAD": shim, "FAIL_DIR": str(out / prefix), "FAIL_AT": str(number), "FAIL_ERRNO": str(error)}
    ended = crawl(site, out, env=env)
    if ended.returncode == 0:
        return False
    assert ended.returncode == 3, ended.stderr
    assert len(ended.stderr.splitlines()) == 1, ended.stderr
    assert str(out) in ended.stderr
    rerun = crawl(site, out)
    assert rerun.returncode == 0, rerun.stderr
    assert sorted(record.title or "" for record in output.read(out / "x.jsonl")) == [
        f"Bridge {n}" for n in range(PAGES)
    ]
    return True


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (("state.db-lock", 1), errno.EROFS),
        (("state.db-wal", 12), errno.ENOSPC),
        (("state.db-wal", 64), errno.EIO),  # the spider enters the addresses given
        (("warc/b", 3), errno.EIO),
        (("x", 1), errno.ENOSPC),
    ],
)
def test_a_write_of_a_crawl_fails(tmp_path: Path, newspaper: Site, shim: str, at: tuple[str, int], error: int) -> None:
    assert fail_crawl_at(newspaper, tmp_path / "out", shim, error, at)


@pytest.mark.torture
def test_every_write_of_a_crawl_fails_in_turn(tmp_path: Path, newspaper: Site, shim: str) -> None:
    """The errors take turns."""
    failed = 0
    while fail_crawl_at(newspaper, tmp_path / "out", shim, ERRORS[failed % len(ERRORS)], ("", failed + 1)):
        failed += 1
        assert failed < MOST_WRITES_OF_A_CRAWL
    assert failed > PAGES


def test_nothing_is_written_where_less_would_be_left_than_is_to_be_kept_free(tmp_path: Path, newspaper: Site) -> None:
    pages_in(tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-m", "broadsheet", "clean", "0.html", "-o", "out/x.jsonl", "--keep-free", A_PETABYTE]
    cleaned = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    crawled = crawl(newspaper, out, "--keep-free", A_PETABYTE)
    for ended in (cleaned, crawled):
        assert ended.returncode == 3, ended.stderr
        assert len(ended.stderr.splitlines()) == 1
        assert "MB are left on this disk, and 1,000,000,000 MB are to be kept free" in ended.stderr
    assert not (out / "x.jsonl").exists()


def test_nothing_is_exported_or_forgotten_where_less_would_be_left(tmp_path: Path) -> None:
    with output.open(tmp_path / "x.jsonl") as sink:
        sink.write(some_record(1))
    before = (tmp_path / "x.jsonl").read_bytes()
    for command in (["export", "x.jsonl", "-o", "y.csv"], ["forget", "example.org", "--from", "x.jsonl"]):
        with contextlib.chdir(tmp_path):
            ended = CliRunner().invoke(commands, [*command, "--keep-free", A_PETABYTE])
        assert isinstance(ended.exception, output.OutputError)
        assert "are to be kept free (--keep-free)" in str(ended.exception)
    assert (tmp_path / "x.jsonl").read_bytes() == before
    assert not (tmp_path / "y.csv").exists()


def test_only_disks_of_this_machine_are_looked_at() -> None:
    Space(("-", "s3://bucket/x.jsonl", None), least=float(A_PETABYTE)).check()
    with pytest.raises(output.OutputError, match=r"^/no/such/folder/x.jsonl: only [\d,]+ MB are left"):
        Space(("/no/such/folder/x.jsonl",), least=float(A_PETABYTE)).check()
    Space((".",), least=0).check()
    assert LEAST_FREE == LEAST_FREE_OF_ALL
