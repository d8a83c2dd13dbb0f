"""When it was published and changed: claims from JSON-LD, meta tags, <time>, lines near the headline, the address.

Which words and meta tags speak of which day stands in date_words.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from typing import Any

from cleaners.metadata.bylines import LONGEST_BYLINE
from cleaners.metadata.claims import Claim
from cleaners.metadata.dates import Stamp, read_date
from cleaners.metadata.evidence import Evidence
from cleaners.metadata.head import Head, Time
from cleaners.metadata.json_ld import Graph, text_of
from cleaners.metadata.last_witness import from_htmldate
from cleaners.metadata.nearby import Spot
from cleaners.metadata.scraps import published_in
from items import Announced, Block

WORDS = tomllib.loads((files("cleaners.metadata") / "date_words.toml").read_text("utf-8"))
METAS = {"": WORDS["published"]["metas"], "mod_": WORDS["modified"]["metas"]}
"""Names of meta tags by their witness, by the prefix of the witness's name."""
LONGEST_LINE = 100
LONGEST_ALONE = 45
LONGEST_START = 30
DIGIT = re.compile(r"\d")
MOST_BLOCKS = 600
KNOWN_METAS = frozenset(key for metas in METAS.values() for keys in metas.values() for key in keys)
MOST_TIMES = 10
MOST_SWAPPED = 3
# Substrings are looked for one by one: that takes a tenth of what a regular expression of as many words takes.
UPDATED, PUBLISHED = tuple(WORDS["words"]["changed"]), tuple(WORDS["words"]["published"])
ASIDE = re.compile(r"comment|related|recent|event|copyright|footer|sidebar|widget|recommend|more|next|prev")
STAMPED = frozenset(("json_ld", "meta_article", "meta_item", "meta_date", "json_ld_page", "announced"))
OTHER_META = re.compile(
    r"publi[a-z]*[-_.: ]?(?:date|time|on|at)|(?:date|time)[-_.: ]?(?:publi|creat|issued|posted)|release[-_ ]?date"
)
IN_URL = re.compile(
    r"(?<!\d)(19[89]\d|20\d\d)[/_.-]?(0[1-9]|1[0-2]|[1-9](?=[/_.-]))[/_.-]?(0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?!\d)"
)
NAMED_IN_URL = re.compile(r"(?<!\d)(19[89]\d|20\d\d)/([a-zA-Z]{3,9})/(\d{1,2})(?!\d)")


class Reader:
    """Reads date strings of one page: its language, whether the month comes first, and what day it is."""

    def __init__(self, language: str, us: bool, today: date | None) -> None:
        self.language = language
        self.us = us
        self.today = today
        self.known: dict[str, Stamp | None] = {}

    def read(self, text: str) -> Stamp | None:
        """The first date of the string."""
        text = text[:LONGEST_LINE]
        if text not in self.known:
            self.known[text] = read_date(text, self.language, us=self.us, today=self.today)
        return self.known[text]


Add = Callable[[str, Any], None]


def date_claims(evidence: Evidence, reader: Reader) -> list[Claim]:
    """Everything the page says of when: claims of publication and of change together, told apart by their source."""
    claims: list[Claim] = []
    swapped: list[Claim] = []

    def add(source: str, text: Any) -> None:
        stamp = reader.read(text) if isinstance(text, str) else None
        if stamp:
            claims.append(Claim(source, stamp, stamp.day))
            if stamp.swapped and not source.startswith("mod_") and len(swapped) < MOST_SWAPPED:
                other = Stamp(stamp.swapped.isoformat(), stamp.swapped, None, stamp.swapped)
                swapped.append(Claim("other_reading", other, other.day))

    _from_json_ld(add, evidence.graph)
    _from_metas(add, evidence.head)
    _from_announced(add, evidence.announced)
    for spot in evidence.spots:
        _from_spot(add, spot)
    _from_lines(add, evidence.lines)
    times = [time for time in evidence.head.times[:MOST_TIMES] if not ASIDE.search(time.names)]
    for number, time in enumerate(times):
        _from_time(add, time, number)
    if not claims:
        _from_anywhere(add, evidence.blocks)
    if not STAMPED.intersection(claim.source for claim in claims):
        for number, text in enumerate(published_in(evidence.head.scripts)):
            add("script" if number == 0 else "script_later", text)
    _from_url(add, evidence.url)
    if not claims:
        add("htmldate", from_htmldate(evidence.content, evidence.url))
    return [_confirmed(claim, claims) for claim in claims] + swapped


