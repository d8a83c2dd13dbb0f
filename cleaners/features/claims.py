"""What a page's head says of its blocks: title, description, and the body that JSON-LD repeats."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from lxml import etree

from cleaners.features.letters import Columns
from cleaners.marks import Marks
from cleaners.segment import Document
from items import Block

COLUMNS = ["in_description", "in_json_body", "has_json_body", "in_title"]
ARTICLE_BODY = re.compile(rb'"articleBody"\s{0,20}:\s{0,20}(?=")')
LONGEST_TITLE = 500
LONGEST_DESCRIPTION = 1000
LONGEST_BODY = 200_000  # bytes
MOST_ELEMENTS = 400  # a head with more than this is no head
START = 60


class Head(NamedTuple):
    """The strings a page's head gives. type: og:type, or "" where it says none."""

    title: str
    description: str
    body: str
    type: str


def read_head(document: Document, marks: Marks) -> Head:
    """Title, longest description, JSON-LD articleBody and og:type; "" for what is not said."""
    titles: list[str] = []
    descriptions: list[str] = []
    kinds: list[str] = []
    for element in _head_elements(document.tree):
        if element.tag == "title":
            titles.append((element.text or "")[:LONGEST_TITLE])
        elif element.tag == "meta":
            name = element.get("property") or element.get("name") or ""
            if name in ("og:title", "twitter:title"):
                titles.append((element.get("content") or "")[:LONGEST_TITLE])
            elif name in ("og:description", "description"):
                descriptions.append((element.get("content") or "")[:LONGEST_DESCRIPTION])
            elif name == "og:type":
                kinds.append((element.get("content") or "")[:40].lower())
    title = " \n".join(" ".join(part.split()) for part in titles)
    description = " ".join(max(descriptions, key=len, default="").split())
    return Head(title, description, _article_body(marks), kinds[0] if kinds else "")


def _head_elements(tree: etree._Element | None) -> list[etree._Element]:
    head = None if tree is None else tree.find("head")
    return [] if head is None else list(islice(head, MOST_ELEMENTS))


def _article_body(marks: Marks) -> str:
    """The articleBody that the page's JSON-LD holds; "" if it holds none."""
    start = marks.article_body()
    found = ARTICLE_BODY.match(marks.page, start) if start >= 0 else None
    if found is None:
        return ""
    try:
        text = marks.page[found.end() : found.end() + LONGEST_BODY].decode("utf-8", "ignore")
        body, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except ValueError:
        return ""
    return " ".join(html.unescape(str(body)).split())


def claim_rows(blocks: Sequence[Block], head: Head) -> Columns:
    """Per block whether the head's strings hold it; columns as in COLUMNS."""
    title, description, body, _ = head
    opening = description[:START] if len(description) > START // 2 else "\0"
    described, repeated, titled = [], [], []
    for block in blocks:
        text = block.text
        size = len(text)
        start = text[:START]
        described.append(size > 20 and (start in description or opening in text))
        repeated.append(size > 15 and start in body)
        titled.append(size > 10 and text in title)
    return [np.array(described), np.array(repeated), np.full(len(blocks), bool(body)), np.array(titled)]


def find_headline(blocks: Sequence[Block], head: Head) -> int:
    """Index of the heading that is the page's headline, -1 if none: the longest that the head's titles repeat, an <h1>
    before others; otherwise the first <h1> of some length."""
    first, best, longest = -1, -1, 0
    for index, block in enumerate(blocks):
        if block.kind != "heading" or (block.level or 9) > 3:
            continue
        size = len(block.text)
        if size > 10 and block.text in head.title:
            rank = size + (100 if block.level == 1 else 0)
            if rank > longest:
                longest, best = rank, index
        elif first < 0 and block.level == 1 and size > 15:
            first = index
    return best if best >= 0 else first
