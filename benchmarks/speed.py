"""python -m benchmarks.speed [BENCH]: CPU time of the whole clean(), beside trafilatura with metadata.

Every STEP-th page of the article sets is cleaned by each in turn, page by page in one process, from the bytes that came
off the wire: so whatever else the machine does, both feel it, and only the ratio of the medians is quoted. A second run
over the same pages then tells which of our stages the time goes to. With --peers the other installed extractors run too
(they read no metadata).
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from cleaners import Options, clean_page
from cleaners.walk import warm_up
from items import Page

SETS = ("wcxb", "fundus")
STEP = 8
NEVER = Options(second_opinion="never")
# Where a stage is called from. One stage may contain another: judging holds features, forests and the page's kind.
STAGES = {
    "segment": ("cleaners.walk", "segment_html"),
    "  decode": ("cleaners.segment", "decoding_of"),
    "  parse": ("cleaners.caps", "parse_html"),
    "head and headline": ("cleaners.walk", "read_testimony"),
    "language": ("cleaners.walk", "language_of_page"),
    "judge": ("cleaners.walk", "_judge_html"),
    "  features": ("cleaners.judges.learned", "read_page"),
    "  context": ("cleaners.judges.learned", "context_rows"),
    "  page kind's features": ("cleaners.judges.learned", "page_row"),
    "  second opinion": ("cleaners.walk", "second_opinion"),
    "settle": ("cleaners.walk", "settle"),
    "  rules": ("cleaners.judges.rules.Rules", "__call__"),
    "  metadata": ("cleaners.walk", "read_metadata"),
    "completeness": ("cleaners.walk", "judge_completeness"),
    "assemble": ("cleaners.walk", "assemble"),
}
Cleaner = Callable[[Page], object]


class Times(NamedTuple):
    """CPU milliseconds of one cleaner, a figure a page."""

    name: str
    spent: list[float]

    @property
    def median(self) -> float:
        """The page in the middle."""
        return median(self.spent)

    @property
    def late(self) -> float:
        """The 99th percentile."""
        return sorted(self.spent)[int(0.99 * len(self.spent))]


def read_pages(bench: Path, step: int) -> Iterator[Page]:
    """Every step-th page of the sets, as bytes."""
    for name in SETS:
        rows = (bench / "truth" / f"{name}.jsonl").read_text("utf-8").strip().split("\n")
        for truth in map(json.loads, rows[::step]):
            packed = (bench / "pages" / name / f"{truth['id']}.html.gz").read_bytes()
            yield Page(content=gzip.decompress(packed), url=truth["url"])


def trafilatura_with_metadata(page: Page) -> object:
    """What a user of trafilatura calls for the same fields."""
    import trafilatura  # noqa: PLC0415

    return trafilatura.bare_extraction(page.content, url=page.url, with_metadata=True)


def compare(pages: Sequence[Page], cleaners: dict[str, Cleaner]) -> list[Times]:
    """The times of all cleaners, taken in turn on each page. The first page is cleaned once before: it pays for imports
    and for loading what the judges know, and so does the page that every cleaning process begins with."""
    warm_up("html")
    times = [Times(name, []) for name in cleaners]
    for clean in cleaners.values():
        clean(pages[0])
    for page in pages:
        for (_, spent), clean in zip(times, cleaners.values(), strict=True):
            spent.append(_milliseconds(clean, page))  # once: both remember what they saw before, and crawls see it once
    return times


def _milliseconds(clean: Cleaner, page: Page) -> float:
    started = time.process_time()
    clean(page)
    return 1000 * (time.process_time() - started)


def stages(pages: Sequence[Page]) -> list[Times]:
    """What each stage of our own cleaner takes."""
    now: dict[str, float] = {}
    undo = [_watch(name, *_owner(*where), now) for name, where in STAGES.items()]
    times = [Times(name, []) for name in STAGES]
    for page in pages:
        now.clear()
        clean_page(page)
        for name, spent in times:
            spent.append(now.get(name, 0.0))
    for put_back in undo:
        put_back()
    return times


def _owner(path: str, name: str) -> tuple[Any, str]:
    """The module or class that holds a function."""
    module, _, last = path.rpartition(".")
    if last[0].isupper():
        return getattr(importlib.import_module(module), last), name
    return importlib.import_module(path), name


def _watch(stage: str, owner: Any, name: str, now: dict[str, float]) -> Callable[[], None]:
    """Has a function's time added up under the stage's name. Returns what takes the watch off again."""
    function = getattr(owner, name)

    def watched(*given: Any, **named: Any) -> Any:
        started = time.process_time()
        try:
            return function(*given, **named)
        finally:
            now[stage] = now.get(stage, 0.0) + 1000 * (time.process_time() - started)

    setattr(owner, name, watched)
    return lambda: setattr(owner, name, function)


def peers() -> dict[str, Cleaner]:
    """The other extractors that are installed."""
    from benchmarks.pages import peers as extractors  # noqa: PLC0415

    def on_page(extract: Callable[[str], str]) -> Cleaner:
        return lambda page: extract(page.content.decode("utf-8", "replace"))  # type: ignore[union-attr]

    return {name: on_page(extract) for name, extract in extractors().items()}


def main() -> int:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", nargs="?", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--step", type=int, default=STEP, help="take every so many pages (%(default)s)")
    parser.add_argument("--peers", action="store_true", help="time the other extractors, too")
    args = parser.parse_args()
    pages = list(read_pages(args.bench, args.step))
    cleaners: dict[str, Cleaner] = {
        "trafilatura, with metadata": trafilatura_with_metadata,
        "broadsheet": clean_page,
        "broadsheet, never asking": lambda page: clean_page(page, NEVER),
    }
    times = compare(pages, cleaners | (peers() if args.peers else {}))
    usual = times[0].median
    print(f"CPU of one page, {len(pages)} pages")
    for each in times:
        late = f"p99 {each.late:7.1f} ms = {each.late / each.median:.1f} medians"
        ratio = "" if each is times[0] else f", 1/{usual / each.median:.2f} of trafilatura"
        print(f"{each.name:28} median {each.median:7.2f} ms, {late}{ratio}")
    for each in stages(pages):
        print(f"  {each.name:26} median {each.median:7.2f} ms, mean {sum(each.spent) / len(pages):7.2f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
