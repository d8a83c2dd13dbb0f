"""What is installed is whole: rules, weights, schema and demo travel inside the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHIPPED = [
    *(
        "cleaners/rules/*.toml",
        "cleaners/judges/*.toml",
        "cleaners/metadata/*.toml",
        "cleaners/model/*",
        "output/*.json",
    ),
    *("broadsheet/demo/sites/*", "scrapers/discovery/*.toml", "scrapers/frontier/*.sql"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"  # setuptools leaves a build folder behind, which must not be the checkout's
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, files.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, source], check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_all_that_is_not_code_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for pattern in SHIPPED:
        shipped = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
        assert shipped.stdout
        assert set(shipped.stdout.splitlines()) <= inside


def test_it_works_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "install", "--no-deps", "--target", site, wheel], check=True, capture_output=True)
    (tmp_path / "text.txt").write_text("The tram\n\nIt ran for the last time on Sunday evening.\n\nScroll to Top\n")
    # -S would hide the libraries too, so the checkout is hidden by putting the installed copy first.
    done = subprocess.run(
        [sys.executable, "-P", "-m", "broadsheet", "clean", "text.txt", "--format", "text"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout == "The tram\n\nIt ran for the last time on Sunday evening.\n"
