"""Broadsheet from Python: `scrape`, `scrape_many`; `clean` and `clean_text` come from the cleaners as they are."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator

from cleaners import Options
from cleaners.worker import receive, send
from items import Article, Failure

Result = Article | Failure


class ScrapeFailed(Exception):
    """A URL gave no page; the message names it and says why in one line."""


def scrape(url: str, *, options: Options | None = None, allow_private: bool = False) -> Article:
    """Fetches one page and cleans it.

    A page that is no article comes back with the `kind` that it is. Raises ScrapeFailed where there is no page.
    """
    for result in scrape_many([url], options=options, allow_private=allow_private):
        if isinstance(result, Article):
            return result
        raise ScrapeFailed(f"{result.source}: {result.reason}")
    raise ScrapeFailed(f"{url}: nothing came of it")


def scrape_many(
    urls: Iterable[str], *, options: Options | None = None, allow_private: bool = False, workers: int = 0
) -> Iterator[Result]:
    """Fetches and cleans pages, and yields what comes of each as it comes, not in the order given.

    workers: cleaning processes, 0 for the machine's cores. The crawl runs in a process of its own, since Scrapy cannot
    run twice in one; closing the iterator ends it.
    """
    # -P and PYTHONPATH: as for the cleaning workers, nothing in the working folder may stand in for our modules.
    path = os.pathsep.join(entry for entry in sys.path if entry)
    crawl = subprocess.Popen(
        [sys.executable, "-P", "-m", "broadsheet.one_crawl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert crawl.stdin is not None
    assert crawl.stdout is not None
    try:
        send(crawl.stdin, (list(urls), options or Options(), allow_private, workers))
        with contextlib.suppress(EOFError):
            while True:
                yield receive(crawl.stdout)
    finally:
        crawl.terminate()
        crawl.wait()
        crawl.stdin.close()
        crawl.stdout.close()
