"""A few kilobytes that unpack to gigabytes, wherever a newspaper can put them: little memory, little time, a name."""

from __future__ import annotations

import gzip
import json
import sqlite3
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import brotli
import pytest
import zstandard
from servers import Answer, Page, serving
from test_scrapers_crawl import ROOT, story

ZEROS = b"\0" * (1 << 20)
LAYER = 256  # megabytes in the innermost layer
MOST_MEGABYTES, MOST_SECONDS = 200, 3.0


def deflated() -> bytes:
    """The bare stream: one megabyte's packed form over and over, which takes no time to make."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return (packer.compress(ZEROS) + packer.flush(zlib.Z_FULL_FLUSH)) * LAYER + b"\3\0"


def checksum(of: Callable[[bytes, int], int], start: int) -> int:
    for _ in range(LAYER):
        start = of(ZEROS, start)
    return start


@cache
def bombs() -> dict[str, bytes]:
    """By Content-Encoding."""
    bare, size = deflated(), LAYER << 20
    found = {
        "deflate": b"\x78\xda" + bare + struct.pack(">I", checksum(zlib.adler32, 1)),
        "gzip": gzip.compress(b"")[:10] + bare + struct.pack("<II", checksum(zlib.crc32, 0), size),
        "zstd": zstandard.compress(ZEROS * LAYER),
        "br": brotli.compress(ZEROS * LAYER, quality=5),
    }
    found["gzip, gzip"] = gzip.compress(found["gzip"])
    found["gzip, br, zstd"] = zstandard.compress(brotli.compress(found["gzip"], quality=5))
    return found


KINDS = ("deflate", "gzip", "zstd", "br", "gzip, gzip", "gzip, br, zstd")
# VmHWM is this program's own peak: getrusage's begins at that of the process that started it.
CHILD = """
import re, sys, time
from scrapers.decompression import TooLarge, unpack
body, encodings = sys.stdin.buffer.read(), sys.argv[1].split(", ")
begun = time.process_time()
try:
    for encoding in reversed(encodings):
        body = unpack(body, encoding, 10 << 20)
except TooLarge:
    peak = re.search("VmHWM:[^0-9]*([0-9]+) kB", open("/proc/self/status").read())
    print(time.process_time() - begun, int(peak[1]) / 1024)
"""

# The peak of a process begins at that of the one which started it: a small one in between.
LAUNCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:])
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
print(spent.ru_utime + spent.ru_stime, spent.ru_maxrss / 1024)
"""


@pytest.mark.parametrize("encoding", KINDS)
def test_a_bomb_is_noticed_before_it_has_gone_off(encoding: str) -> None:
    bomb = bombs()[encoding]
    assert len(bomb) < 1 << 20
    done = subprocess.run(
        [sys.executable, "-c", CHILD, encoding], input=bomb, cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds <= MOST_SECONDS
    assert megabytes <= MOST_MEGABYTES


def test_a_newspaper_of_bombs_costs_a_crawl_no_more_than_another(tmp_path: Path) -> None:
    """Pages, feeds, sitemaps (also as .gz files) and robots.txt of every kind; the one story beside them is saved."""
    answers = {encoding: Answer(body, headers={"Content-Encoding": encoding}) for encoding, body in bombs().items()}
    pages: dict[str, Page] = {"/2026/11/26/bridge.html": story("The bridge")}
    for number, answer in enumerate(answers.values()):
        pages |= {
            f"/2026/11/26/bomb-{number}.html": answer,
            f"/feed-{number}.xml": answer,
            f"/map-{number}.xml": answer,
        }
    pages["/map.xml.gz"] = Answer(bombs()["gzip"], type="application/gzip")
    links = "".join(f'<p><a href="{path}">The story that is told at {path}</a></p>' for path in pages if "2026" in path)
    pages["/"] = f"<html><body>{links}</body></html>"
    with ExitStack() as stack:
        site = stack.enter_context(serving(pages))
        sick = [
            stack.enter_context(serving({"/robots.txt": answer, "/": story("Sick")}, f"127.0.0.{number}"))
            for number, answer in enumerate(answers.values(), 2)
        ]
        feeds = [word for path in pages if "feed" in path for word in ("--feed", site.url(path))]
        maps = [word for path in pages if "map" in path for word in ("--sitemap", site.url(path))]
        command = [sys.executable, "-m", "broadsheet", "crawl", site.url(), *(one.url() for one in sick), *feeds, *maps]
        out, log = tmp_path / "out.jsonl", tmp_path / "log"
        places = ["-o", str(out), "--state", str(tmp_path / "state.db"), "--allow-private", "--delay", "0"]
        with log.open("wb") as errors:
            launched = [sys.executable, "-c", LAUNCHER, *command, *places, "--workers", "1"]
            done = subprocess.run(launched, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, check=True)
        seconds, megabytes = map(float, done.stdout.split())
        assert all(one.hits == [] for one in sick)
    assert [json.loads(line)["title"] for line in out.read_text().splitlines()] == ["The bridge"], log.read_text()
    with sqlite3.connect(tmp_path / "state.db") as state:
        fates = dict(state.execute("SELECT fate, count(*) FROM urls GROUP BY fate"))
    assert fates["too large"] == 3 * len(KINDS)
    assert fates["robots"] == len(sick)
    assert megabytes <= MOST_MEGABYTES  # of the largest process: with no bomb at all, the cleaning one's 165
    assert seconds <= 4 * MOST_SECONDS  # for all of them; starting takes two
