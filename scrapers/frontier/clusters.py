"""Articles that are alike: the same one under many addresses of a site, and copies of one on several sites.

The index lies in the state file, so memory stays flat however many articles there are. An article belongs to the
cluster of the one it is most like, or begins one; a cluster keeps its name for good: the id of its first article.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from scrapers.frontier import moments
from scrapers.frontier.likeness import Likeness, containment, likeness, resemblance
from scrapers.frontier.state import State

SAME = 0.9  # of the shingles: the same article again, where it is on the same site and has the same numbers
COPY = 0.5  # of the shingles: a copy that somebody has worked on
PART = 0.8  # of the shorter one's shingles: a copy that somebody has cut
PART_FEWEST = 60  # shingles that such a part has at least: quotations are shorter
DAYS_APART = 3.0  # between two dates of the same article
MOST_CANDIDATES = 20


class Twin(NamedTuple):
    """A saved article that another one is like."""

    sequence: int
    url: int
    site: str
    cluster: str
    published: str | None
    alike: float
    """Share of common shingles, or of the shorter one's."""
    same_numbers: bool
    """Only asked where it could be the same article."""


class Text(msgspec.Struct, frozen=True):
    """What is needed of a record."""

    text: str = ""
    published: str | None = None


class First(NamedTuple):
    """Where the first article of a cluster stands."""

    url: int
    """Its row."""
    address: str


class Clusters:
    """The index. Everything happens in the state's transaction, until somebody commits."""

    def __init__(self, state: State) -> None:
        self._state = state

    def twins(self, text: str, known: Sequence[int]) -> list[Twin]:
        """Saved articles that a text is like, the most alike first, of equals the one saved first.

        known: the bands of the text (`likeness.bands_of`).
        """
        candidates = self._candidates(known) if known else []
        one = likeness(text) if candidates else None
        if one is None:
            return []
        found = (twin for sequence in candidates if (twin := self._compared(one, sequence)))
        return sorted(found, key=lambda twin: (-twin.alike, twin.sequence))

    def enter(self, sequence: int, cluster: str, known: Sequence[int]) -> None:
        """Puts a saved article into the index. known: the bands of its text; none: nothing is found by it."""
        self._state.execute("INSERT INTO clusters (article, cluster) VALUES (?, ?)", (sequence, cluster))
        self._state.execute_many(
            "INSERT OR IGNORE INTO bands (band, article) VALUES (?, ?)", ((band, sequence) for band in known)
        )

    def of(self, url: int) -> str | None:
        """The cluster of the article under a URL; None: none is saved."""
        rows = self._state.rows(
            "SELECT cluster FROM clusters JOIN articles ON sequence = article WHERE url = ? ORDER BY sequence LIMIT 1",
            (url,),
        )
        return rows[0][0] if rows else None

    def first(self, cluster: str) -> First | None:
        """The article that began a cluster."""
        rows = self._state.rows(
            "SELECT articles.url, coalesce(json_extract(record, '$.canonical_url'), json_extract(record, '$.url'),"
            " given) FROM clusters JOIN articles ON sequence = article JOIN urls ON urls.id = articles.url"
            " WHERE cluster = ? ORDER BY sequence LIMIT 1",
            (cluster,),
        )
        return First(*rows[0]) if rows else None

    def _candidates(self, bands: Sequence[int]) -> list[int]:
        rows = self._state.rows(
            f"SELECT article, count(*) FROM bands WHERE band IN ({', '.join('?' * len(bands))}) GROUP BY article"
            " ORDER BY 2 DESC, 1 LIMIT ?",
            (*bands, MOST_CANDIDATES),
        )
        return [article for article, _ in rows]

    def _compared(self, one: Likeness, sequence: int) -> Twin | None:
        """None: not alike after all."""
        url, site, cluster, record = self._state.rows(
            "SELECT articles.url, site, cluster, record FROM articles JOIN urls ON urls.id = articles.url"
            " JOIN clusters ON article = sequence WHERE sequence = ?",
            (sequence,),
        )[0]
        kept = msgspec.json.decode(record, type=Text)
        other = likeness(kept.text)
        if other is None:
            return None
        alike = resemblance(one, other)
        if min(len(one.shingles), len(other.shingles)) >= PART_FEWEST and containment(one, other) >= PART:
            alike = max(alike, COPY)
        if alike < COPY:
            return None
        same_numbers = alike >= SAME and one.numbers == other.numbers
        return Twin(sequence, url, site, cluster, kept.published, alike, same_numbers)


def is_same(twin: Twin, site: str, published: str | None) -> bool:
    """Whether a twin is the same article of the same site, under another address.

    Not where the numbers differ or the dates lie apart: yesterday's weather is another article.
    """
    if twin.site != site or twin.alike < SAME or not twin.same_numbers:
        return False
    one, other = moments.read(published), moments.read(twin.published)
    return one is None or other is None or abs(moments.days(one) - moments.days(other)) <= DAYS_APART
