"""`broadsheet reclean`: the articles of an archive made again by today's cleaner, and what has changed since.

Nothing is fetched. Pages are those that the crawl gave to the cleaner, with what it knew of them then. Articles that an
earlier output has keep what only the crawl can know: version, what came before, what changed between the two.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from broadsheet.cleaning import clean_inputs
from broadsheet.delivery import Delivery, Destination, deliver
from broadsheet.exporting import source_lines
from broadsheet.inputs import Given
from cleaners import Options
from cleaners.limits import Limits
from items import Article, Failure, Page
from output.archive_reading import Capture, captures
from output.columns import NAMES, RECORD_OF
from output.errors import naming
from output.lines import host_of
from output.making import record_of
from output.record import Record
from output.sink import Sink
from scrapers.opening import Unreadable
from scrapers.pipelines import withheld
from scrapers.warc import Wanted, is_page, unpack_body

OF_THE_CRAWL = ("version", "previous", "changes")
"""Fields that no cleaning can make again."""
OF_THE_CLEANER = ("cleaner_version", "cleaner_settings")
"""Fields that say who made the record: they may change without the article."""
COMPARED = tuple(name for name in NAMES if name not in (*OF_THE_CRAWL, *OF_THE_CLEANER, "schema_version"))
SAMPLES = 3
"""Kept for each site and field."""
LISTED = 20
"""Addresses listed for people; the report file has all."""
CONTEXT, SHOWN = 40, 200  # characters before where values part, and in all


Told = msgspec.defstruct(
    "Told",
    [(field.name, field.type, field.default) for field in msgspec.structs.fields(Page) if field.name != "content"],
)
"""What a crawl's note says of a page: a Page without its content."""


def archived_pages(folder: str, wanted: Wanted) -> Iterator[Given]:
    """The pages of an archive that were given to the cleaner, as they were given. Raises OutputError."""
    for capture in captures(Path(folder)):
        if capture.note is not None and wanted.takes(capture.url, capture.moment) and _is_page(capture):
            yield Given(capture.url, _page(capture, capture.note))


def _is_page(capture: Capture) -> bool:
    return bool(capture.body) and is_page(capture.status, capture.headers.get("content-type", "text/html"))


def _page(capture: Capture, note: bytes) -> Page:
    try:
        body = unpack_body(capture.body, capture.headers.get("content-encoding"))
    except Unreadable:
        body = capture.body
    return Page(content=body, **msgspec.structs.asdict(msgspec.json.decode(note, type=Told)))


class Difference(msgspec.Struct, frozen=True):
    """What one field held, and holds now, from shortly before where the two part."""

    field: str
    before: str
    after: str


class Touched(msgspec.Struct, frozen=True):
    """An article that is not what it was."""

    url: str | None
    id: str
    site: str
    fields: tuple[str, ...]


class Report(msgspec.Struct):
    """What recleaning came to."""

    compared: int = 0
    """Articles that the earlier output has too."""
    touched: list[Touched] = msgspec.field(default_factory=list)
    gained: list[str] = msgspec.field(default_factory=list)
    """Addresses of articles that the earlier output does not have."""
    lost: list[str] = msgspec.field(default_factory=list)
    """Addresses of articles that it has, and that are none now."""
    by_site: dict[str, dict[str, int]] = msgspec.field(default_factory=dict)
    """How often each field changed, site by site."""
    samples: dict[str, dict[str, list[Difference]]] = msgspec.field(default_factory=dict)
    """A few differences for each site and field."""

    def is_empty(self) -> bool:
        """Whether nothing has changed."""
        return not (self.touched or self.gained or self.lost)

    def compare(self, before: Record, after: Record) -> None:
        """Takes one article as it was and as it is."""
        self.compared += 1
        pairs = [(name, getattr(before, name), getattr(after, name)) for name in COMPARED]
        differences = [Difference(name, *_apart(old, new)) for name, old, new in pairs if old != new]
        if not differences:
            return
        site = host_of(after)
        self.touched.append(Touched(after.url, after.id, site, tuple(each.field for each in differences)))
        counts = Counter(self.by_site.get(site, {}))
        samples = self.samples.setdefault(site, {})
        for difference in differences:
            counts[difference.field] += 1
            if len(kept := samples.setdefault(difference.field, [])) < SAMPLES:
                kept.append(difference)
        self.by_site[site] = dict(counts)


def _apart(before: Any, after: Any) -> tuple[str, str]:
    """Both values on a line each, from shortly before where they part."""
    one, two = _text(before), _text(after)
    same = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    start = max(0, same - CONTEXT)
    return _excerpt(one, start), _excerpt(two, start)


def _text(value: Any) -> str:
    plain = msgspec.to_builtins(value) if value is not msgspec.UNSET else None
    return plain if isinstance(plain, str) else msgspec.json.encode(plain).decode()


