"""When it was published and changed: claims from JSON-LD, meta tags, <time>, lines near the headline, the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from cleaners.metadata.bylines import LONGEST_BYLINE
from cleaners.metadata.claims import Candidate, Claim, group
from cleaners.metadata.dates import Stamp, read_date
from cleaners.metadata.evidence import Evidence
from cleaners.metadata.head import Head, Time
from cleaners.metadata.json_ld import Graph, text_of
from cleaners.metadata.last_witness import from_htmldate
from cleaners.metadata.nearby import Spot
from cleaners.metadata.scraps import published_in
from items import Announced, Block, Field

LONGEST_LINE = 100
LONGEST_ALONE = 45
LONGEST_START = 30
DIGIT = re.compile(r"\d")
MOST_BLOCKS = 600
PUBLISHED_METAS = {
    "meta_article": ("article:published_time", "og:published_time", "og:article:published_time", "article:published"),
    "meta_item": ("datepublished", "datecreated"),
    "meta_date": ("date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "dc.date",
                  "dc.date.issued", "dcterms.date", "dcterms.created", "dc.date.created", "parsely-pub-date",
                  "sailthru.date", "cxenseparse:publishtime", "cxenseparse:recs:publishtime", "citation_date",
                  "citation_publication_date", "citation_online_date", "article.published", "originalpublicationdate",
                  "article_date_original", "published_time", "release_date", "uploaddate", "displaydate", "pdate",
                  "rnews:datepublished", "vr:published_time", "article.created", "created", "published"),
}  # fmt: skip
MODIFIED_METAS = {
    "meta_article": ("article:modified_time", "og:updated_time", "og:modified_time", "article:modified"),
    "meta_item": ("datemodified", "dateupdated"),
    "meta_date": ("last-modified", "lastmod", "modified", "dc.date.modified", "dcterms.modified", "revised",
                  "updated_time"),
}  # fmt: skip
KNOWN_METAS = frozenset(key for metas in (PUBLISHED_METAS, MODIFIED_METAS) for keys in metas.values() for key in keys)
MOST_TIMES = 10
MOST_SWAPPED = 3
# Substrings looked for one by one: that takes a tenth of what a regular expression of as many words takes.
UPDATED = tuple(
    "updat|modif|revis|edit|chang|reviewed|aktuali|änder|überarbeit|zuletzt|last|stand|maj|mis à jour|actuali|aggiorn"
    "|bijgewerkt|opdater|oppdater|uppdater|päivitet|zmieni|odśwież|обновл|изменен|güncel|更新|수정|تحديث".split("|")
)
PUBLISHED = tuple(
    "publi|post|creat|erschien|erstellt|veröff|creado|pubbl|geplaatst|skrev|julkais|дата|опубл|yayın|公開|掲載|入力|입력|등록|نشر".split(
        "|"
    )
)
ASIDE = re.compile(r"comment|related|recent|event|copyright|footer|sidebar|widget|recommend|more|next|prev")
STAMPED = frozenset(("json_ld", "meta_article", "meta_item", "meta_date", "json_ld_page", "announced"))
SHOWN = ("line_", "time_", "marked_", "anywhere")
OTHER_META = re.compile(
    r"publi[a-z]*[-_.: ]?(?:date|time|on|at)|(?:date|time)[-_.: ]?(?:publi|creat|issued|posted)|release[-_ ]?date"
)
IN_URL = re.compile(
    r"(?<!\d)(19[89]\d|20\d\d)[/_.-]?(0[1-9]|1[0-2]|[1-9](?=[/_.-]))[/_.-]?(0[1-9]|[12]\d|3[01]|[1-9](?!\d))(?!\d)"
)
NAMED_IN_URL = re.compile(r"(?<!\d)(19[89]\d|20\d\d)/([a-zA-Z]{3,9})/(\d{1,2})(?!\d)")
MONTH_IN_URL = re.compile(r"/(19[89]\d|20\d\d)/(0?[1-9]|1[0-2])/")


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
    for prefix, metas in (("", PUBLISHED_METAS), ("mod_", MODIFIED_METAS)):
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


def _kinds(add: dict[str, float], candidate: Candidate, candidates: list[Candidate]) -> None:
    """Which kinds of witness a day has: stamped as publication, shown to the reader, stamped or said to be a change."""
    own = candidate.sources
    stamped = sum(source in STAMPED for source in own)
    changed = sum(source.startswith("mod_") for source in own)
    shown = any(source.startswith(SHOWN) for source in own)
    add["stamped"] = float(stamped > 0)
    add["stamped_twice"] = float(stamped > 1)
    add["shown"] = float(shown)
    add["stamped_shown"] = float(stamped > 0 and shown)
    add["stamped_changed"] = float(stamped > 0 and changed > 0)
    add["shown_changed"] = float(shown and changed > 0)
    add["changed_twice"] = float(changed > 1)
    if not stamped:
        others = [source for other in candidates if other is not candidate for source in other.sources]
        add["rival_stamp"] = float(any(source in ("json_ld", "meta_article") for source in others))
        add["rival_stamps"] = float(sum(source in STAMPED for source in others) > 1)


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


def date_candidates(claims: list[Claim], url: str | None) -> list[Candidate]:
    """The candidates with what speaks for and against each, by day."""
    candidates = group([claim for claim in claims if claim.source != "mod_announced"])
    days = [candidate.key for candidate in candidates]
    changed = {
        claim.key for claim in claims if claim.source.startswith("mod_json_ld") or claim.source == "mod_meta_article"
    }
    match = MONTH_IN_URL.search((url or "")[:500])
    month = (int(match[1]), int(match[2])) if match else None
    for candidate in candidates:
        add = candidate.features
        day: date = candidate.key
        add["earliest"] = float(day == min(days))
        add["latest"] = float(len(days) > 1 and day == max(days))
        add["after_change"] = float(any(day > other for other in changed))
        add["only_change"] = float(all(source.startswith("mod_") for source in candidate.sources))
        _kinds(add, candidate, candidates)
        add["agreeing"] = _voices(candidate.sources) ** 0.5
        add["changed_for_stamp"] = float(
            _is_change(candidate) and any(_is_stamp(other) for other in candidates if other.key < day)
        )
        told = [claim.value.iso for claim in candidate.claims if not claim.source.startswith("mod_")]
        add["timed"] = float(any(len(iso) > 10 for iso in told))
        add["zoned"] = float(any(_has_zone(iso) for iso in told))
        if month:
            add["url_month"] = float((day.year, day.month) == month)
        for other in candidates:
            if other is candidate:
                continue
            if abs((other.key - day).days) == 1:
                add["next_to_stamp"] = float(bool(STAMPED.intersection(other.sources)))
            if any(claim.value.swapped == day for claim in other.claims):
                add["swapped"] = 1.0
    return candidates


def _voices(sources: list[str]) -> int:
    """How many speak for a day independently: what one element shows is one voice however often it is read."""
    said = {"shown" if source.startswith(SHOWN) else source for source in sources if not source.startswith("mod_")}
    return len(said - {"other_reading"}) + any(source.startswith("mod_") for source in sources)


def _is_change(candidate: Candidate) -> bool:
    """Whether machines are told that something changed that day, and not that it was published."""
    own = candidate.features
    return not own["stamped"] and any(source in ("mod_json_ld", "mod_meta_article") for source in candidate.sources)


def _is_stamp(candidate: Candidate) -> bool:
    return bool({"json_ld", "meta_article", "json_ld_page"}.intersection(candidate.sources))


def stamp_of(candidate: Candidate) -> str:
    """The candidate's day as its most exact witness gives it: with a time and a zone rather than without."""
    stamps = [claim.value for claim in candidate.claims]
    return str(max(stamps, key=lambda stamp: (_has_zone(stamp.iso), len(stamp.iso))).iso)


