"""The other end of `scrape_many`: one crawl in a process of its own, its results to standard output."""

from __future__ import annotations

import os

from broadsheet.api import Result
from cleaners.worker import receive, send
from scrapers.run import run_article_spider


def main() -> None:
    """Reads what is wanted from standard input, as a pickle, and answers with one pickle a result."""
    requests, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not run into the results
    urls, options, allow_private, workers = receive(requests)

    def hand_out(result: Result) -> None:
        send(results, result)

    run_article_spider(
        urls,
        on_article=hand_out,
        on_failure=hand_out,
        options=options,
        allow_private=allow_private,
        workers=workers,
        keep_all=True,
    )


if __name__ == "__main__":
    main()
