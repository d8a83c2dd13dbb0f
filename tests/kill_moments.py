"""Delivers records to a target as a crawl does, killed with signal 9 again and again, at lines drawn by chance.

python kill_moments.py TARGET FORMAT RECORDS KILLS SEED: the records are `some_record(0)`, `some_record(1)`, …
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from records import some_record

import output

BATCH = 37
WATCHED = (str(Path(output.__file__).parent), __file__)


class Ledger:
    """What a crawl's state file remembers: how many records have been delivered, and the mark that goes with it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> tuple[int, str | None]:
        return tuple(json.loads(self.path.read_text())) if self.path.exists() else (0, None)

    def store(self, delivered: int, mark: str) -> None:
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps([delivered, mark]))
        new.rename(self.path)


def deliver(target: str, format: str | None, count: int, ledger: Ledger) -> None:
    """From where the ledger says to the end; every other record as JSON, as a crawl has it in its outbox."""
    delivered, mark = ledger.read()
    with output.append_to(target, mark, format, overwrite=mark is None) as appender:
        for batch in _batches(delivered, count):
            for number in batch:
                record = some_record(number)
                appender.write(output.as_json(record) if number % 2 else record)
            ledger.store(batch[-1] + 1, appender.commit())


def _batches(start: int, end: int) -> list[range]:
    return [range(first, min(first + BATCH, end)) for first in range(start, end, BATCH)]


def killed_at(line: int, work: Callable[[], None]) -> bool:
    """Runs the work in a process that dies at that many executed lines of ours; whether it did."""
    child = os.fork()
    if child == 0:
        try:
            count = 0

            def watch(frame: FrameType, event: str, _: object) -> object:
                nonlocal count
                if not frame.f_code.co_filename.startswith(WATCHED):
                    return None
                count += 1
                if count >= line:
                    os.kill(os.getpid(), signal.SIGKILL)
                return watch

            sys.settrace(watch)
            work()
            sys.settrace(None)
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    if status:
        sys.exit("delivering failed")
    return False


def main(target: str, format: str, records: str, kills: str, seed: str) -> None:
    ledger = Ledger(Path(os.environ.get("LEDGER") or f"{target.rstrip('/')}.ledger"))
    chance = random.Random(int(seed))
    lines = int(records) * 12  # about as many lines as a delivery takes
    killed = 0

    def work() -> None:
        deliver(target, format or None, int(records), ledger)

    for _ in range(int(kills)):
        killed += killed_at(chance.randrange(1, 2 * lines // int(kills)), work)
    work()
    work()  # a crawl that starts once more has nothing to deliver
    print(killed)


if __name__ == "__main__":
    main(*sys.argv[1:])
