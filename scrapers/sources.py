"""`sources.toml`: the newspapers of a scheduled crawl, and how each is to be crawled. docs/sources.md explains it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from scrapers.manners.contact import BadContact, check_contact
from scrapers.reasons import one_line
from scrapers.safety import why_refused

SITE = re.compile(r"\s*\[\[\s*site\s*\]\]")


class BadSources(ValueError):
    """A sources file that cannot be used; the message names file, line and key."""


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One newspaper."""

    home: str
    """The address of its front page."""
    name: str | None = None
    """What it is called on the command line. None: by its address."""
    sections: tuple[str, ...] = ()
    """Pages of links to read beside those that the front page leads to."""
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    """Those that the site does not name itself."""
    max_articles: int | None = None
    """New articles of one run. None: as many as there are."""
    delay: float | None = None
    """Seconds between two requests, where the crawl's own are not enough."""
    browser: bool = False
    """Its pages are fetched with a browser (the extra `browser`)."""
    enabled: bool = True


class Defaults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For the crawl as a whole; the command line comes before it."""

    contact: str | None = None
    delay: float | None = None
    concurrency: int | None = None
    since: str | None = None
    max_articles: int | None = None
    output: str | tuple[str, ...] | None = None
    """Where articles go: a target or several."""
    state: str | None = None


class Sources(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole file."""

    crawl: Defaults = Defaults()
    site: tuple[Source, ...] = ()

    def chosen(self, names: Sequence[str]) -> tuple[Source, ...]:
        """The newspapers named, by name or address; without names all that are enabled. Raises BadSources."""
        if not names:
            return tuple(source for source in self.site if source.enabled)
        known = {key: source for source in self.site for key in (source.home, source.name) if key}
        for name in names:
            if name not in known:
                raise BadSources(f"{one_line(name)}: no such site in the sources file{_meant(name, list(known))}")
        return tuple(dict.fromkeys(known[name] for name in names))


def read_sources(path: str | Path) -> Sources:
    """A sources file, checked whole before anything is fetched. Raises BadSources."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise BadSources(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadSources(f"{path}: not UTF-8") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSources(f"{path}: {one_line(str(error))}") from None
    _Check(str(path), text).table(table)
    return msgspec.convert(table, Sources)


class _Check:
    """Looks for what is wrong, and where."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()

    def table(self, table: dict[str, Any]) -> None:
        self._known(table, Sources, None)
        crawl = table.get("crawl", {})
        self._typed(crawl, Defaults, -1, "crawl")
        try:
            check_contact(crawl.get("contact"))
        except BadContact as error:
            self._refuse(-1, "contact", str(error))
        sites = table.get("site")
        if not isinstance(sites, list) or not sites:
            raise BadSources(f'{self._path}: names no newspaper: [[site]] with home = "https://…" is missing')
        for number, site in enumerate(sites):
            self._site(site, number)
        self._once(sites)

    def _site(self, site: dict[str, Any], number: int) -> None:
        if "home" not in site:
            self._refuse(number, None, "has no home: the address of its front page")
        self._typed(site, Source, number, f"site {number + 1}")
        for key in ("home", "sections", "feeds", "sitemaps"):
            for url in [site[key]] if key == "home" else site.get(key, ()):
                if reason := why_refused(url, allow_private=True):
                    self._refuse(number, key, f"{one_line(url)}: {reason}")

    def _once(self, sites: list[dict[str, Any]]) -> None:
        for key in ("home", "name"):
            seen: set[str] = set()
            for number, site in enumerate(sites):
                if site.get(key) in seen:
                    self._refuse(number, key, f"{one_line(site[key])} stands there twice")
                if key in site:
                    seen.add(site[key])

    def _typed(self, table: Any, kind: type[msgspec.Struct], number: int, name: str) -> None:
        if not isinstance(table, dict):
            raise BadSources(f"{self._path}: {name} is no table")
        self._known(table, kind, number)
        for key, value in table.items():
            field = next(field for field in msgspec.structs.fields(kind) if field.name == key)
            try:
                msgspec.convert(value, field.type)
            except msgspec.ValidationError as error:
                self._refuse(number, key, one_line(str(error).lower()))
            if isinstance(value, int | float) and not isinstance(value, bool) and value < (key != "delay"):
                self._refuse(number, key, f"{value} is too small")

    def _known(self, table: dict[str, Any], kind: type[msgspec.Struct], number: int | None) -> None:
        names = [field.name for field in msgspec.structs.fields(kind)]
        for key in table:
            if key not in names:
                self._refuse(number, key, f"unknown{_meant(key, names)}")

    def _refuse(self, number: int | None, key: str | None, reason: str) -> None:
        line = self._line(number, key)
        where = f"line {line}: " if line else ""
        raise BadSources(f"{self._path}: {where}{f'{key}: ' if key else ''}{reason}")

    def _line(self, number: int | None, key: str | None) -> int | None:
        """Where a key of the n-th site stands (-1: of the crawl; None: anywhere)."""
        begin = 0
        if number is not None:
            heads = [at for at, line in enumerate(self._lines) if SITE.match(line)]
            begin = heads[number] if 0 <= number < len(heads) else 0
        if key is None:
            return begin + 1
        for at in range(begin, len(self._lines)):
            if re.match(rf"[\s\[]*\"?{re.escape(key)}\"?\s*[=\]]", self._lines[at]):
                return at + 1
        return None


def _meant(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, 1)
    return f", did you mean {close[0]}?" if close else ""
