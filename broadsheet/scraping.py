"""`broadsheet scrape`: URLs through the Scrapy spider to a destination."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from broadsheet.delivery import Delivery, Destination, deliver
from broadsheet.errors import BadConfiguration, BadInput
from cleaners import Options
from items import Failure
from scrapers.manners.contact import BadContact, check_contact, check_size, counted
from scrapers.run import run_article_spider
from scrapers.safety import PRIVATE, why_refused

CONTACT_HINT = "--contact ADDRESS"


def check_urls(urls: Iterable[str], *, allow_private: bool) -> None:
    """Raises BadInput for an address that is none, or that is refused. Names are looked up only when fetched."""
    for url in urls:
        reason = why_refused(url.strip(), allow_private=allow_private)
        if reason is not None:
            hint = " (--allow-private allows it)" if reason.startswith(PRIVATE) else ""
            raise BadInput(f"{url}: {reason}{hint}")


def check_crawl_size(pages: int | None, urls: Iterable[str], contact: str | None) -> None:
    """Raises BadInput for a bad contact, or none where a crawl needs one. pages: at most so many; None: no limit."""
    try:
        check_contact(contact)
        check_size(pages, urls, contact)
    except BadContact as error:
        raise BadInput(f"{error}: {CONTACT_HINT}") from None


def _counted(urls: Iterable[str], contact: str | None) -> Iterator[str]:
    """The URLs; where they come to be too many for a crawl without a contact, BadInput ends it."""
    try:
        yield from counted(urls, contact)
    except BadContact as error:
        raise BadInput(f"{error}: {CONTACT_HINT}") from None


def read_urls(file: str) -> Iterator[str]:
    """The addresses in a file, one a line; blank lines and # comments are skipped. "-" is standard input.

    Raises BadInput where the file cannot be read.
    """
    if file != "-":
        try:
            Path(file).open("rb").close()
        except OSError as error:
            raise BadInput(f"{file}: {error.strerror}") from None
    return _lines(file)


def _lines(file: str) -> Iterator[str]:
    with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
        for line in stream:
            url = line.decode("utf-8", "replace").strip().removeprefix("\ufeff")
            if url and not url.startswith("#"):
                yield url


def scrapy_settings(pairs: Iterable[str]) -> dict[str, str]:
    """("NAME=VALUE", …) as Scrapy settings. Raises BadConfiguration for what is no such pair."""
    settings = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.isidentifier():
            raise BadConfiguration(f'-s {pair}: not of the form NAME=VALUE, as in "-s DOWNLOAD_DELAY=2"')
        settings[name] = value
    return settings


def scrape_to(
    destination: Destination,
    urls: Iterable[str],
    options: Options,
    *,
    workers: int,
    allow_private: bool,
    contact: str | None,
    settings: dict[str, str],
) -> Delivery:
    """Fetches, cleans and saves.

    Raises BadInput where a contact is bad or needed, and Interrupted where the crawl was, once all else is saved.
    """
    check_crawl_size(0, (), contact)
    ours = {"BROADSHEET_CONTACT": contact} if contact else {}
    with deliver(destination) as delivery:
        outcome = run_article_spider(
            _counted(urls, contact),
            on_article=lambda article: delivery.article(article.url or article.id, article),
            on_skipped=lambda article, _: delivery.article(article.url or article.id, article),
            on_failure=delivery.failure,
            options=options,
            workers=workers,
            allow_private=allow_private,
            keep_all=destination.keep_all,
            scrapy_settings={**ours, **settings},
        )
        if outcome.interrupted:
            for url in outcome.unfinished:
                delivery.failure(Failure(url, "interrupted"))
            raise KeyboardInterrupt
    return delivery
