"""What others take for the pages of `benchmarks.crawl`, their start included. docs/crawl.md says how to get them."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

TRAFILATURA = ("-m", "trafilatura.cli", "--parallel", "2", "--json", "--with-metadata")
FILES = """
import pathlib, sys
pages = [(page.name, page.read_text(errors="replace")) for page in pathlib.Path(sys.argv[1]).iterdir()]
"""
NEWSPAPER = """
import newspaper
for name, html in pages:
    article = newspaper.Article("https://example.org/" + name)
    article.download(input_html=html)
    try:
        article.parse()
    except newspaper.ArticleException:
        pass
"""
NEWS_PLEASE = """
from newsplease import NewsPlease
for name, html in pages:
    try:
        NewsPlease.from_html(html, url="https://example.org/" + name)
    except Exception:
        pass
"""
# Crawlee cleans nothing by itself: its parser finds what every article has, as its own examples do.
CRAWLEE = """
import asyncio, pathlib, sys
from crawlee.crawlers import BeautifulSoupCrawler
async def main():
    crawler = BeautifulSoupCrawler(max_request_retries=0)
    @crawler.router.default_handler
    async def read(context):
        soup = context.soup
        title = soup.title.string if soup.title else None
        await context.push_data({"url": context.request.url, "title": title, "text": soup.get_text(" ", strip=True)})
    names = [page.name for page in pathlib.Path(sys.argv[1]).iterdir()]
    await crawler.run([sys.argv[2] + "news/" + name for name in names])
asyncio.run(main())
"""


class Peer(NamedTuple):
    """A program, and the module without which it cannot run."""

    name: str
    module: str
    arguments: tuple[str, ...]


def peers(site: Path, home: str, out: Path) -> Iterator[Peer]:
    """All of them, for the pages in a folder, which a server shows under `home`."""
    yield Peer(
        "trafilatura --parallel 2",
        "trafilatura",
        (*TRAFILATURA, "--input-dir", str(site), "--output-dir", str(out / "peer")),
    )
    yield Peer("newspaper4k", "newspaper", ("-c", FILES + NEWSPAPER, str(site)))
    yield Peer("news-please", "newsplease", ("-c", FILES + NEWS_PLEASE, str(site)))
    yield Peer("crawlee (title and text only)", "crawlee", ("-c", CRAWLEE, str(site), home))


def compare(site: Path, home: str, out: Path, pages: int) -> None:
    """Prints a line for each; those that are not installed, or fail, are named."""
    for peer in peers(site, home, out):
        if find_spec(peer.module) is None:
            print(f"{peer.name}: not installed")
            continue
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        done = subprocess.run([sys.executable, *peer.arguments], capture_output=True, text=True, check=False, cwd=out)
        after, seconds = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - begun
        if done.returncode:
            print(f"{peer.name}: failed: {done.stderr.strip().splitlines()[-1:]}")
            continue
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{peer.name}: {pages / seconds:.1f} pages a second, {1000 * cpu / pages:.0f} ms CPU a page", flush=True)
