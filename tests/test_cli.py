"""The command line as a person or a script meets it: what comes out, what is said, which number comes back."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.schema_check import assert_valid

PROSE = [
    "The last tram of the old line ran on Sunday evening, and about two hundred people stood in the rain to see it.",
    "It had carried dockers to the harbour since 1911. “We knew it would end,” said the driver, “but not so quietly.”",
    "The city wants to build a cycle path on the bed of the line; work is to begin in the spring and to take a year.",
    "A museum in the depot will keep four of the cars. The others have been sold to a town on the far side of the bay.",
]
PAGE = f"""<!doctype html><html lang=en><head><title>The last tram | The Harbour</title></head><body>
<nav><ul><li><a href=/>Home</a></li><li><a href=/sport>Sport</a></li></ul></nav>
<article><h1>The last tram</h1>{"".join(f"<p>{paragraph}</p>" for paragraph in PROSE)}</article>
<div id=comments><h3>Leave a Comment</h3><p>Your email address will not be published.</p></div></body></html>"""
TEXT = "The last tram\n\n" + "\n\n".join(PROSE) + "\n\nLeave a Comment\n\nScroll to Top\n"


def broadsheet(*words: object, stdin: bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "broadsheet", *map(str, words)], input=stdin, capture_output=True, cwd=cwd, check=False
    )


def records(lines: bytes) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in lines.splitlines()]
    for record in found:
        assert_valid(record)
    return found


def one_line(answer: subprocess.CompletedProcess[bytes]) -> str:
    """What was said on standard error, which is one line and no traceback."""
    said = answer.stderr.decode()
    assert said.count("\n") == 1, said
    return said


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "tram.html"
    file.write_text(PAGE)
    return file


def test_a_page_in_a_clean_record_out(page: Path) -> None:
    answer = broadsheet("clean", page)
    (record,) = records(answer.stdout)
    assert answer.returncode == 0
    assert answer.stderr == b""
    assert record["title"] == "The last tram"
    assert record["text"] == "\n\n".join(PROSE)
    assert "removed" not in record


def test_a_text_needs_no_html(tmp_path: Path) -> None:
    (tmp_path / "tram.txt").write_text(TEXT)
    (record,) = records(broadsheet("clean", tmp_path / "tram.txt", "--explain").stdout)
    assert record["title"] == "The last tram"
    assert record["text"] == "\n\n".join(PROSE)
    assert [gone["text"] for gone in record["removed"]] == ["Leave a Comment", "Scroll to Top"]
    assert all(gone["judge"] and gone["rule"] for gone in record["removed"])


@pytest.mark.parametrize(
    ("form", "start"), [("json", "["), ("jsonl", "{"), ("text", "The last tram\n\nThe last"), ("markdown", "---\n")]
)
def test_formats(page: Path, form: str, start: str) -> None:
    assert broadsheet("clean", page, "--format", form, "-o", "-").stdout.decode().startswith(start)


def test_rows_keep_ids_and_order_in_any_number_of_workers(tmp_path: Path) -> None:
    rows = [{"id": f"r{number}", "html": PAGE} if number % 2 else {"id": number, "text": TEXT} for number in range(40)]
    given = "\n".join(json.dumps(row) for row in rows).encode()
    one, two = (broadsheet("clean", "-", "--workers", workers, stdin=given).stdout for workers in (1, 3))
    assert one == two
    assert [record["id"] for record in records(one)] == [str(row["id"]) for row in rows]


def test_bad_inputs_are_named_and_the_rest_is_saved(tmp_path: Path, page: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text(json.dumps({"text": TEXT}) + "\n" * 6 + "{broken\n")
    (tmp_path / "paper.html").write_bytes(b"%PDF-1.4 ...")
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(PAGE.encode())[:-30])
    (tmp_path / "empty").mkdir()
    names = [tmp_path / name for name in ("corpus.jsonl", "paper.html", "cut.html.gz", "empty")]
    answer = broadsheet("clean", *names, page, "-o", tmp_path / "out.jsonl")
    assert answer.returncode == 10
    assert len(records((tmp_path / "out.jsonl").read_bytes())) == 2
    said = answer.stderr.decode().splitlines()
    assert [line.split(" ")[0] for line in said] == ["failed"] * 4 + ["2"]
    for line, words in zip(said, ["corpus.jsonl line 7: ", "is a PDF", "cut short", "holds no pages"], strict=False):
        assert words in line


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["clean", "nowhere.html"], 2, "nowhere.html: no such file"),
        (["clean"], 2, "Missing argument"),
        (["clean", "tram.html", "--body", "jokes"], 2, 'unknown part of a body: "jokes"'),
        (["clean", "tram.html", "-o", "tram.docx"], 2, "no sink for .docx"),
        (["clean", "tram.html", "-o", "tram.html/x.jsonl"], 3, "tram.html"),
        (["clean", "tram.html", "-o", "/dev/full", "--format", "jsonl"], 3, "No space left"),
        (["scrape"], 2, "give a URL"),
        (["scrape", "ftp://example.org/x"], 2, "not an http or https address"),
        (["scrape", "http://127.0.0.1/x"], 2, "--allow-private"),
        (["scrape", "http://localhost:1/x"], 2, "--allow-private"),
        (["scrape", "-i", "nowhere.txt"], 2, "nowhere.txt: No such file"),
        (["scrape", "https://example.org/", "-s", "DELAY"], 4, "NAME=VALUE"),
        (["polish"], 2, "No such command"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(page: Path, words: list[str], code: int, said: str) -> None:
    answer = broadsheet(*words, cwd=page.parent)
    assert said in one_line(answer)
    assert answer.returncode == code


def test_no_article_at_all_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "nothing.html").write_text("<html><body></body></html>")
    answer = broadsheet("clean", tmp_path / "nothing.html", "-o", tmp_path / "out.jsonl")
    assert answer.returncode == 10
    assert answer.stderr.decode().startswith("skipped")
    (record,) = records(broadsheet("clean", tmp_path / "nothing.html", "--all").stdout)
    assert record["status"] == "empty"


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "many.jsonl").write_text((json.dumps({"text": TEXT}) + "\n") * 400)
    command = f"{sys.executable} -m broadsheet clean {tmp_path / 'many.jsonl'} | head -n 1"
    answer = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert len(records(answer.stdout)) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_was_done_before_an_interruption_is_saved(tmp_path: Path, number: int) -> None:
    out = tmp_path / "out.jsonl"
    run = subprocess.Popen(
        [sys.executable, "-m", "broadsheet", "clean", "-", "-o", out, "--workers", "1"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert run.stdin is not None
    assert run.stderr is not None
    for _ in range(400):  # more than one buffer full of records
        run.stdin.write(json.dumps({"text": TEXT}).encode() + b"\n")
    run.stdin.flush()
    while not any(file.stat().st_size for file in tmp_path.iterdir()):  # the buffer of the file being written
        time.sleep(0.05)
    os.kill(run.pid, number)
    said = run.stderr.read().decode()
    assert run.wait() == 11
    saved = len(records(out.read_bytes()))
    assert saved > 0
    assert said == f"broadsheet: interrupted: {saved} articles saved to {out}\n"
    assert [file.name for file in tmp_path.iterdir()] == ["out.jsonl"]
