"""What kind of page it is: article, index, product, forum, other. From the judged blocks, the address, and the head."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import numpy as np

from cleaners.features import Reading, column
from cleaners.features.letters import Matrix
from cleaners.features.page_words import LONGEST_PATH, Weights, page_words, word_scores
from cleaners.features.text import KINDS
from cleaners.marks import SIGNS, TYPES, Marks
from cleaners.segment import Document
from cleaners.trees import Forest, probabilities
from items import ArticleKind

OTHER_KINDS: tuple[ArticleKind, ...] = ("index", "product", "forum", "other")
MOST_COUNTED = 20
PAGE_COLUMNS = [
    "kept_chars", "kept_share", "kept_blocks", "kept_prose", "prose_of_kept", "unsure", "longest", "mean_chars",
    "kept_links", "kept_alike", "kept_headings", "kept_lists", "kept_tables", "kept_span", "kept_gaps", "first_kept",
    "headline", "headline_to_first", "title_in_head", "blocks", "chars", "links", "prose", "prose_blocks", "money",
    "headings", "heading_prose", "alike", "top_group", "groups", "question", "description", "json_body", "h1s",
    "best_place", "best_place_links",
    "og_article", "og_product", "og_website", "og_other",
    "path_depth", "slug_words", "path_digits", "path_date", "path_chars", "query", "path_ends_slash", "path_html",
    *(f"type_{name}" for name in TYPES), *(f"sign_{number}" for number in range(len(SIGNS))),
    *(f"words_{kind}" for kind in ("article", *OTHER_KINDS)),
]  # fmt: skip


class KindModel(NamedTuple):
    """article: log odds of being an article. others: one forest each for OTHER_KINDS. words: what words of names and
    addresses speak for."""

    article: Forest
    others: tuple[Forest, ...]
    words: Weights

    def kind(self, row: Matrix, least: float) -> ArticleKind:
        """The kind of the page with these features (one row, columns as in PAGE_COLUMNS).

        least: the lowest probability at which it is taken for an article.
        """
        if float(probabilities(self.article.margins(row))[0]) >= least:
            return "article"
        margins = [float(forest.margins(row)[0]) for forest in self.others]
        return OTHER_KINDS[margins.index(max(margins))]


def page_row(document: Document, reading: Reading, margins: Matrix, words: Weights) -> Matrix:
    """One row of features of a page, columns as in PAGE_COLUMNS.

    margins: the first forest's log odds. words: what words of names and addresses speak for.
    """
    scores = word_scores(page_words(reading, document.url), words)
    marked = _marked(reading.marks)
    row = [*_block_figures(reading, margins), *_said(reading), *_address(document.url), *marked, *scores]
    return np.array([row], np.float32)


def _block_figures(reading: Reading, margins: Matrix) -> list[float]:
    features, chars, prose = reading.features, reading.chars, reading.prose
    odds = 1 / (1 + np.exp(-np.clip(margins, -20, 20)))
    kept = odds > 0.5
    kept_chars = float(chars[kept].sum())
    total, prose_total = max(float(chars.sum()), 1.0), float(prose.sum())
    kinds, links = features[:, column("kind")], features[:, column("link_density")]
    alike, levels = features[:, column("alike_most")], features[:, column("level")]
    at = np.flatnonzero(kept)
    first, last = (int(at[0]), int(at[-1])) if len(at) else (-1, -1)
    heading = kinds == KINDS["heading"]
    after_heading = np.concatenate(([False], heading[:-1]))
    groups = np.bincount(reading.groups[0])
    held = np.bincount(reading.table.parent[reading.table.of_block], prose)
    best = int(held.argmax())
    inside = reading.table.parent[reading.table.of_block] == best

    def share(flags: np.ndarray, of: np.ndarray) -> float:
        return float(flags[of].mean()) if of.any() else 0.0

    return [
        np.log1p(kept_chars),
        kept_chars / total,
        np.log1p(len(at)),
        np.log1p(float(prose[kept].sum())),
        float(prose[kept].sum()) / max(kept_chars, 1.0),
        float((np.minimum(odds, 1 - odds) * chars).sum()) / max(kept_chars, 50.0),
        np.log1p(float(chars[kept].max())) if len(at) else 0.0,
        kept_chars / max(len(at), 1),
        float((links * chars)[kept].sum()) / max(kept_chars, 1.0),
        share(alike, kept),
        share(heading.astype(np.float32), kept),
        share((kinds == KINDS["list_item"]).astype(np.float32), kept),
        share((kinds == KINDS["table"]).astype(np.float32), kept),
        (last - first) / len(chars),
        1 - len(at) / (last - first + 1) if len(at) else 0.0,
        first / len(chars),
        float(reading.headline >= 0),
        float(np.clip(first - reading.headline, -30, 60)) if reading.headline >= 0 else -99.0,
        float(reading.features[reading.headline, column("in_title")]) if reading.headline >= 0 else 0.0,
        np.log1p(len(chars)),
        np.log1p(total),
        float((links * chars).sum()) / total,
        prose_total / total,
        np.log1p(float((prose > 0).sum())),
        share(features[:, column("money")], np.ones(len(chars), np.bool_)),
        share(heading.astype(np.float32), np.ones(len(chars), np.bool_)),
        share((prose > 0).astype(np.float32), after_heading),
        float(alike.mean()),
        np.log1p(float(groups.max())),
        len(groups) / len(chars),
        float(features[:, column("question")].mean()),
        float(features[:, column("in_description")].any()),
        float(features[0, column("has_json_body")]),
        float(((levels == 1) & heading).sum()),
        float(held[best]) / max(prose_total, 1.0),
        float((links * chars)[inside].sum()) / max(float(chars[inside].sum()), 1.0),
    ]


def names_other_kind(url: str | None) -> bool:
    """Whether a folder of the address says that its pages are no articles: /forum/, /products/, /services/."""
    try:
        path = urlsplit(url or "").path[:LONGEST_PATH].lower()
    except ValueError:
        return False
    return not _other_folders().isdisjoint(path.split("/")[:-1])


@cache
def _other_folders() -> frozenset[str]:
    kinds = tomllib.loads(files("cleaners.judges").joinpath("folders.toml").read_text("utf-8"))
    return frozenset(folder for folders in kinds.values() for folder in folders.split())


def _said(reading: Reading) -> list[float]:
    kind = reading.head.type
    return [
        float(kind.startswith("article")),
        float("product" in kind),
        float(kind == "website"),
        float(bool(kind) and not kind.startswith("article") and "product" not in kind and kind != "website"),
    ]


def _address(url: str | None) -> list[float]:
    if not url:
        return [-1.0] * 8
    try:
        parts = urlsplit(url)
    except ValueError:
        return [-1.0] * 8
    path = unquote(parts.path[:500])
    segments = [segment for segment in path.split("/") if segment]
    slug = max(segments, key=len, default="")
    return [
        float(len(segments)),
        float(slug.count("-") + slug.count("_")),
        float(sum(map(path.count, "0123456789"))),
        float(bool(re.search(r"/(?:19|20)\d\d[/-]?[01]?\d?", path))),
        float(len(path)),
        float(min(parts.query.count("=") + bool(parts.query), 5)),
        float(path.endswith("/")),
        float(path.endswith(("html", "htm", "php"))),
    ]


def _marked(marks: Marks) -> list[float]:
    types = marks.types()
    return [float(min(count, MOST_COUNTED)) for count in (*(types[name] for name in TYPES), *marks.counts())]