def _from_json_ld(add: Add, graph: Graph) -> None:
    add("json_ld", text_of(graph.article.get("datePublished")))
    add("json_ld_created", text_of(graph.article.get("dateCreated") or graph.article.get("uploadDate")))
    add("json_ld_page", text_of(graph.page.get("datePublished")))
    add("mod_json_ld", text_of(graph.article.get("dateModified")))
    add("mod_json_ld_page", text_of(graph.page.get("dateModified")))


def _from_metas(add: Add, head: Head) -> None:
    for prefix, metas in METAS.items():
        for source, keys in metas.items():
            for value in head.meta(*keys)[:3]:
                add(prefix + source, value)
    for key, values in head.metas.items():
        if ("date" in key or "time" in key or "publi" in key) and key not in KNOWN_METAS and OTHER_META.search(key):
            add("meta_other", values[0])


def _confirmed(claim: Claim, claims: list[Claim]) -> Claim:
    """03/04/2025 read the other way round where the address or a stamp says so, and nobody the first."""
    other = claim.value.swapped
    if other is None or claim.source in STAMPED:
        return claim
    sure = {one.key for one in claims if one.source in STAMPED or one.source == "url"}
    if other not in sure or claim.key in sure:
        return claim
    return Claim(claim.source, Stamp(other.isoformat(), other, None, other), other)


def _from_announced(add: Add, announced: Announced | None) -> None:
    if announced:
        add("announced", announced.published)
        add("mod_announced", announced.modified)


def _from_url(add: Add, url: str | None) -> None:
    path = (url or "").split("://", 1)[-1].partition("/")[2][:500]
    match = IN_URL.search(path)
    if match:
        add("url", f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}")
    named = NAMED_IN_URL.search(path)
    if named:
        add("url", f"{named[3]} {named[2]} {named[1]}")


def _from_spot(add: Add, spot: Spot) -> None:
    if spot.kind not in ("date", "time") or ASIDE.search(spot.names):
        return
    where = "after" if spot.at > 0 else "before"
    name = f"marked_{where}"
    said = f"{spot.names} {spot.text[:40]}".lower()
    if _place_of(UPDATED, said) >= 0 > _place_of(PUBLISHED, said):
        name = f"mod_{name}"
    add(name, spot.stamp or spot.text)


def _from_lines(add: Add, lines: list[tuple[int, Block]]) -> None:
    """Dates written near the headline, the line's first date by what the words before it say."""
    seen = 0
    for at, block in lines:
        text = block.text[:LONGEST_LINE]
        if len(block.text) > LONGEST_BYLINE:
            add("line_start", text[:LONGEST_START])
            continue
        if not DIGIT.search(text):
            continue
        where = "after" if at > 0 else "before"
        lowered = text.lower()
        changed, published = _place_of(UPDATED, lowered), _place_of(PUBLISHED, lowered)
        if changed > published >= 0:
            add(f"line_{where}_said", text)
            add("mod_line", text[changed:])
        elif changed >= 0:
            add("mod_line", text[changed:])
            if changed > 8:
                add(f"line_{where}", text[:changed])
        else:
            add(f"line_{where}_said" if published >= 0 else f"line_{where}" if not seen else "line_later", text)
            seen += 1


def _place_of(words: tuple[str, ...], lowered: str) -> int:
    """Where the first of the words begins in a lower-cased string; -1 where none does."""
    first = -1
    for word in words:
        if word in lowered:
            at = lowered.find(word)
            first = at if first < 0 else min(first, at)
    return first


def _from_anywhere(add: Add, blocks: list[Block]) -> None:
    """Where nothing else speaks: short lines anywhere on the page that are little more than a date."""
    seen = 0
    for block in blocks[:MOST_BLOCKS]:
        text = block.text
        if len(text) > LONGEST_ALONE or not any(map(str.isdigit, text)) or "©" in text:
            continue
        changed = _place_of(UPDATED, text.lower()) >= 0
        add("mod_anywhere" if changed else "anywhere_first" if not seen else "anywhere", text)
        seen += not changed


def _from_time(add: Add, time: Time, number: int) -> None:
    changed = _place_of(UPDATED, time.names) >= 0 > _place_of(PUBLISHED, time.names)
    kind = "mod_time" if changed else "time"
    place = "first" if number == 0 else "later"
    add(f"{kind}_{place}" if time.after else f"{kind}_above", time.stamp or time.text)
