"""What can still be read where JSON cannot be parsed: broken JSON-LD, and the state some pages carry in a script.

Only asked when nothing better speaks. One linear search a script, on bounded text.
"""

from __future__ import annotations

import re

from lxml import etree

LONGEST_SCRIPT = 300_000
LONGEST_TOGETHER = 1_000_000
MOST_FOUND = 5
PUBLISHED = re.compile(
    r"\"(?:datePublished|publi(?:shed|sh|cation)[A-Za-z_]{0,12}|firstPublish[A-Za-z_]{0,8}|pubDate|createdAt|created_at|date)"
    r"\\?\"\s?:\s?\\?\"?(\d{4}-\d\d-\d\d[T0-9:.+Z-]{0,25}|\d{13}(?!\d)|\d{10}(?!\d)|[A-Z][a-z]{2,8} \d{1,2}, \d{4})"
)
STRINGS = {
    "headline": re.compile(r"\"headline\"\s?:\s?\"([^\"\\]{1,400})\""),
    "datePublished": re.compile(r"\"datePublished\"\s?:\s?\"([^\"\\]{1,60})\""),
    "dateModified": re.compile(r"\"dateModified\"\s?:\s?\"([^\"\\]{1,60})\""),
    "author": re.compile(
        r"\"@?author\"\s?:\s?(?:\[\s?)?(?:\{[^{}\"]{0,20}\"@type\"\s?:\s?\"Person\",\s{0,50}\"name\"\s?:\s?)?"
        r"\"([^\"\\]{1,200})\""
    ),
}  # fmt: skip


def published_in(scripts: list[etree._Element]) -> list[str]:
    """The first dates that scripts give under a name for a publication."""
    found: list[str] = []
    left = LONGEST_TOGETHER
    for script in scripts:
        text = (script.text or "")[: min(LONGEST_SCRIPT, left)]
        left -= len(text)
        found += [match[1] for match in PUBLISHED.finditer(text)][:MOST_FOUND]
        if len(found) >= MOST_FOUND or left <= 0:
            break
    return found[:MOST_FOUND]


def from_broken(scripts: list[str]) -> dict[str, str]:
    """Strings of JSON-LD that does not parse: the first headline, dates and author."""
    found: dict[str, str] = {}
    for script in scripts[:5]:
        for key, pattern in STRINGS.items():
            match = pattern.search(script[:LONGEST_SCRIPT])
            if match:
                found.setdefault(key, match[1])
    return found
