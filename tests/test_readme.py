"""What the README shows is what happens: its before and after, its commands, its Python."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard

from broadsheet.demo.server import DemoServer
from cleaners import Options, clean_text
from tests.test_inputs import warc

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ADDRESS = "https://www.example.org/news/story"


def fenced(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_before_becomes_after() -> None:
    (before,), (after,) = fenced("before"), fenced("after")
    article = clean_text(before, options=Options(explain=True))
    assert article.text == after.strip()
    assert article.title == before.splitlines()[0]


def test_every_line_that_went_is_listed_with_its_reason() -> None:
    listed = re.findall(r"^\| (.+?) \| (\w+): (\S+) \|$", README, re.MULTILINE)
    article = clean_text(fenced("before")[0], options=Options(explain=True))
    gone = [one for one in article.judged or () if not one.verdict.keep and one.block.text != article.title]
    assert listed == [(one.block.text, one.verdict.judge, one.verdict.rule) for one in gone]


@pytest.fixture(scope="module")
def newspaper() -> Iterator[DemoServer]:
    with DemoServer(ports=(0, 0)) as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, newspaper: DemoServer) -> Path:
    """A folder with the files that the README's commands name."""
    page = newspaper.stands[0].edition.pages[newspaper.urls()[0].removeprefix(newspaper.stands[0].base)].body
    text = fenced("before")[0]
    rows = "\n".join(json.dumps({"id": number, "text": text}) for number in range(5)).encode()
    (tmp_path / "urls.txt").write_text("\n".join(newspaper.urls()[:2]))
    (tmp_path / "page.html").write_bytes(page)
    (tmp_path / "scraped.txt").write_text(text)
    (tmp_path / "saved-pages").mkdir()
    (tmp_path / "saved-pages" / "page.html.gz").write_bytes(gzip.compress(page))
    (tmp_path / "corpus.jsonl.zst").write_bytes(zstandard.compress(rows))
    (tmp_path / "archive.warc.gz").write_bytes(warc(("200 OK", "text/html; charset=utf-8", page)))
    return tmp_path


COMMANDS = [line.removeprefix("$ ") for block in fenced("console") for line in block.splitlines()]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_do_what_they_say(command: str, folder: Path, newspaper: DemoServer) -> None:
    # The one thing changed: addresses lead to the demo newspaper, which is on loopback and needs no waiting.
    here = command.replace(ADDRESS, newspaper.urls()[0])
    if " scrape " in here:
        here += " --allow-private -s DOWNLOAD_DELAY=0"
    search = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        here, shell=True, cwd=folder, env={**os.environ, "PATH": search}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    target = re.search(r"-o (\S+)", command)
    made = list((folder / target[1]).rglob("*.json")) if target and target[1].endswith("/") else []
    assert made or done.stdout or (target and (folder / target[1]).stat().st_size > 100)


def test_the_python_runs(folder: Path) -> None:
    (code,) = fenced("python")
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Leave a Comment" not in done.stdout


def test_make_demo_and_make_test_are_the_two_commands() -> None:
    assert [block.strip() for block in fenced("sh")] == ["make demo", "make test"]
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^demo: .*\n\t.*broadsheet demo$", makefile, re.MULTILINE)
    command = "pytest --numprocesses auto --dist loadfile --no-loadscope-reorder"
    assert re.search(rf"^test: .*\n\t.*{command}$", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_links_lead_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
