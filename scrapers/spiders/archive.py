"""Spider `archive`: pages that somebody saved, cleaned as if they had just been fetched. Nothing is fetched.

scrapy crawl archive -a path=CC-NEWS-20260101.warc.gz -a host=example.org -a since=2026-01-01 -O out.jsonl
scrapy crawl archive -a path=CC-NEWS/ -a output=articles.jsonl.gz
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Self

import msgspec
from scrapy import Spider
from scrapy.crawler import Crawler

from items import Failure, Page
from scrapers.bookmark import Bookmark, Read, Reading, Shelf
from scrapers.opening import UNPACKING_ERRORS, Unreadable, read_page, refuse_foreign, unpacked, why
from scrapers.pipelines import CleanPipeline, OutputPlace, state_folder
from scrapers.reasons import one_line
from scrapers.resuming import ResumingPipeline
from scrapers.spiders.article import BadArgument
from scrapers.warc import Wanted, read_warc

PACKINGS = ("", ".gz", ".zst")
WARC_ENDINGS = tuple(f".warc{packing}" for packing in PACKINGS)
PAGE_ENDINGS = tuple(ending + packing for ending in (".html", ".htm", ".xhtml") for packing in PACKINGS)
KNOWN = ".warc .html .htm .xhtml, each also with .gz or .zst"
AHEAD = 64
"""Pages that may wait for the cleaner, so that a large archive does not fill the memory."""


class ArchiveSpider(Spider):
    """Yields a Page for every HTML response in WARC files and for every saved page.

    Arguments: `path` (a file, or a folder of them), `host` (several with spaces between), `since`, `until` (days on
    which pages were fetched, YYYY-MM-DD), `output` (a target that survives kills: the same command goes on where it
    was, and reads what has come since; in a folder, files in the order of their names).
    """

    name = "archive"

    def __init__(
        self,
        *,
        path: str = "",
        host: str = "",
        since: str | None = None,
        until: str | None = None,
        output: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.check_arguments(path=path)
        super().__init__(**kwargs)
        self._path = Path(path)
        self._wanted = Wanted(hosts=tuple(host.lower().split()), since=since, until=until)
        self.output = output
        self.reading: Reading | None = None
        """What `output` has got; None: there is none."""
        self.error: Exception | None = None
        """What ended the run, where something did."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        if spider.output is not None:
            crawler.settings.set_in_component_priority_dict("ITEM_PIPELINES", CleanPipeline, None)
            crawler.settings.set_in_component_priority_dict("ITEM_PIPELINES", ResumingPipeline, 300)
        return spider

    @classmethod
    def check_arguments(cls, *, path: str = "", **_: Any) -> None:
        """Raises BadArgument where there is nothing to read, or nothing that we can."""
        if not path:
            raise BadArgument("nothing to read: give -a path=FILE.warc.gz or a folder")
        if not os.path.exists(path):
            raise BadArgument(f"{one_line(path)}: no such file or folder")
        if next(_readable(Path(path)), None) is None:
            what = "holds nothing that can be read" if os.path.isdir(path) else "cannot be read"
            raise BadArgument(f"{one_line(path)}: {what}; what can is {KNOWN}")

    def open_output(self) -> None:
        """Opens the target where it was left. Raises OutputError."""
        assert self.output is not None
        place = OutputPlace(self.output)
        told = (os.path.abspath(self._path), msgspec.structs.astuple(self._wanted), place.name)
        self.reading = Reading(Shelf.of(state_folder("archives"), *told), place, self.logger.warning)

    async def start(self) -> AsyncIterator[Any]:
        """Every page, while the cleaner keeps up."""
        if self.error is not None:  # the target could not be opened
            return
        slot: Any = self.crawler.engine.scraper
        for found in self._pages() if self.reading is None else self._numbered(self.reading.start):
            if self.error is not None:
                return
            yield found
            while slot.slot.itemproc_size >= AHEAD:
                await asyncio.sleep(0.01)

    def _pages(self) -> Iterator[Page | Failure]:
        for path in self._paths():
            yield from self._pages_of(path)

    def _numbered(self, start: Bookmark) -> Iterator[Read]:
        """What comes after the bookmark."""
        number = 0
        for path in self._paths():
            file = path.relative_to(self._path).as_posix() if path != self._path else path.name
            if start.is_before(file):
                for nth, found in enumerate(self._pages_of(path), start=1):
                    if start.is_before(file, nth):
                        yield Read(number, file, nth, found)
                        number += 1

    def _paths(self) -> list[Path]:
        return sorted(_readable(self._path))

    def _pages_of(self, path: Path) -> Iterator[Page | Failure]:
        if path.name.lower().endswith(WARC_ENDINGS):
            with path.open("rb") as stream:
                yield from (page for _, page in read_warc(stream, str(path), self._wanted))
        elif self._wanted == Wanted():
            yield _saved(path)


def _readable(path: Path) -> Iterator[Path]:
    """The file, or those of a folder, whose ending says that it can be read."""
    for file in path.rglob("*") if path.is_dir() else [path]:
        if file.name.lower().endswith((*WARC_ENDINGS, *PAGE_ENDINGS)) and file.is_file():
            yield file


def _saved(path: Path) -> Page | Failure:
    try:
        with path.open("rb") as stream:
            content = read_page(unpacked(stream))
        refuse_foreign(content)
        return Page(content=content)
    except (*UNPACKING_ERRORS, Unreadable) as error:
        return Failure(str(path), why(error))
