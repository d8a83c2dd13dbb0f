"""What React Server Components stream to the browser ("flight"): rows of JSON that refer to each other.

`self.__next_f.push([1, "…"])` brings the stream piece by piece. A row is `id:JSON` and a line's end, or `id:Tn,` and a
text of n bytes (n in hex); the string "$id" in a row stands for row `id`
(react-server-dom, ReactFlightClient.js: processBinaryChunk, parseModelString).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

PUSH = "__next_f"
ROW = re.compile(rb"([0-9a-f]{1,8}):(?:T([0-9a-f]{1,8}),)?")
REFERENCE = re.compile(r"\$[L@]?[0-9a-f]{1,8}")
MOST_ROWS = 5000
DEEPEST = 40


def read_flight(pushed: Sequence[Any]) -> list[Any]:
    """The rows of a stream, texts put in where rows refer to them. pushed: what was handed over, in order."""
    pieces = [
        piece[1]
        for piece in pushed
        if isinstance(piece, list) and len(piece) == 2 and piece[0] == 1 and isinstance(piece[1], str)
    ]
    rows = dict(_rows("".join(pieces).encode("utf-8", "replace")))
    texts = {number: row for number, row in rows.items() if isinstance(row, str)}
    return [_with_texts(row, texts, 0) for row in rows.values() if not isinstance(row, str)]


def _rows(stream: bytes) -> Iterator[tuple[str, Any]]:
    at = 0
    for _ in range(MOST_ROWS):
        found = ROW.match(stream, at)
        if found is None:
            at = stream.find(b"\n", at) + 1
            if not at:
                return
            continue
        start, number = found.end(), found[1].decode()
        if found[2]:
            at = start + int(found[2], 16)
            yield number, stream[start:at].decode("utf-8", "replace")
            continue
        end = stream.find(b"\n", start)
        at = len(stream) if end < 0 else end + 1
        if stream[start : start + 1] in (b"{", b"["):
            try:
                yield number, msgspec.json.decode(stream[start:at])
            except (ValueError, RecursionError):
                continue
        if end < 0:
            return


def _with_texts(value: Any, texts: dict[str, str], depth: int) -> Any:
    """The value, every reference to a text replaced by it."""
    if isinstance(value, str):
        return texts.get(value.lstrip("$L@"), value) if REFERENCE.fullmatch(value) else value
    if depth >= DEEPEST:
        return None
    if isinstance(value, list):
        return [_with_texts(inner, texts, depth + 1) for inner in value]
    if isinstance(value, dict):
        return {key: _with_texts(inner, texts, depth + 1) for key, inner in value.items()}
    return value
