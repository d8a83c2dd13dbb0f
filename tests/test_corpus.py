"""A corpus is cleaned to its end whatever happens on the way: every row once, and a report that adds up."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broadsheet.corpus import CorpusRun, Wish, run, target
from broadsheet.corpus.ledger import Ledger
from broadsheet.delivery import Destination, deliver
from broadsheet.errors import Interrupted
from broadsheet.inputs import Fields
from cleaners import Options
from items import Article, Block, Failure, Sample, Tally

PROSE = (
    "The harbour authority announced on Tuesday that the ferry would sail again after a break of eleven weeks.",
    "“We could get ourselves across, but not our sheep or our groceries,” said a farmer on the largest island.",
    "Season tickets for the weeks without service will be refunded at the ticket office until the end of the year.",
)
TEXT = "\n\n".join(["The ferry returns", *PROSE, "Leave a Comment", "Scroll to Top"])
ROWS = 40


def broadsheet(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "broadsheet", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def ids(path: Path) -> list[str]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line)["id"] for line in content.splitlines()]


def outcome(number: int) -> Article | Failure:
    """What became of one row, made without a cleaner: every seventh failed."""
    if number % 7 == 6:
        return Failure(f"row {number}", "has no text")
    tally = Tally(number, {"residue": (1, number)}, (Sample("Scroll to Top", "residue", number),))
    text = f"Story {number}. " + PROSE[0]
    blocks = (Block("paragraph", text),)
    url = f"https://www.site{number % 3}.example/{number}"
    return Article(id=str(number), url=url, text=text, blocks=blocks, word_count=20, tally=tally)


def wish(folder: Path, *names: str) -> Wish:
    given = folder / "corpus.jsonl"
    if not given.exists():
        given.write_text("one\n")
    destination = Destination(tuple(str(folder / name) for name in names or ["out.jsonl"]), None, False, False)
    return Wish([str(given)], destination, Options(tally=True), Fields(), str(folder / "report.json"))


def clean_to_the_end(wanted: Wish) -> str:
    """One run as the command line makes it; what was said at its beginning."""
    work = CorpusRun(wanted)
    with deliver(wanted.destination, work.sink) as delivery:
        work.begin(delivery)
        for number in range(work.progress.rows, ROWS):
            work.take(delivery, f"row {number}", outcome(number))
        work.conclude(delivery)
    work.finish()
    return work.news


def stop_after(rows: int, wanted: Wish) -> None:
    """A run that is stopped by hand."""
    work = CorpusRun(wanted)
    with deliver(wanted.destination, work.sink) as delivery:
        work.begin(delivery)
        for number in range(rows):
            work.take(delivery, f"row {number}", outcome(number))
        work.interrupt(delivery)
        raise KeyboardInterrupt


def dies(work: Callable[[], object]) -> bool:
    """Does the work in a process of its own; whether that was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def kill_before(owner: type, name: str, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the process killed at the `times`-th call of a method, before it does anything."""
    method, left = getattr(owner, name), [times]

    def deadly(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*arguments, **named)

    monkeypatch.setattr(owner, name, deadly)


MOMENTS = [
    (target.CorpusFile, "write", 17),
    (target.CorpusFile, "commit", 2),
    (Ledger, "store", 1),
    (Ledger, "store", 3),
    (target.CorpusFile, "_appear", 1),
    (CorpusRun, "finish", 1),
    (Ledger, "delete", 1),
]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.json"])
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment[0].__name__}.{moment[1]} {moment[2]}")
def test_a_kill_at_any_moment_loses_nothing_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: tuple[type, str, int], name: str
) -> None:
    monkeypatch.setattr(run, "ROWS_A_CHECKPOINT", 10)
    (tmp_path / "whole").mkdir()
    clean_to_the_end(wish(tmp_path / "whole", name))
    with monkeypatch.context() as deadly:
        kill_before(*moment, deadly)
        assert dies(lambda: clean_to_the_end(wish(tmp_path, name)))
    clean_to_the_end(wish(tmp_path, name))
    for file in (name, "report.json"):
        assert (tmp_path / file).read_bytes() == (tmp_path / "whole" / file).read_bytes(), file
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {"whole", "corpus.jsonl", name, "report.json"}


@pytest.mark.parametrize(("method", "times"), [("write", 37), ("commit", 4), ("_appear", 2)])
def test_several_files_come_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str, times: int
) -> None:
    monkeypatch.setattr(run, "ROWS_A_CHECKPOINT", 10)
    wanted = wish(tmp_path, "out.jsonl", "packed.jsonl.gz")
    with monkeypatch.context() as deadly:
        kill_before(target.CorpusFile, method, times, deadly)
        assert dies(lambda: clean_to_the_end(wanted))
    assert "going on after" in clean_to_the_end(wanted)
    saved = [str(number) for number in range(ROWS) if number % 7 != 6]
    assert ids(tmp_path / "out.jsonl") == ids(tmp_path / "packed.jsonl.gz") == saved
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".broadsheet")]


def test_what_a_kill_left_unfinished_is_cut_off_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ROWS_A_CHECKPOINT", 10)
    with monkeypatch.context() as deadly:
        kill_before(Ledger, "store", 3, deadly)
        assert dies(lambda: clean_to_the_end(wish(tmp_path)))
    assert not (tmp_path / "out.jsonl").exists()
    said = clean_to_the_end(wish(tmp_path))
    assert said.startswith("going on after 20 inputs, 18 of them saved; cut off ")


def test_a_changed_input_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ROWS_A_CHECKPOINT", 10)
    with monkeypatch.context() as deadly:
        kill_before(Ledger, "store", 3, deadly)
        assert dies(lambda: clean_to_the_end(wish(tmp_path)))
    (tmp_path / "corpus.jsonl").write_text("one\ntwo\n")
    assert clean_to_the_end(wish(tmp_path)).startswith("starting over")
    assert len(ids(tmp_path / "out.jsonl")) == len(set(ids(tmp_path / "out.jsonl"))) == 35


def test_a_run_stopped_by_hand_shows_what_is_done_and_goes_on(tmp_path: Path) -> None:
    wanted = wish(tmp_path)
    with pytest.raises(Interrupted):
        stop_after(5, wanted)
    assert ids(tmp_path / "out.jsonl") == ["0", "1", "2", "3", "4"]
    assert json.loads((tmp_path / "report.json").read_text())["complete"] is False
    assert clean_to_the_end(wanted).startswith("going on after 5 inputs")
    assert len(ids(tmp_path / "out.jsonl")) == 35
    assert json.loads((tmp_path / "report.json").read_text())["complete"] is True


def test_the_report_adds_up_and_names_the_worst_first(tmp_path: Path) -> None:
    clean_to_the_end(wish(tmp_path))
    report = json.loads((tmp_path / "report.json").read_text())
    done = [each for each in map(outcome, range(ROWS)) if isinstance(each, Article)]
    removed = sum(each.tally.removed_words for each in done if each.tally)
    assert (report["inputs"], report["saved"], report["failed"]) == (40, 35, 5)
    assert report["removed_words"] == removed
    assert report["words"] == removed + 20 * 35
    assert sum(kind["removed_words"] for kind in report["by_kind"]) == removed
    assert sum(site["removed_words"] for site in report["by_site"]) == removed
    assert {site["site"] for site in report["by_site"]} == {f"site{number}.example" for number in range(3)}
    assert sum(step["documents"] for step in report["documents_by_share"]) == 35
    shares = [document["share"] for document in report["by_document"]]
    assert shares == sorted(shares, reverse=True)
    worst = report["by_document"][0]
    assert (worst["id"], worst["removed"][0]["text"]) == ("39", "Scroll to Top")
    assert report["failures"][0] == {"source": "row 6", "reason": "has no text"}


def test_only_the_worst_documents_are_kept_but_all_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadsheet.corpus.ledger.MOST_DOCUMENTS", 5)
    monkeypatch.setattr(run, "ROWS_A_CHECKPOINT", 3)
    clean_to_the_end(wish(tmp_path))
    report = json.loads((tmp_path / "report.json").read_text())
    assert [document["id"] for document in report["by_document"]] == ["39", "38", "37", "36", "35"]
    assert report["documents_with_removals"] == 34


@pytest.mark.parametrize("ending", ["jsonl", "csv", "tsv", "parquet"])
def test_corpora_with_names_of_their_own(tmp_path: Path, ending: str) -> None:
    rows = [
        {"key": f"k{n}", "link": f"https://a.example/{n}", "body": TEXT.replace("ferry", f"ferry {n}")} for n in (1, 2)
    ]
    given = tmp_path / f"corpus.{ending}"
    write_rows(given, rows)
    names = ["--text-field", "body", "--url-field", "link", "--id-field", "key"]
    answer = broadsheet("clean", given, *names, "-o", tmp_path / "out.jsonl", "--report", tmp_path / "report.json")
    assert answer.returncode == 0, answer.stderr
    saved = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["id"], row["url"]) for row in saved] == [(row["key"], row["link"]) for row in rows]
    assert all(row["text"] == "\n\n".join(PROSE).replace("ferry", f"ferry {n}") for n, row in enumerate(saved, start=1))
    report = json.loads((tmp_path / "report.json").read_text())
    assert {line["text"] for line in report["by_document"][0]["removed"]} == {"Leave a Comment", "Scroll to Top"}
    assert "by document" in answer.stderr


def write_rows(path: Path, rows: list[dict[str, str]]) -> None:
    if path.suffix == ".parquet":
        pa = pytest.importorskip("pyarrow")
        pytest.importorskip("pyarrow.parquet").write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        separator = "\t" if path.suffix == ".tsv" else ","
        lines = [list(rows[0]), *(list(row.values()) for row in rows)]
        path.write_text("".join(separator.join(f'"{cell}"' for cell in line) + "\r\n" for line in lines))


def test_a_killed_command_is_taken_up_by_the_same_command(tmp_path: Path) -> None:
    rows = [json.dumps({"id": str(number), "text": TEXT}) for number in range(60)]
    random.Random(1).shuffle(rows)
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows))
    deadly = (
        "import os, signal, sys\nfrom broadsheet import cli\nfrom broadsheet.corpus import run\n"
        "run.ROWS_A_CHECKPOINT = 20\nstore = run.Ledger.store\n"
        "def stored(*given):\n    store(*given)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "run.Ledger.store = stored\nsys.argv[1:] = ['clean', 'corpus.jsonl', '-o', 'out.jsonl']\ncli.main()"
    )
    killed = subprocess.run([sys.executable, "-c", deadly], cwd=tmp_path, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    answer = broadsheet("clean", "corpus.jsonl", "-o", "out.jsonl", cwd=tmp_path)
    assert answer.stderr.splitlines() == [
        "broadsheet: going on after 20 inputs, 20 of them saved",
        "60 articles saved to out.jsonl",
    ]
    assert ids(tmp_path / "out.jsonl") == [json.loads(row)["id"] for row in rows]


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.json"])
def test_a_target_that_cannot_be_written_is_called_what_it_was_called(tmp_path: Path, name: str) -> None:
    (tmp_path / "corpus.jsonl").write_text("\n".join(json.dumps({"id": str(n), "text": TEXT}) for n in range(3)))
    command = f"ulimit -f 0; exec {sys.executable} -m broadsheet clean corpus.jsonl -o {name}"
    answer = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (3, f"broadsheet: {name}: File too large\n")
