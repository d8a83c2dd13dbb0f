"""Pages that atheris makes up, by what code they reach, through `clean()`: no crash, valid records.

python -m benchmarks.guided [libFuzzer options]    for ever, or -max_total_time=SECONDS (`make fuzz`)

It begins with pages of our own and keeps what reached something new in `training/work/guided/`. Where something breaks,
libFuzzer leaves the page as `crash-…` and ends.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

FOUND = Path("training/work/guided")
LONGEST = 20_000  # bytes of a page: more are slow, and reach nothing new
WATCHED = ["cleaners", "output.record", "output.making", "items"]
OPTIONS = (f"-max_len={LONGEST}", "-print_final_stats=1")


def main() -> None:
    """Hands pages to `check`. Needs the extra `fuzz`."""
    atheris = import_module("atheris")
    with atheris.instrument_imports(include=WATCHED):
        fuzz = import_module("benchmarks.fuzz")
        # What is imported only where it is needed.
        fuzz.check(b"<html><body><article><h1>A bridge</h1><p>It opened.</p></article></body></html>")
    FOUND.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(fuzz.seeds()):
        (FOUND / f"seed-{number}").write_bytes(page[:LONGEST])
    atheris.Setup([sys.argv[0], *OPTIONS, *sys.argv[1:], str(FOUND)], fuzz.check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
