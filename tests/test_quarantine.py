"""Pages that broke the cleaner: set aside with their bytes, saved as far as they can be, their neighbours whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from items import Page
from output import quarantine
from output.quarantine import Quarantine
from tests.hostile import ARTICLE, ARTICLE_TEXT

PAGE = Page(content=b"<p>caf\xe9", url="https://news.example/story", encoding="cp1252")


def test_the_bytes_are_kept_as_they_came_with_what_is_known(tmp_path: Path) -> None:
    path = Quarantine(tmp_path / "q").take(PAGE, "cleaning took more than 5 s of CPU time")
    assert path is not None
    assert Path(path).read_bytes() == PAGE.content
    about = msgspec.json.decode(Path(path).with_suffix(".json").read_bytes())
    assert (about["url"], about["encoding"]) == ("https://news.example/story", "cp1252")
    assert about["reason"] == "cleaning took more than 5 s of CPU time"


def test_a_page_is_kept_once_and_a_full_folder_takes_no_more(tmp_path: Path, monkeypatch: object) -> None:
    folder = Quarantine(tmp_path)
    assert folder.take(PAGE, "first") == folder.take(PAGE, "second")
    monkeypatch.setattr(quarantine, "MOST_PAGES", 1)  # type: ignore[attr-defined]
    assert folder.take(Page(content="another", form="text"), "x") is None
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_made_costs_no_more_than_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "q").write_text("a file")
    assert Quarantine(tmp_path / "q").take(PAGE, "x") is None


def test_a_page_too_slow_is_rescued_and_its_neighbours_are_whole(tmp_path: Path) -> None:
    slow = "<title>Slow</title><article>" + "<p>Some words of a story that goes on for ever and ever.</p>" * 49_000
    for name, page in {"a": ARTICLE, "b": slow, "c": ARTICLE}.items():
        (tmp_path / f"{name}.html").write_text(page)
    command = [sys.executable, "-m", "broadsheet", "clean", "a.html", "b.html", "c.html", "-o", "out.jsonl"]
    ended = subprocess.run(
        [*command, "--page-seconds", "0.4", "--workers", "1", "--second-opinion", "never"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "3 articles saved to out.jsonl\n")
    first, second, third = (msgspec.json.decode(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines())
    assert first["text"] == third["text"] == "\n\n".join(ARTICLE_TEXT)
    assert (second["title"], second["status"], second["flaws"]) == ("Slow", "truncated", ["rescued"])
    kept = list((tmp_path / "quarantine").glob("*.html"))
    assert [path.read_text() for path in kept] == [slow]
