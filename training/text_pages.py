"""Development pages → more text to learn from: rendered as scrapers leave it, labelled by the pages' right answers.

The three text sets hold texts of about half the development pages; the other half teaches as well. Each page gives its
whole text, the text of the article's container, and what an extractor makes of it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura
from lxml import etree

from cleaners.tokens import tokens

CONTENT, BOILERPLATE, UNSCORED = 1, 0, -1
LABELS = {"content": CONTENT, "boilerplate": BOILERPLATE, "unscored": UNSCORED}
SKIPPED = frozenset(
    "script style noscript template svg head iframe object select textarea button math canvas video audio map".split()
)
INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strong"
    " strike sub sup time tt u var wbr".split()
)
BULLETS = ("", "", "- ", "* ", "• ")


class Text(NamedTuple):
    """One text to learn from: its lines with their labels, and the site that no split may cut."""

    id: str
    site: str
    kind: str
    language: str
    lines: list[str]
    labels: list[int]


class Line(NamedTuple):
    """A line of a rendered page: in a list or not, and the elements around it, outermost first."""

    text: str
    listed: bool
    around: tuple[int, ...]


def text_sets(bench: Path) -> Iterator[Text]:
    """The three sets of labelled text."""
    for kind in ("full", "sloppy", "extracted"):
        with gzip.open(bench / "text" / f"{kind}.jsonl.gz", "rt", encoding="utf-8") as rows:
            for row in map(json.loads, rows):
                lines = [line for line, _ in row["lines"]]
                labels = [LABELS[label] for _, label in row["lines"]]
                yield Text(f"{kind}/{row['id']}", row["site"], kind, row["lang"] or "", lines, labels)


def page_texts(bench: Path) -> Iterator[Text]:
    """Texts rendered from the development pages that have a whole body as their answer."""
    for name in ("wcxb", "fundus"):
        with (bench / "truth" / f"{name}.jsonl").open(encoding="utf-8") as rows:
            for truth in map(json.loads, rows):
                if truth["text"]:
                    raw = gzip.decompress((bench / "pages" / name / f"{truth['id']}.html.gz").read_bytes())
                    yield from _texts_of(f"{name}/{truth['id']}", truth, raw.decode(truth["enc"], "replace"))


def _texts_of(name: str, truth: dict[str, Any], html: str) -> Iterator[Text]:
    lines = render(html)
    answer = Answer(truth["text"], truth["title"])
    extracted = trafilatura.extract(html, include_comments=True, favor_recall=True) or ""
    bullet = BULLETS[hashlib.sha256(name.encode()).digest()[0] % len(BULLETS)]
    whole = [(bullet if line.listed else "") + line.text for line in lines]
    inside = container(lines, answer)
    forms = {
        "page": whole,
        "container": [text for text, line in zip(whole, lines, strict=True) if inside in line.around],
        "trafilatura": [line for line in extracted.split("\n") if line.strip()],
    }
    for form, texts in forms.items():
        if texts:
            yield Text(
                f"{form}/{name}", truth["site"], form, truth["lang"] or "", texts, [answer.label(t) for t in texts]
            )


def render(html: str) -> list[Line]:
    """The page's visible lines: one for each run of text that no block-level element interrupts."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    tree = etree.fromstring(html.encode("utf-8", "replace"), parser)
    lines: list[Line] = []
    pieces: list[str] = []
    open_elements: list[tuple[int, str]] = []
    number = 0

    def flush() -> None:
        text = " ".join("".join(pieces).split())
        pieces.clear()
        if text:
            listed = any(tag == "li" for _, tag in open_elements[-3:])
            lines.append(Line(text, listed, tuple(n for n, _ in open_elements)))

    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        tag = str(element.tag)
        if event == "start" and tag in SKIPPED:
            walker.skip_subtree()
        if tag in SKIPPED:
            pieces.append((event == "end" and element.tail) or "")
        elif event == "start":
            if tag not in INLINE:
                flush()
                number += 1
                open_elements.append((number, tag))
            pieces.append(element.text or "")
        else:
            if tag not in INLINE:
                flush()
                open_elements.pop()
            pieces.append(element.tail or "")
    flush()
    return lines


class Answer:
    """A page's right body, asked line by line."""

    def __init__(self, body: str, title: str | None) -> None:
        words = tokens(body)
        self.grams = [set(zip(*(words[i:] for i in range(n)), strict=False)) for n in (1, 2, 3)]
        self.whole = {tuple(tokens(line)) for line in body.split("\n")}
        self.title = tuple(tokens(title or ""))

    def label(self, line: str) -> int:
        """CONTENT where the line stands in the body, BOILERPLATE where it does not, UNSCORED where that is unclear."""
        words = tuple(tokens(line))
        if not words or words == self.title:
            return UNSCORED
        if len(words) < 4:
            known = words in self.whole or (len(words) == 3 and words in self.grams[2])
            return CONTENT if known else UNSCORED if words in self.grams[len(words) - 1] else BOILERPLATE
        share = self.share(words)
        return CONTENT if share >= 0.7 else BOILERPLATE if share <= 0.3 else UNSCORED

    def share(self, words: tuple[str, ...]) -> float:
        """The share of the words' 3-grams that stand in the body."""
        grams = list(zip(words, words[1:], words[2:], strict=False))
        return sum(gram in self.grams[2] for gram in grams) / len(grams) if grams else 0.0


def container(lines: list[Line], answer: Answer) -> int:
    """The number of the innermost element that holds 95 % of the page's content words."""
    inside: dict[int, int] = {}
    total = 0
    for line in lines:
        if answer.label(line.text) == CONTENT:
            size = len(tokens(line.text))
            total += size
            for number in line.around:
                inside[number] = inside.get(number, 0) + size
    holding = [number for number, size in inside.items() if size >= 0.95 * total]
    return max(holding, default=1)
