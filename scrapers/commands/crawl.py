"""`scrapy crawl` as Scrapy has it, but an exit code that tells, and one line for what somebody mistyped."""

from __future__ import annotations

import argparse
import os
import sys
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.commands import crawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.statscollectors import StatsCollector

from scrapers.frontier.errors import StateBusy, StateError
from scrapers.frontier.fates import FAILURES
from scrapers.frontier.state import State
from scrapers.spiders.archive import ArchiveSpider
from scrapers.spiders.article import ArticleSpider, BadArgument
from scrapers.spiders.news import STATE, NewsSpider

SPIDERS = {spider.name: spider for spider in (ArticleSpider, NewsSpider, ArchiveSpider)}
ERROR = 1
DISK = 3
BUSY = 5
SOME_FAILED = 10
INTERRUPTED = 11


class Command(crawl.Command):
    """Exit codes: 0 all well, 1 an error in the log, 2 usage, 3 disk, 5 the state file is in use, 10 some URLs failed,
    11 interrupted."""

    _begun: Crawler

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        spider = {spider.name: spider for spider in (ArticleSpider, NewsSpider, ArchiveSpider)}.get(
            args[0] if args else ""
        )
        try:
            if spider is not None:
                spider.check_arguments(**opts.spargs)
            if spider is NewsSpider:
                opts.spargs["state"] = State(opts.spargs.get("state", STATE))
        except BadArgument as error:
            raise UsageError(str(error), print_help=False) from None
        except StateError as error:
            print(f"crawl: error: {error}", file=sys.stderr)
            self.exitcode = BUSY if isinstance(error, StateBusy) else DISK
            return
        assert self.settings is not None
        for uri in self.settings.getdict("FEEDS"):
            _check_writable(str(uri))
        super().run(args, opts)
        self.exitcode = self.exitcode or exit_code(self._begun.stats)

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self._begun = super()._create_crawler(spidercls)
        return self._begun


def exit_code(stats: StatsCollector) -> int:
    """How a crawl that has ended went."""
    if stats.get_value("finish_reason") == "disk":
        return DISK
    if stats.get_value("log_count/ERROR"):
        return ERROR
    if stats.get_value("finish_reason") in ("shutdown", None):  # None: a second Ctrl-C
        return INTERRUPTED
    names = stats.get_stats()
    failed = {name.removeprefix("broadsheet/fates/") for name in names} & FAILURES
    return SOME_FAILED if failed or any(name.startswith("broadsheet/failed/") for name in names) else 0


def _check_writable(uri: str) -> None:
    """Raises UsageError where a feed could not be written, before anything is fetched for it."""
    if urlsplit(uri).scheme not in ("", "file"):
        return
    path = urlsplit(uri).path or uri
    folder = os.path.dirname(os.path.abspath(path))
    while not os.path.exists(folder):
        folder = os.path.dirname(folder)
    if os.path.isdir(path):
        raise UsageError(f"{path}: is a folder", print_help=False)
    if not os.path.isdir(folder) or not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise UsageError(f"{path}: cannot be written", print_help=False)
