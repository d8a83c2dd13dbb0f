"""Spider `archive`: pages that somebody saved, cleaned as if they had just been fetched. Nothing is fetched.

scrapy crawl archive -a path=CC-NEWS-20260101.warc.gz -a host=example.org -a since=2026-01-01 -O out.jsonl
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from scrapy import Spider

from items import Failure, Page
from scrapers.opening import UNPACKING_ERRORS, Unreadable, read_page, unpacked, why
from scrapers.reasons import one_line
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
    which pages were fetched, YYYY-MM-DD). `broadsheet clean` does the same, and can go on after a kill.
    """

    name = "archive"

    def __init__(
        self, *, path: str = "", host: str = "", since: str | None = None, until: str | None = None, **kwargs: Any
    ) -> None:
        self.check_arguments(path=path)
        super().__init__(**kwargs)
        self._path = Path(path)
        self._wanted = Wanted(hosts=tuple(host.lower().split()), since=since, until=until)

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

    async def start(self) -> AsyncIterator[Any]:
        """Every page, while the cleaner keeps up."""
        slot: Any = self.crawler.engine.scraper
        for found in self._pages():
            yield found
            while slot.slot.itemproc_size >= AHEAD:
                await asyncio.sleep(0.01)

    def _pages(self) -> Iterator[Page | Failure]:
        for path in sorted(_readable(self._path)):
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
            return Page(content=read_page(unpacked(stream)))
    except (*UNPACKING_ERRORS, Unreadable) as error:
        return Failure(str(path), why(error))
