"""Several pages of one article → the article, whole and once."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from items import Article, Block, Image

PAGE_NUMBERS = re.compile(r"[\d\s|/·•.…‹›«»<>→←-]+")
"""Links to the pages of an article: "1 2 3 ›"."""


def merge_parts(parts: Sequence[Article], missing: str | None = None) -> Article:
    """The first page's article with what the following pages add, in their order; missing: which one did not come.

    A block that an earlier page has already (the title, the introduction, which many sites repeat on every page) is not
    taken again. A page that adds nothing, or holds no article, changes nothing. parts: at least one.
    """
    first = parts[0] if missing is None else _truncated(parts[0], missing)
    blocks: list[Block] = []
    images = list(first.images)
    seen: set[str] = set()
    words = 0
    for part in parts:
        new = [block for block in part.blocks if _key(block) not in seen and not PAGE_NUMBERS.fullmatch(block.text)]
        words += part.word_count - _words(part.blocks) + _words(new)
        known = {image.url for image in images}
        images += [_moved(image, len(blocks)) for image in part.images if image.url not in known]
        blocks += new
        seen |= {first.title or "", *map(_key, new)}
    if len(blocks) <= len(first.blocks):
        return first
    return msgspec.structs.replace(
        first,
        blocks=tuple(blocks),
        text="\n\n".join(block.text for block in blocks),
        word_count=words,
        images=tuple(images),
        judged=None if first.judged is None else tuple(judged for part in parts for judged in part.judged or ()),
    )


def _moved(image: Image, before: int) -> Image:
    return msgspec.structs.replace(image, position=image.position + before)


def _words(blocks: Sequence[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)


def _truncated(article: Article, missing: str) -> Article:
    if article.status != "full":
        return article
    return msgspec.structs.replace(article, status="truncated", evidence=(*article.evidence, f"no page {missing}"))


def _key(block: Block) -> str:
    return " ".join(block.text.split())
