"""The JSON that stands in a page's scripts: JSON-LD, <script type="application/json">, `window.state = {…}`, and what
React streams to the browser (`cleaners.embedded.flight`). Bounded in size and number, in linear time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from cleaners.embedded.flight import PUSH, read_flight
from cleaners.metadata.json_ld import parse

MOST_SCRIPTS = 200
LONGEST = 4 * 1024 * 1024  # characters of all scripts of a page together
SHORTEST = 300  # characters: a script that holds a body is longer
# Of a program those values are read that are assigned or handed over whole: `window.state = {…}`, `load([…])`.
HANDED = re.compile(r'[\w\])"\']\s?[=(]\s?(?=[{\[])')
MOST_HANDED = 8  # in one script; each may be as long as the script
JSON_TYPES = ("json",)
PROGRAM_TYPES = frozenset(("", "text/javascript", "application/javascript", "module"))
DECODER = json.JSONDecoder(strict=False)


def values_in(tree: etree._Element) -> Iterator[Any]:
    """Every JSON value that the page's scripts hold, in page order; what React streams comes last. Never raises."""
    left, pushed = LONGEST, []
    for number, script in enumerate(tree.iter("script")):
        text = script.text or ""
        if number >= MOST_SCRIPTS:
            break
        if len(text) > left or (len(text) < SHORTEST and PUSH not in text):
            continue
        left -= len(text)
        kind = (script.get("type") or "")[:100].lower().strip()
        if kind.endswith(JSON_TYPES):
            yield parse(text)
        elif kind in PROGRAM_TYPES:
            if PUSH in text:
                pushed += list(_handed_over(text))
            else:
                yield from _handed_over(text)
    yield from read_flight(pushed)


def _handed_over(program: str) -> Iterator[Any]:
    """The JSON values in a program; what is no JSON is passed over."""
    at = 0
    for _ in range(MOST_HANDED):
        found = HANDED.search(program, at)
        if found is None:
            return
        try:
            value, at = DECODER.raw_decode(program, found.end())
        except (ValueError, RecursionError):
            at = found.end() + 1
            continue
        yield value