def _has_zone(iso: str) -> bool:
    return len(iso) > 19 and iso[19] in "+-"


def _is_before(iso: str, published: str) -> bool:
    """Whether a stamp is earlier than the publication; where only one has a zone or a time, their days decide."""
    if len(iso) > 10 and len(published) > 10 and _has_zone(iso) == _has_zone(published):
        return datetime.fromisoformat(iso) < datetime.fromisoformat(published)
    return iso[:10] < published[:10]


def modified_field(claims: list[Claim], published: str | None) -> Field | None:
    """The last change, by its witnesses in order; never before the publication."""
    said = [claim for claim in claims if claim.source.startswith("mod_")]
    later = [claim for claim in said if not published or not _is_before(claim.value.iso, published)]
    if not later:
        return None
    best = min(later, key=lambda claim: MODIFIED_ORDER.get(claim.source, 9))
    agrees = [claim for claim in later if claim.key == best.key]
    value = max((claim.value.iso for claim in agrees), key=lambda iso: (_has_zone(iso), len(iso)))
    sources = dict.fromkeys(claim.source.removeprefix("mod_") for claim in agrees)
    sources.pop(best.source.removeprefix("mod_"))
    conflicts = dict.fromkeys(claim.source.removeprefix("mod_") for claim in later if claim.key != best.key)
    return Field(
        value=value,
        source=best.source.removeprefix("mod_"),
        agrees=tuple(sources),
        conflicts=tuple(conflicts),
        confidence=0.96 if sources else 0.9 if best.source in MODIFIED_ORDER else 0.75,
    )


MODIFIED_ORDER = {
    "mod_json_ld": 0,
    "mod_meta_article": 1,
    "mod_json_ld_page": 2,
    "mod_meta_item": 3,
    "mod_meta_date": 4,
    "mod_announced": 5,
}
