"""The hand-over: pages go to the cleaner, articles become records. The only place here that knows the other rooms."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self
from weakref import WeakKeyDictionary

import msgspec
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from cleaners import Options as Options  # noqa: PLC0414  # the rest of this room gets it from the hand-over
from cleaners.limits import Limits
from cleaners.rights import withholds as withholds  # noqa: PLC0414
from cleaners.workers import CleaningFailed as CleaningFailed  # noqa: PLC0414
from cleaners.workers import CleaningPool, cores
from items import Article, Failure, Page
from output import Appender, append_to, as_json, record_of
from output import OutputError as OutputError  # noqa: PLC0414
from output import ReaderGone as ReaderGone  # noqa: PLC0414
from output import as_record as as_record  # noqa: PLC0414
from output.appender import sync_folder as sync_folder  # noqa: PLC0414
from output.archive import Archive as Archive  # noqa: PLC0414
from output.archive import ArchivedResponse as ArchivedResponse  # noqa: PLC0414
from output.quarantine import Quarantine
from output.space import Space
from output.targets import is_there
from output.waiting import state_folder as state_folder  # noqa: PLC0414
from scrapers.reasons import CUT_SHORT, one_line, short

STANDARD_OUTPUT = "-"

disk_refused = object()
"""Signal: the archive could not be written to, and the crawl should end. Arguments: error."""


class Failed(DropItem):
    """A URL that gave no article. Logged in one line, counted, not exported."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(f"{one_line(failure.source)}: {one_line(failure.reason)}", log_level="WARNING")
        self.failure = failure


class NotAnArticle(DropItem):
    """A page that was cleaned and is no article. Logged in one line, counted, not exported."""

    def __init__(self, article: Article) -> None:
        self.reason = article.objection or ""
        super().__init__(f"{one_line(article.url or article.id)}: {self.reason}", log_level="INFO")
        self.article = article


class CleanPipeline:
    """Page → Article, in worker processes; the reactor only waits.

    Failures and, unless BROADSHEET_ALL is set, pages that are no articles are dropped (`Failed`, `NotAnArticle`), so
    that the signal `item_dropped` tells of them. Items of other kinds pass untouched.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._stats = crawler.stats
        self._keep_all = settings.getbool("BROADSHEET_ALL")
        self._stores_all = settings.getbool("BROADSHEET_STORE_WITHHELD")
        workers = settings.getint("BROADSHEET_WORKERS") or cores()
        options = settings.get("BROADSHEET_OPTIONS") or Options(explain=settings.getbool("BROADSHEET_EXPLAIN"))
        limits = Limits(settings.getfloat("BROADSHEET_PAGE_SECONDS"), settings.getint("BROADSHEET_PAGE_MEGABYTES"))
        quarantine = Quarantine(settings["BROADSHEET_QUARANTINE"])
        self._archive = archive_of(crawler)
        self._pool = CleaningPool(workers, options, limits=limits, set_aside=quarantine.take)
        self._close_at_shutdown()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """The article of a page; anything else as it came. Raises Failed, NotAnArticle."""
        if isinstance(item, Failure):
            raise self._failed(item)
        if not isinstance(item, Page):
            return item
        try:
            article = await self.cleaned(item)
        except CleaningFailed as error:
            raise self._failed(Failure(item.url or item.id or "a page without address", str(error))) from error
        except OutputError:  # the archive's disk, of which the crawl has been told
            raise DropItem("not kept") from None
        return self._judged(article)

    async def cleaned(self, page: Page) -> Article:
        """The article of a page, whatever it is. Raises CleaningFailed."""
        await self._note(page)
        return await asyncio.wrap_future(self._pool.submit(page))

    async def looked_at(self, page: Page, look: Callable[..., Any]) -> tuple[Article, Any]:
        """The article of a page, and what `look` (`cleaners.walk.Look`) sees in it. Raises CleaningFailed."""
        await self._note(page)
        return await asyncio.wrap_future(self._pool.submit_and_look(page, look))

    async def _note(self, page: Page) -> None:
        """Has the archive remember what the cleaner is told of a page."""
        if self._archive is not None and page.url is not None and page.fetched_at is not None:
            with telling(self._crawler):
                await asyncio.to_thread(self._archive.note, page.url, page.fetched_at, note_of(page))

    async def close_spider(self) -> None:
        """Ends the worker processes."""
        await asyncio.to_thread(self._pool.close)

    def _close_at_shutdown(self) -> None:
        """A crawl that is stopped at once never gets to `close_spider`."""
        from twisted.internet import reactor  # noqa: PLC0415  # importing it installs one: not before Scrapy has

        anything: Any = reactor
        anything.addSystemEventTrigger("during", "shutdown", self._pool.close)

    def _judged(self, article: Article) -> Article:
        if article.rights.withholds and not self._stores_all:
            article = withheld(article)
        if self._keep_all or article.objection is None:
            self._stats.inc_value("broadsheet/articles")
            return article
        if "cut_short" in article.flaws:  # what is missing may be the article
            raise self._failed(Failure(article.url or article.id, CUT_SHORT))
        dropped = NotAnArticle(article)
        self._stats.inc_value(f"broadsheet/skipped/{article.kind if article.kind != 'article' else article.status}")
        raise dropped

    def _failed(self, failure: Failure) -> Failed:
        self._stats.inc_value(f"broadsheet/failed/{short(failure.reason)}")
        return Failed(failure)


open_archives: WeakKeyDictionary[Crawler, Archive] = WeakKeyDictionary()


@contextmanager
def telling(crawler: Crawler) -> Iterator[None]:
    """Tells the crawl of an OutputError inside the block, which is raised all the same."""
    try:
        yield
    except OutputError as error:
        crawler.signals.send_catch_log(disk_refused, error=error)
        raise


def space_of(crawler: Crawler, *places: str | os.PathLike[str]) -> Space:
    """The disks of these places and of the crawl's archive."""
    settings = crawler.settings
    return Space((*places, settings.get("BROADSHEET_ARCHIVE")), settings.getfloat("BROADSHEET_KEEP_FREE"))


