"""The article's metadata, decided field by field."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from cleaners.metadata import plain_fields
from cleaners.metadata.authors import author_candidates, author_claims
from cleaners.metadata.bylines import lines_near
from cleaners.metadata.claims import WEIGHTS, Candidate, Claim, as_field, decide
from cleaners.metadata.date_claims import Reader, date_claims
from cleaners.metadata.dates import month_first, read_date
from cleaners.metadata.evidence import Evidence
from cleaners.metadata.languages import decide_language, declared
from cleaners.metadata.published import date_candidates, modified_field, stamp_of
from cleaners.metadata.testimony import Testimony, find_headline, headline_block, spots
from items import Block, Field


class Metadata(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about an article. None and empty: not known, or not surely enough; `fields` has the guess then."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    """ISO 8601, as precise as the page gives it, with its zone where it gives one."""
    modified: str | None = None
    language: str | None = None
    publisher: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    summary: str | None = None
    canonical_url: str | None = None
    access: Literal["free", "paywalled", "unknown"] = "unknown"
    license: str | None = None
    fields: dict[str, Field] = msgspec.field(default_factory=dict)
    named: tuple[str, ...] = ()
    """Everybody whom anything on the page names as an author, believed or not."""


LEAST = {"modified": 0.5, "language": 0.5, "access": 0.5}
LEAST_OTHERWISE = 0.5


def read_metadata(testimony: Testimony, blocks: list[Block], text: str) -> Metadata:
    """Decides every field. blocks: the page's, in order, with their places. text: the article's body.

    A pure function: "tomorrow" is the day after `page.fetched_at`; where that is unknown, no date counts as future.
    """
    head, graph, url, announced = testimony.head, testimony.graph, testimony.url, testimony.page.announced
    fields: dict[str, Field | None] = {"title": testimony.title}
    fields["language"] = decide_language(head, graph, text, testimony.page.language, announced)
    people, days, claims = contested(testimony, blocks, fields["language"])
    published = _best("published", days)
    fields |= {"authors": _best("authors", people), "published": published}
    fields["modified"] = modified_field(claims, published.value if published else None)
    fields["publisher"] = plain_fields.publisher(head, graph, announced)
    fields["section"] = plain_fields.section(head, graph, announced)
    fields["tags"] = plain_fields.tags(head, graph, announced)
    fields["image"] = plain_fields.image(head, graph, url, announced)
    fields["summary"] = _summary(testimony)
    fields["canonical_url"] = plain_fields.canonical_url(head, graph, url)
    fields["access"] = plain_fields.access(graph, head)
    fields["license"] = plain_fields.license_of(head, graph, url)
    named = tuple(name for each in people for name in each.claims[0].value)
    return _metadata({name: field for name, field in fields.items() if field is not None}, named)


def find_summary(testimony: Testimony) -> str | None:
    """What the page says it is about, known before its body is."""
    field = _summary(testimony)
    return field.value if field is not None else None


def _summary(testimony: Testimony) -> Field | None:
    headline, announced = find_headline(testimony), testimony.page.announced
    return plain_fields.summary(testimony.head, testimony.graph, headline, announced)


def _metadata(fields: dict[str, Field], named: tuple[str, ...]) -> Metadata:
    sure: dict[str, Any] = {name: field.value for name, field in fields.items() if field.confidence >= least(name)}
    return Metadata(**sure, fields=fields, named=named)


def least(name: str) -> float:
    """Below this confidence a field is null."""
    return WEIGHTS[name].least if name in WEIGHTS else LEAST.get(name, LEAST_OTHERWISE)


def contested(
    testimony: Testimony, blocks: list[Block], language: Field | None
) -> tuple[list[Candidate], list[Candidate], list[Claim]]:
    """The candidates for the authors, those for the day of publication, and all claims about days."""
    evidence = evidence_of(testimony, blocks)
    claims = date_claims(evidence, reader_for(testimony, language))
    people = author_candidates(author_claims(evidence), evidence.sites)
    return people, date_candidates(claims, testimony.url), claims


def evidence_of(testimony: Testimony, blocks: list[Block]) -> Evidence:
    """What stands around the headline, and everything else that may speak of authors and dates."""
    lines = lines_near(blocks, headline_block(testimony, blocks))
    return Evidence(
        head=testimony.head,
        graph=testimony.graph,
        url=testimony.url,
        sites=testimony.sites,
        spots=spots(testimony),
        lines=lines,
        blocks=blocks,
        announced=testimony.page.announced,
        content=testimony.page.content,
    )


def reader_for(testimony: Testimony, language: Field | None) -> Reader:
    """How this page writes dates."""
    said = declared(testimony.head, testimony.graph)
    tag = testimony.head.lang or (language.value if language else "") or (said[0][1] if said else "")
    fetched = read_date(testimony.page.fetched_at or "")
    return Reader(tag, month_first(tag, testimony.url), fetched.utc_day if fetched else None)


def _best(name: str, candidates: list[Candidate]) -> Field | None:
    found = decide(name, candidates, WEIGHTS[name])
    if not found:
        return None
    best, confidence = found
    value = stamp_of(best) if name == "published" else best.claims[0].value
    return as_field(best, candidates, confidence, value)
