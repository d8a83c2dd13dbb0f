"""What a publisher says about the use of a page, from its own metas and from what the fetcher brought along.

Read are: robots metas and X-Robots-Tag (noindex, noarchive, nofollow, none, noai, noimageai), the TDM Reservation
Protocol (W3C community group, 2024: header, meta, tdmrep.json), Content-Usage (IETF aipref drafts) and what robots.txt
forbids crawlers that train models. Where signals differ, the one that reserves more counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from items import Rights, Signal

if TYPE_CHECKING:  # a crawl asks for `withholds` alone, and starts in half the time without the readers of metadata
    from cleaners.metadata.head import Head

OURS = ("robots", "broadsheet")  # the metas and groups that speak to us
NOBODY_ELSE = re.compile(r"\s*([\w.*-]{1,60}):(?!//)")
WORD = re.compile(r"[a-z_-]+")
RESERVING = frozenset(("noai", "noimageai", "noml"))
USES = frozenset(("train-ai", "train-genai", "ai-train", "bots", "tdm"))
# In a rule of tdmrep.json, which a fetcher hands over as it was written: {"location": "/", "tdm-reservation": 1, …}
RESERVED = re.compile(r'"tdm-reservation"\s*+:\s*+"?(?:1|true)\b')
POLICY = re.compile(r'"tdm-policy"\s*+:\s*+"(https?:[^"\s]{1,450})"')
LONGEST_RAW = 500
MOST_SIGNALS = 30  # that are recorded; all are heeded


def read_rights(head: Head, signals: Iterable[Signal], fetched_at: str | None) -> Rights:
    """The wishes of a page and all signals of them, those from outside first."""
    found = [*signals, *_in_head(head, fetched_at)]
    said = {word for signal in found for word in _words(signal)}
    return Rights(
        noindex=bool(said & {"noindex", "none"}),
        noarchive="noarchive" in said,
        nofollow=bool(said & {"nofollow", "none"}),
        reserved=any(_reserves(signal) for signal in found),
        policy=next((policy for signal in found if (policy := _policy(signal))), None),
        signals=tuple(found[:MOST_SIGNALS]),
    )


def withholds(signals: Iterable[Signal]) -> bool:
    """Whether any of the signals says noindex or noarchive, to everybody or to us."""
    return any(_words(signal) & {"noindex", "none", "noarchive"} for signal in signals)


def _in_head(head: Head, fetched_at: str | None) -> list[Signal]:
    names = (*OURS, "tdm-reservation", "tdm-policy", "content-usage")
    return [Signal(f"meta {name}", raw[:LONGEST_RAW], fetched_at) for name in names for raw in head.metas.get(name, ())]


def _words(signal: Signal) -> set[str]:
    """The directives of a robots meta or header that are for everybody or for us."""
    if signal.source not in ("x-robots-tag", "meta robots", "meta broadsheet"):
        return set()
    raw = signal.raw.lower()
    addressee = NOBODY_ELSE.match(raw)
    if addressee and addressee[1] not in (*OURS, "*", "max-snippet", "max-image-preview", "unavailable_after"):
        return set()
    return set(WORD.findall(raw))


def _reserves(signal: Signal) -> bool:
    if signal.source == "robots.txt":
        return True
    if signal.source == "tdmrep.json":
        return RESERVED.search(signal.raw) is not None
    if signal.source.endswith("tdm-reservation"):
        return signal.raw.strip().startswith("1")
    if signal.source.endswith("content-usage"):
        return any(use in USES and value == "n" for use, value in _usage(signal.raw))
    return bool(_words(signal) & RESERVING)


def _policy(signal: Signal) -> str | None:
    if signal.source == "tdmrep.json":
        found = POLICY.search(signal.raw)
        return found[1].replace("\\/", "/") if found else None
    return signal.raw if signal.source.endswith("tdm-policy") else None


def _usage(raw: str) -> Iterable[tuple[str, str]]:
    """The members of a dictionary of RFC 9651 as far as these signals need it: `train-ai=n, search=y`."""
    for member in raw.lower().split(","):
        use, _, value = member.partition(";")[0].partition("=")
        yield use.strip(), value.strip()