def _excerpt(text: str, start: int) -> str:
    end = start + SHOWN
    return f"{'…' if start else ''}{' '.join(text[start:end].split())}{'…' if len(text) > end else ''}"


class Nowhere(Sink):
    """Saves nothing: where only the report is wanted."""

    name = "nowhere"

    def _write(self, record: Record) -> None:
        pass

    def _close(self, commit: bool) -> None:
        pass


class Earlier:
    """The articles of an earlier output, by address and moment, on disk: an archive may hold millions."""

    def __init__(self, source: str | None, wanted: Wanted) -> None:
        """source: a state file, or what a sink wrote; None: there is none. Raises BadInput, OutputError."""
        self.is_given = source is not None
        self._folder = tempfile.TemporaryDirectory(prefix="broadsheet-")
        self._db = sqlite3.connect(Path(self._folder.name) / "earlier.db", isolation_level=None)
        self._db.executescript("PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF")
        self._db.execute("CREATE TABLE earlier (url TEXT, moment TEXT, line BLOB, seen INTEGER DEFAULT 0)")
        self._db.execute("BEGIN")
        for record, line in source_lines(source) if source is not None else ():
            page = (record.url, record.fetched_at)
            if wanted.takes(*page):
                self._db.execute("INSERT INTO earlier (url, moment, line) VALUES (?, ?, ?)", (*page, line))
        self._db.execute("COMMIT")
        self._db.execute("CREATE INDEX earlier_page ON earlier (url, moment)")

    def find(self, article: Article) -> Record | None:
        """The article as it was."""
        page = (article.url, article.fetched_at)
        row = self._db.execute("SELECT line FROM earlier WHERE url IS ? AND moment IS ?", page).fetchone()
        if row is None:
            return None
        self._db.execute("UPDATE earlier SET seen = 1 WHERE url IS ? AND moment IS ?", page)
        return RECORD_OF.decode(row[0])

    def has(self, article: Article) -> bool:
        """Whether it had an article of that page."""
        page = (article.url, article.fetched_at)
        return self._db.execute("SELECT 1 FROM earlier WHERE url IS ? AND moment IS ?", page).fetchone() is not None

    def close(self) -> None:
        """Takes the file away."""
        self._db.close()
        self._folder.cleanup()


def recleaned(article: Article, earlier: Earlier, report: Report) -> Record:
    """The record of an article cleaned again, entered into the report.

    A text that its publisher does not want stored is left out again, unless the earlier output has it.
    """
    before = earlier.find(article)
    if article.rights.withholds and (before is None or before.status == "withheld"):
        article = withheld(article)
    record = record_of(article)
    if before is not None:
        record = msgspec.structs.replace(record, **{name: getattr(before, name) for name in OF_THE_CRAWL})
        report.compare(before, record)
    elif earlier.is_given:
        report.gained.append(record.url or record.id)
    return record


def report_lines(report: Report) -> list[str]:
    """The report for a person: site by site which fields changed how often, and a sample of each."""
    lines = [f"{report.compared:,} articles compared, {len(report.touched):,} changed"]
    lines[0] += f", {len(report.gained):,} new" if report.gained else ""
    lines[0] += f", {len(report.lost):,} gone" if report.lost else ""
    for site, counts in sorted(report.by_site.items()):
        lines.append(f"{site}: " + ", ".join(f"{field} {count:,}" for field, count in sorted(counts.items())))
        for field, samples in sorted(report.samples[site].items()):
            lines += [f"  {field}", f"    - {samples[0].before}", f"    + {samples[0].after}"]
    lines += [f"new: {url}" for url in report.gained[:LISTED]] + [f"gone: {url}" for url in report.lost[:LISTED]]
    return lines


def reclean(
    folder: str,
    destination: Destination,
    earlier_output: str | None,
    wanted: Wanted,
    options: Options,
    *,
    workers: int,
    limits: Limits | None = None,
) -> tuple[Delivery, Report]:
    """Cleans an archive's pages again, saves them, and compares. Raises BadInput, OutputError, Interrupted."""
    report = Report()
    earlier = Earlier(earlier_output, wanted)
    try:
        with deliver(destination, None if destination.targets else Nowhere()) as delivery:
            for name, outcome in clean_inputs(archived_pages(folder, wanted), options, workers, limits):
                if isinstance(outcome, Article) and outcome.objection is None:
                    delivery.record(recleaned(outcome, earlier, report))
                elif isinstance(outcome, Article) and earlier.has(outcome):
                    report.lost.append(name)
                elif isinstance(outcome, Failure):
                    delivery.failure(outcome)
        return delivery, report
    finally:
        earlier.close()


def write_report(path: str, report: Report) -> None:
    """Writes the report as JSON. Raises OutputError."""
    with naming(path):
        Path(path).write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