def clean_page(page: Page) -> Article:
    """The article of a page, cleaned here and now. What a page holds raises nothing."""
    from cleaners import clean_page as cleaned  # noqa: PLC0415  # a crawl needs it only in its cleaning processes

    return cleaned(page)


def archive_of(crawler: Crawler) -> Archive | None:
    """The archive of a crawl, opened when first asked for; None: it keeps none. Raises OutputError."""
    folder = crawler.settings.get("BROADSHEET_ARCHIVE")
    if folder and crawler not in open_archives:
        open_archives[crawler] = Archive(folder)
    return open_archives.get(crawler)


def note_of(page: Page) -> bytes:
    """What the cleaner is told of a page beside its bytes, as JSON for the archive."""
    known = {name: value for name, value in msgspec.structs.asdict(page).items() if name != "content"}
    return msgspec.json.encode(known)


def withheld(article: Article) -> Article:
    """The article without its text, whose publisher asks for that not to be stored (noindex, noarchive)."""
    return msgspec.structs.replace(article, text="", blocks=(), summary=None, judged=None, status="withheld")


def row_groups(stream: Any) -> Any:
    """What writes records into a Parquet file. Raises ModuleNotFoundError without the extra `parquet`."""
    from output.row_groups import RowGroups  # noqa: PLC0415  # an extra

    return RowGroups(stream)


class RecordPipeline:
    """Article → the record as a dict, its keys in the promised order, for FEEDS and whatever else takes items."""

    async def process_item(self, item: Any) -> Any:
        """The record of an article; anything else as it came."""
        return msgspec.to_builtins(record_of(item)) if isinstance(item, Article) else item


def record_json(article: Article) -> bytes:
    """The record of an article as JSON on one line, byte for byte what sinks write."""
    return as_json(record_of(article))


class OutputPlace:
    """Where a crawl's records go, opened anew by every run: a target of `output.append_to`."""

    def __init__(self, target: str, form: str | None = None) -> None:
        self._target, self._form = target, form
        self._is_path = "://" not in target and target != STANDARD_OUTPUT
        self.name = os.path.abspath(target) if self._is_path else target

    def is_gone(self) -> bool:
        """Whether it is a file or folder that is not there."""
        return self._is_path and not is_there(self._target)

    def open(self, mark: str | None, *, overwrite: bool) -> Appender:
        """The target at a mark. Raises OutputError, UnknownTarget."""
        return append_to(self._target, mark, self._form, overwrite=overwrite)
