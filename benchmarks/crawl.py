"""python -m benchmarks.crawl [BENCH] [--pages N] [--rounds N]: what a crawl costs beside the cleaning it does.

Pages of BENCH (or, without it, pages made up) are put behind nginx on loopback with a sitemap, and crawled without
delays by two cleaning workers; the same pages then go through the cleaner alone, with two workers. Rounds alternate, so
whatever else the machine does, both feel it. CPU is that of Scrapy's own process, from the tenth page to the last;
memory is what it grows by in a thousand pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.crawl_peers import compare
from cleaners import Options
from cleaners.workers import CleaningPool
from items import Article, Page
from scrapers.frontier.frontier import Frontier
from scrapers.frontier.state import State
from scrapers.pipelines import OutputPlace
from scrapers.run_news import Crawl, run_news_spider

WORKERS = 2
SETS = ("wcxb", "fundus")
NGINX = """
daemon off; master_process off; user root; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off; types {{ text/html html; text/xml xml; text/plain txt; }}
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {folder}/site; }}
}}
"""
WORDS = "bridge ferry council harbour nurse orchard railway theatre baker judge lighthouse market quarry winter".split()


class Sample(NamedTuple):
    """Where a crawl was at one moment."""

    pages: int
    seconds: float
    cpu: float
    """Of Scrapy's own process, in seconds."""
    megabytes: float


def bench_pages(bench: Path, most: int) -> list[bytes]:
    """Real pages, or, where there are none, pages made up."""
    files = [file for name in SETS for file in sorted((bench / "pages" / name).glob("*.html.gz"))]
    pages = [gzip.decompress(file.read_bytes()) for file in files[:most]]
    return pages or [made_up(number) for number in range(most)]


def made_up(number: int) -> bytes:
    """An article like no other, of about 3 KB."""
    sentences = (
        f"The {WORDS[(number * 7 + n * n) % len(WORDS)]} of number {number * 31 + n} was seen beside the"
        f" {WORDS[(number // 3 + n * 5) % len(WORDS)]} on day {number + n * 11}, and nobody had expected it there."
        for n in range(24)
    )
    body = "".join(f"<p>{' '.join(part)}</p>" for part in zip(*[sentences] * 4, strict=True))
    title = f"What the {WORDS[number % len(WORDS)]} saw on day {number}"
    inside = f"<article><h1>{title}</h1>{body}</article>"
    return f"<html><head><title>{title}</title></head><body>{inside}</body></html>".encode()


@contextmanager
def behind_nginx(pages: list[bytes], folder: Path) -> Iterator[str]:
    """A site of these pages, named by its sitemap."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home, site = f"http://127.0.0.1:{port}/", folder / "site"
    (site / "news").mkdir(parents=True)
    for number, page in enumerate(pages):
        (site / "news" / f"the-story-of-the-day-{number}.html").write_bytes(page)
    urls = "".join(f"<url><loc>{home}news/the-story-of-the-day-{n}.html</loc></url>" for n in range(len(pages)))
    (site / "sitemap.xml").write_text(f"<urlset>{urls}</urlset>")
    (site / "robots.txt").write_text(f"Sitemap: {home}sitemap.xml\n")
    (site / "index.html").write_text("<html><body><h1>News</h1></body></html>")
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    server = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        yield home
    finally:
        server.terminate()
        server.wait()


def crawl(home: str, folder: Path) -> list[Sample]:
    """Samples of a crawl of its own process; the last one is its end."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.crawl", "--child", home, str(folder)], stdout=subprocess.PIPE, check=True
    )
    return [Sample(*row) for row in json.loads(done.stdout)]


def child(home: str, folder: Path) -> None:
    """The crawl itself: prints its samples."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    samples: list[Sample] = []
    pages = count(1)

    def watch(_: Frontier) -> None:
        if (number := next(pages)) % 10 == 0:
            samples.append(sample(number))

    outcome = run_news_spider(
        Crawl(sites=[home]),
        State(folder / "state.db"),
        places=[OutputPlace(str(folder / "out.jsonl"))],
        settings={
            "DOWNLOAD_DELAY": 0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
            "BROADSHEET_ALLOW_PRIVATE": True,
            "BROADSHEET_DEPTH": 1,  # what the pages link to is not there
            "BROADSHEET_WORKERS": WORKERS,
            "LOG_LEVEL": "ERROR",
        },
        watch=watch,
    )
    print({fate: number for (_, fate), number in outcome.fates.items()}, file=sys.stderr)
    print(json.dumps(samples))


def sample(pages: int) -> Sample:
    """This moment."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    megabytes = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    return Sample(pages, time.monotonic(), used.ru_utime + used.ru_stime, megabytes)


def clean_alone(pages: list[bytes]) -> float:
    """Pages a second of two cleaning workers and nothing else, from the tenth page on."""
    with CleaningPool(WORKERS, Options()) as pool:
        waiting: list[Future[Article]] = [
            pool.submit(Page(content=page, url="https://example.org/a")) for page in pages
        ]
        for future in waiting[:10]:
            future.exception()
        begun = time.monotonic()
        for future in waiting[10:]:
            future.exception()
        return (len(pages) - 10) / (time.monotonic() - begun)


def main(arguments: list[str]) -> None:
    """Prints one line a round, and the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", nargs="?", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--made-up", action="store_true", help="as many pages as asked for, all made up")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.child:
        child(chosen.child[0], Path(chosen.child[1]))
        return
    if shutil.which("nginx") is None:
        sys.exit("nginx is not installed: apt-get install nginx-light")
    made = [made_up(number) for number in range(chosen.pages)]
    pages = made if chosen.made_up else bench_pages(chosen.bench, chosen.pages)
    shares, costs, growths = [], [], []
    with tempfile.TemporaryDirectory() as name, behind_nginx(pages, Path(name)) as home:
        for _ in range(chosen.rounds):
            samples = crawl(home, Path(name) / "crawl")
            first, last = samples[0], samples[-1]
            rate = (last.pages - first.pages) / (last.seconds - first.seconds)
            alone = clean_alone(pages)
            shares.append(rate / alone)
            costs.append(1000 * (last.cpu - first.cpu) / (last.pages - first.pages))
            middle = samples[len(samples) // 2]
            growths.append(1000 * (last.megabytes - middle.megabytes) / max(1, last.pages - middle.pages))
            print(
                f"{len(pages)} pages: crawl {rate:.1f} a second, cleaner alone {alone:.1f}; Scrapy's process"
                f" {costs[-1]:.1f} ms CPU a page; {growths[-1]:+.1f} MB in 1,000 pages, {last.megabytes:.0f} MB in all",
                flush=True,
            )
        compare(Path(name) / "site" / "news", home, Path(name), len(pages))
    print(f"median: {median(shares):.0%} of the cleaner alone, {median(costs):.1f} ms, {median(growths):+.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
