"""Which of the days a page names is that of publication, and which that of its last change: what speaks for each."""

from __future__ import annotations

import re
from datetime import date, datetime

from cleaners.metadata.claims import Candidate, Claim, group
from cleaners.metadata.date_claims import STAMPED
from items import Field

SHOWN = ("line_", "time_", "marked_", "anywhere")
MONTH_IN_URL = re.compile(r"/(19[89]\d|20\d\d)/(0?[1-9]|1[0-2])/")
MODIFIED_ORDER = {
    "mod_json_ld": 0,
    "mod_meta_article": 1,
    "mod_json_ld_page": 2,
    "mod_meta_item": 3,
    "mod_meta_date": 4,
    "mod_announced": 5,
}


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
