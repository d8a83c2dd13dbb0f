"""Pulls the plug: a crawl is killed at random moments, resumed, killed again, and what is left must be whole.

python tests/plug.py 50             kill -9, SIGTERM, and Ctrl-C once and twice, fifty kills each of a 300-article crawl

Each crawl is killed until it comes to its end. A kill comes a random time after the start (the start and the resume
among them), or a few milliseconds after a random request (writes and renames among them).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from gazette import Gazette, Paper, printed

import output

ROOT = Path(__file__).parent.parent
IN_FLIGHT = 16
RESUME = 2.0
"""CPU seconds that a resume may take before it asks for something."""
ARTICLES = 300
WAYS = {
    "kill": (signal.SIGKILL,),
    "term": (signal.SIGTERM,),
    "ctrl-c": (signal.SIGINT,),
    "ctrl-c twice": (signal.SIGINT, signal.SIGINT),
}
AN_INTERRUPTION = (11, -signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT)


@dataclass
class Result:
    """What a crawl that was killed again and again left."""

    kills: int = 0
    again: list[int] = field(default_factory=list)
    """How many pages were fetched again after each kill."""
    resumes: list[float] = field(default_factory=list)
    """CPU seconds that each resume had taken when its first request went out, the program's own start included."""
    faults: list[str] = field(default_factory=list)


def _cpu_seconds(pid: int) -> float | None:
    """What a process has taken so far. None: it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Plug:
    """Kills a process at a random moment."""

    def __init__(self, gazette: Gazette, luck: random.Random) -> None:
        self.gazette, self.luck = gazette, luck
        self.pull = lambda: None
        self.process: subprocess.Popen[bytes] | None = None
        self.requests_left = -1
        self.fired = threading.Event()
        self.first: float | None = None
        gazette.before = self._asked

    def arm(self, process: subprocess.Popen[bytes], signals: tuple[int, ...]) -> None:
        """At the start, or after some requests."""
        self.first = None
        self.process = process
        self.fired.clear()
        self.pull = partial(self._pull, process, signals)
        if self.luck.random() < 0.2:
            self.requests_left = -1
            threading.Timer(self.luck.uniform(0, 2.5), self.pull).start()
        else:
            self.requests_left = self.luck.randint(1, 80)

    def _asked(self, path: str) -> None:
        if self.first is None and self.process is not None:
            self.first = _cpu_seconds(self.process.pid)
        if self.requests_left > 0:
            self.requests_left -= 1
            if self.requests_left == 0:
                threading.Timer(self.luck.uniform(0, 0.08), self.pull).start()

    def _pull(self, process: subprocess.Popen[bytes], signals: tuple[int, ...]) -> None:
        for number in signals:
            if process.poll() is None:
                self.fired.set()
                os.kill(process.pid, number)
                time.sleep(0.05)


def crawl_command(home: str, targets: Sequence[str]) -> list[str]:
    """A crawl without delays, of as many pages at once as a default one has in flight."""
    settings = ("-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "DOWNLOAD_TIMEOUT=20")
    places = (*(word for target in targets for word in ("-o", target)), "--state", "state.db")
    return [sys.executable, "-m", "broadsheet", "crawl", home, *places, "--allow-private", "--delay", "0", *settings]


def torture(
    paper: Paper, signals: tuple[int, ...], luck: random.Random, most: int, targets: Sequence[str] = ("out.jsonl",)
) -> Result:
    """One crawl, killed up to so many times, then left to end."""
    result = Result()
    with tempfile.TemporaryDirectory() as name, printed(paper) as gazette:
        folder, plug = Path(name), Plug(gazette, luck)
        while True:
            before = len(gazette.log)
            process = _start(folder, gazette.home, targets)
            if result.kills < most:
                plug.arm(process, signals)
            code = process.wait(timeout=300)
            plug.requests_left = -1
            if before and plug.first is not None:
                result.resumes.append(plug.first)
            _check_ending(result, code, folder, plug.fired.is_set())
            if plug.fired.is_set():
                result.kills += 1
            if code == 0:
                break
            _count_again(result, gazette, before)
        for target in targets:
            _check_whole(result, paper, gazette, folder / target)
    return result


def _start(folder: Path, home: str, targets: Sequence[str]) -> subprocess.Popen[bytes]:
    with open(folder / "errors", "ab") as errors:
        env = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(crawl_command(home, targets), cwd=folder, stderr=errors, env=env)


def _check_ending(result: Result, code: int, folder: Path, fired: bool) -> None:
    expected = (0, *AN_INTERRUPTION) if fired else (0,)
    said = (folder / "errors").read_text(errors="replace")
    if code not in expected or "Traceback" in said:
        result.faults.append(f"exit code {code}: {said[-2000:]}")
    (folder / "errors").write_text("")


def _count_again(result: Result, gazette: Gazette, before: int) -> None:
    """Pages of this run that an earlier one had fetched too."""
    pages = gazette.paper.by_path()
    earlier = {request.path.partition("?")[0] for request in gazette.log[:before]} & pages.keys()
    now = Counter(request.path.partition("?")[0] for request in gazette.log[before:])
    result.again.append(sum(now[path] for path in earlier))


def _check_whole(result: Result, paper: Paper, gazette: Gazette, target: Path) -> None:
    if target.suffix == ".jsonl" and not target.read_bytes().endswith(b"\n"):
        result.faults.append("the last line is torn")
    found: Counter[str] = Counter()
    try:
        found.update(str(record.canonical_url) for record in output.read(target))
    except output.OutputError as error:
        result.faults.append(str(error))
    wanted = {gazette.base + story.path for story in paper.stories}
    lost, twice = wanted - found.keys(), {url for url, count in found.items() if count > 1}
    others = found.keys() - wanted
    for what, urls in (("lost", lost), ("twice", twice), ("not wanted", others)):
        if urls:
            result.faults.append(f"{target.name}: {len(urls)} {what}: {sorted(urls)[:3]}")


def main(kills: int, articles: int = ARTICLES) -> int:
    """Prints what came of each way to end a crawl; returns 1 where anything was lost, or cost more than it may."""
    faults = 0
    for way, signals in WAYS.items():
        luck, results, left = random.Random(kills), [], kills
        while left > 0:
            results.append(torture(Paper(articles=articles), signals, luck, min(left, 10)))
            left -= max(results[-1].kills, 1)
        again = [count for result in results for count in result.again]
        resumes = [seconds for result in results for seconds in result.resumes]
        bad = [fault for result in results for fault in result.faults]
        if max(again, default=0) > IN_FLIGHT:
            bad.append(f"more than {IN_FLIGHT} pages fetched again")
        if max(resumes, default=0.0) >= RESUME:
            bad.append(f"a resume took {RESUME:g} s or more")
        faults += len(bad)
        print(f"{way}: {sum(result.kills for result in results)} kills of {len(results)} crawls,", end=" ")
        print(f"fetched again after a kill: at most {max(again, default=0)} pages,", end=" ")
        print(f"CPU until a resume asks again: at most {max(resumes, default=0):.2f} s; {len(bad)} faults", flush=True)
        for fault in bad:
            print("  " + fault, flush=True)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
