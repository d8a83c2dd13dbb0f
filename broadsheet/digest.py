"""A hash of many lines, worked out beside whatever reads them."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor

TOGETHER = 1 << 18
"""Bytes that are handed over at a time: hashing so many takes longer than handing them over."""


class Digest:
    """SHA-256 of lines, each with a newline behind it. A second thread hashes, which does not hold Python's lock."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._hasher = ThreadPoolExecutor(1, "digest")
        self._hashing: Future[None] | None = None
        self._lines: list[bytes] = []
        self._size = 0

    def add(self, line: bytes) -> None:
        """Takes a line, without its newline."""
        self._lines.append(line)
        self._size += len(line)
        if self._size >= TOGETHER:
            self._hand_over()

    def hexdigest(self) -> str:
        """The hash of the lines so far; more may follow."""
        if self._lines:
            self._hand_over()
        self._wait()
        return self._hash.hexdigest()

    def _hand_over(self) -> None:
        self._wait()
        self._lines.append(b"")
        self._hashing = self._hasher.submit(self._hash.update, b"\n".join(self._lines))
        self._lines, self._size = [], 0

    def _wait(self) -> None:
        if self._hashing is not None:
            self._hashing.result()
