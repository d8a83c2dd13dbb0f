"""Telling strings in a page's source: signs of what made it, and the schema.org types it names.

There are some twenty of them, and most pages hold few: so they are looked for all at once. Four bytes that are rare in
pages stand for each string. Whether two bytes of a page are the first half of such four is asked of all positions
together, then the same of the second half; what is left is compared in full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np

# Types of schema.org that pages say they are, each as it stands in JSON-LD or microdata.
TYPES = (
    "NewsArticle", "Article", "BlogPosting", "Product", "ItemList", "CollectionPage", "QAPage", "Question",
    "DiscussionForumPosting", "FAQPage", "Offer", "Review", "Recipe", "Service", "LocalBusiness", "SearchResultsPage",
    "HowTo", "VideoObject", "Course", "JobPosting", "Event", "WebPage", "SoftwareApplication", "Comment",
)  # fmt: skip
SCHEMA_TYPE = re.compile(rb'(?:"@type"\s{0,9}:\s{0,9}\[?\s{0,9}"|schema\.org/)([A-Za-z]{3,30})')
TYPE_SIGNS = (b'"@type"', b"schema.org/")  # what a SCHEMA_TYPE begins with
MOST_TYPES = 2000
SIGNS = (
    "article:published_time", "datePublished", "add-to-cart", "add_to_cart", "og:price", "product:price", "<article",
    "wp-block-post", 'itemprop="price', 'rel="next"', 'type="password"', "vbulletin", "discourse", "phpbb",
    "single-post", "category-", "archive", "postid-", "page-template", "forum",
)  # fmt: skip
ARTICLE_BODY = b'"articleBody"'
# Bytes of pages, the most frequent first; others are rarer still.
FREQUENT = b' e"tasi-=ncor<>/lpdmhu.vgfbk:_1023456789wyxjqzSCADETIPRNMLO'
KEY = 4


class Finder:
    """Looks for several strings at once, each at least KEY bytes long."""

    def __init__(self, strings: Iterable[bytes]) -> None:
        self.first = np.zeros(0x10000, np.bool_)
        self.second = np.zeros(0x10000, np.bool_)
        self.by_key: dict[int, list[tuple[bytes, int]]] = {}
        for string in strings:
            rarity = [_rarity(string[at : at + KEY]) for at in range(len(string) - KEY + 1)]
            offset = rarity.index(max(rarity))
            key = int.from_bytes(string[offset : offset + KEY], "little")
            self.first[key & 0xFFFF] = self.second[key >> 16] = True
            self.by_key.setdefault(key, []).append((string, offset))

    def find(self, page: bytes) -> dict[bytes, list[int]]:
        """Where each of the strings begins that stand on the page, in rising order."""
        found: dict[bytes, list[int]] = {}
        for position, key in sorted(self._candidates(page)):
            for string, offset in self.by_key.get(key, ()):
                if position >= offset and page.startswith(string, position - offset):
                    found.setdefault(string, []).append(position - offset)
        return found

    def _candidates(self, page: bytes) -> Iterator[tuple[int, int]]:
        """Positions at which the four bytes of some string may stand, and the four bytes that do."""
        for start in (0, 1):
            pairs = np.frombuffer(page, "<u2", max(len(page) - start, 0) // 2, start) if len(page) > KEY else NO_PAIRS
            at = np.flatnonzero(self.first.take(pairs[:-1]))
            at = at[self.second.take(pairs[at + 1])]
            keys = pairs[at].astype(np.int64) | (pairs[at + 1].astype(np.int64) << 16)
            yield from zip((2 * at + start).tolist(), keys.tolist(), strict=True)


NO_PAIRS: np.ndarray[Any, np.dtype[np.uint16]] = np.zeros(0, "<u2")


def _rarity(four: bytes) -> float:
    """How rare four bytes in a row are on pages, as a logarithm; the first two are what sorts out most positions."""
    ranks = [FREQUENT.find(byte) % (len(FREQUENT) + 1) + 1 for byte in four]
    return float(2 * np.log(ranks[:2]).sum() + np.log(ranks[2:]).sum())


class Marks:
    """What was found on one page."""

    def __init__(self, page: bytes) -> None:
        self.page = page
        self.found = _finder().find(page)

    def counts(self) -> list[int]:
        """How often each of SIGNS stands on the page."""
        return [len(self.found.get(sign, ())) for sign in _encoded(SIGNS)]

    def types(self) -> Counter[str]:
        """How often the page names each schema.org type."""
        return Counter(
            found[1].decode()
            for sign in TYPE_SIGNS
            for at in self.found.get(sign, ())[:MOST_TYPES]
            if (found := SCHEMA_TYPE.match(self.page, at))
        )

    def article_body(self) -> int:
        """Where `"articleBody"` stands first; -1 for nowhere."""
        return next(iter(self.found.get(ARTICLE_BODY, ())), -1)


@cache
def _finder() -> Finder:
    return Finder((*_encoded(SIGNS), *TYPE_SIGNS, ARTICLE_BODY))


@cache
def _encoded(strings: Sequence[str]) -> tuple[bytes, ...]:
    return tuple(string.encode() for string in strings)
