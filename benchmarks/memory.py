"""python -m benchmarks.memory [BENCH]: how much memory each extractor needs, in a process of its own.

Every STEP-th page of the article sets goes through one extractor; the figure is the largest resident set of its process
afterwards, in megabytes, with the interpreter and the libraries that the extractor needs. `nothing` only reads pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.pages import attempt, peers
from cleaners import clean

SETS = ("wcxb", "fundus")
STEP = 8


def pages(bench: Path) -> Iterator[str]:
    """The pages' HTML."""
    for name in SETS:
        with (bench / "truth" / f"{name}.jsonl").open(encoding="utf-8") as rows:
            for row in map(json.loads, list(rows)[::STEP]):
                raw = gzip.decompress((bench / "pages" / name / f"{row['id']}.html.gz").read_bytes())
                yield raw.decode(row["enc"], "replace")


def extractors() -> dict[str, Callable[[str], str]]:
    """Ours, every installed peer, and nothing."""
    return {"nothing": str, "broadsheet": lambda html: clean(html).text, **peers()}


def peak(bench: Path, name: str) -> float:
    """The largest resident set of this process after it extracted all pages, in megabytes."""
    for html in pages(bench):
        attempt(extractors()[name], html)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", nargs="?", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--only", choices=extractors(), help="measure this one, in this process")
    args = parser.parse_args()
    if args.only:
        print(f"{args.only:18} {peak(args.bench, args.only):6.0f} MB")
        return
    for name in extractors():
        subprocess.run([sys.executable, "-m", "benchmarks.memory", str(args.bench), "--only", name], check=True)


if __name__ == "__main__":
    main()
