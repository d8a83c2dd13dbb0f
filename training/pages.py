"""The development pages, segmented, with the right answer laid over their blocks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import md5
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cleaners.align import stands_in
from cleaners.embedded import add_body
from cleaners.features.letters import Letters, Matrix
from cleaners.metadata import Testimony, find_headline, read_testimony
from cleaners.segment import Document, segment_html
from cleaners.walk import language_of_page, rules
from items import Block, Page, Verdict

FOLDS = 5
# The news set's answers leave these out of the body by convention, even inside the article. What of them stands among
# the body's paragraphs is body by ours; of the rest nothing is learned.
UNSETTLED = frozenset(("list_item", "quote", "table", "code", "caption"))
LISTING = frozenset("p li ul ol dl dt dd blockquote pre table thead tbody tr td th".split())


class Sample(NamedTuple):
    """A page to learn from. truth: a row of the answers. content: which blocks stand in the body (none if unknown).

    weight: how much each block counts; all blocks of a page together count one. ruled: what the rules say of it.
    """

    set: str
    id: str
    site: str
    truth: dict[str, Any]
    document: Document
    content: np.ndarray[Any, np.dtype[np.bool_]]
    weight: Matrix
    testimony: Testimony
    ruled: Sequence[Verdict | None]

    @property
    def fold(self) -> int:
        """The fold whose model never saw this page's site."""
        return fold_of(self.site)


def fold_of(site: str) -> int:
    """A site's fold, the same on every machine."""
    return int(md5(site.encode(), usedforsecurity=False).hexdigest(), 16) % FOLDS


def read_samples(bench: Path, sets: Iterable[str]) -> Iterator[Sample]:
    """The pages of some sets that have any text, in the answers' order."""
    for name in sets:
        with (bench / "truth" / f"{name}.jsonl").open(encoding="utf-8") as rows:
            for truth in map(json.loads, rows):
                raw = gzip.decompress((bench / "pages" / name / f"{truth['id']}.html.gz").read_bytes())
                page = Page(content=raw.decode(truth["enc"], "replace"), url=truth["url"])
                sample = make_sample(name, truth, segment_html(page))
                if sample is not None:
                    yield sample


def _stands_among(blocks: Sequence[Block], content: np.ndarray[Any, np.dtype[np.bool_]], position: int) -> bool:
    """Whether a list, quote or table stands in the container that holds the body's block before it, and is no links."""
    block = blocks[position]
    if block.kind == "caption" or block.link_chars * 2 > len(block.text):
        return False
    before = blocks[int(np.flatnonzero(content[:position])[-1])].place
    home = before.parent if before else None
    around = block.place
    while around is not None and around.tag in LISTING:
        around = around.parent
    return around is home


def make_sample(name: str, truth: dict[str, Any], document: Document) -> Sample | None:
    """The page with its answer; None for a page without text."""
    testimony = read_testimony(document.tree, Page(content=document.html, url=document.url))
    document.headline = find_headline(testimony)
    add_body(document, testimony)
    texts = [block.text for block in document.blocks]
    if not texts:
        return None
    content = np.array(stands_in(texts, truth.get("text") or ""))
    weight = np.sqrt(Letters(texts).words + 1)
    if name == "fundus" and content.any():
        inside = np.zeros(len(texts), np.bool_)
        inside[content.argmax() : len(texts) - content[::-1].argmax()] = True
        unsettled = np.array([block.kind in UNSETTLED for block in document.blocks]) & inside & ~content
        weight[unsettled] = 0
        ours = [
            position
            for position in np.flatnonzero(unsettled).tolist()
            if _stands_among(document.blocks, content, position)
        ]
        content[ours] = True
        weight[ours] = np.sqrt(Letters([texts[position] for position in ours]).words + 1) if ours else 1
    weight = (weight / max(float(weight.sum()), 1.0)).astype(np.float32)
    document.language = language_of_page(document, testimony)
    return Sample(name, truth["id"], truth["site"], truth, document, content, weight, testimony, rules()(document))
