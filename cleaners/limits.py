"""What one page may cost a worker process: CPU time and memory, both held by the operating system itself."""

from __future__ import annotations

import math
import os
import signal
import time

import msgspec

try:
    import resource
except ImportError:  # Windows: there the watchdog over the wall clock is all there is
    resource = None  # type: ignore[assignment]

# An honest page takes milliseconds; the slowest of 2,010 development pages took well under a second.
SECONDS_A_PAGE = 5.0
SECONDS_A_RESCUE = 1.0  # the simple way takes 0.3 s for a page of 10 MB
MEGABYTES_A_PAGE = 512
LEAST_MEGABYTES = 384  # what a worker needs before it has seen a page
# The wall clock runs faster than the CPU's on a busy machine; what waits that long waits for nothing.
PATIENCE = 120.0
MEGABYTE = 1 << 20


class Limits(msgspec.Struct, frozen=True):
    """What one page may cost."""

    seconds: float = SECONDS_A_PAGE
    """CPU time a page."""
    megabytes: int = MEGABYTES_A_PAGE
    """Address space of the process that cleans it."""
    wall: float = PATIENCE
    """Seconds by the wall clock after which a page is given up, whatever it does."""


def limit_memory(limits: Limits) -> None:
    """For the rest of this process: beyond the limit an allocation fails, which Python raises as MemoryError."""
    if resource is not None:
        size = limits.megabytes * MEGABYTE
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_cpu(seconds: float) -> None:
    """From now on: a signal (SIGPROF) kills this process when it has used that much more CPU time.

    The system's own limit, which knows whole seconds only, stands behind the timer.
    """
    if resource is not None:
        signal.setitimer(signal.ITIMER_PROF, seconds)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time() + seconds) + 1, hard))


def resident(pid: int) -> int:
    """Bytes of memory a process holds; 0 where the system does not say."""
    try:
        with open(f"/proc/{pid}/statm", "rb") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0
