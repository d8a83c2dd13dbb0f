"""Lean pages: the development pages with less around the article, and less in it.

A development page has 220 blocks in the median, and hardly one has a body of one or two paragraphs. A judge taught by
them alone does not know briefs, nor pages without menus or class names, and takes what it finds there for boilerplate.
So each page is taught twice more, lean: a piece of its body, mostly the beginning, what stands nearest around it, and
for one in two no class names and no containers that hold one thing only. Chosen by the page's id, the same on every
machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import md5

import msgspec
import numpy as np

from cleaners.features.letters import Flags
from cleaners.segment import Document
from cleaners.walk import rules
from items import Block, Place
from training.pages import Sample

TIMES = 2  # lean pages made of each
LEAN = 0.15  # what one counts for beside a page as it is
LENGTHS = (1, 1, 2, 2, 3, 4, 6, 8, 12, 20)  # blocks of the body
FROM_INSIDE = 0.4  # how often the piece begins anywhere in the body: with a list, a table, a last remark
AROUND = (0, 1, 2, 4, 8, 16)  # blocks before the body, and blocks after it
AROUND_BARE = (0, 0, 1, 2, 4, 8)  # where no name tells what they are
HEADLINE_STAYS = 0.9
SHARES = (0.2, 0.4, 0.7)  # of a page without a body
FEWEST = 10  # blocks of such a page
WRAPPERS = frozenset(("div", "section", "span", "main", "center", "form"))


def lean_pages(samples: Iterable[Sample]) -> Iterator[Sample]:
    """TIMES lean pages of each page whose answer is known, or which is no article."""
    for sample in samples:
        if sample.set != "snippets":
            made = (lean(sample, number) for number in range(TIMES))
            yield from (page for page in made if page is not None)


def lean(sample: Sample, number: int = 0) -> Sample | None:
    """The page made lean, its answer and weight with it; None where nothing would be left to learn.

    number: of the ways to make it so.
    """
    seed = md5(f"{number}/{sample.set}/{sample.id}".encode(), usedforsecurity=False).digest()
    random = np.random.default_rng(int.from_bytes(seed[:8], "little"))
    bare = bool(random.random() < 0.5)
    chosen = _around_body(sample, random, bare=bare) if sample.content.any() else _window(sample, random)
    at = np.flatnonzero(chosen)
    weight = sample.weight[at]
    if not len(at) or not weight.sum():
        return None
    blocks = [sample.document.blocks[number] for number in at.tolist()]
    document = _with_blocks(sample.document, bared(blocks) if bare else blocks)
    return sample._replace(
        document=document,
        content=sample.content[at],
        weight=(LEAN * weight / weight.sum()).astype(np.float32),
        ruled=rules()(document),
    )


def _around_body(sample: Sample, random: np.random.Generator, *, bare: bool) -> Flags:
    """A piece of the body, what stands inside it, and what stands nearest before and after the whole body."""
    body = np.flatnonzero(sample.content)
    first, last = int(body[0]), int(body[-1])
    start = int(random.integers(len(body))) if random.random() < FROM_INSIDE else 0
    kept = body[start : start + int(random.choice(LENGTHS))]
    chosen = np.zeros(len(sample.content), np.bool_)
    chosen[kept] = True
    inside = np.arange(int(kept[0]), int(kept[-1]))
    chosen[inside[~sample.content[inside] & (random.random(len(inside)) < 0.5)]] = True
    around = AROUND_BARE if bare else AROUND
    chosen[max(first - int(random.choice(around)), 0) : first] = True
    chosen[last + 1 : last + 1 + int(random.choice(around))] = True
    if random.random() < HEADLINE_STAYS:
        blocks, headline = sample.document.blocks, sample.document.headline
        h1 = (at for at, block in enumerate(blocks) if block.kind == "heading" and block.level == 1)
        same = (at for at, block in enumerate(blocks) if block.text == headline)
        chosen[next(same, next(h1, first))] = True
    return chosen


def _window(sample: Sample, random: np.random.Generator) -> Flags:
    """Some blocks in a row of a page that has no body."""
    count = len(sample.content)
    size = min(max(int(count * random.choice(SHARES)), FEWEST), count)
    start = int(random.integers(count - size + 1))
    chosen = np.zeros(count, np.bool_)
    chosen[start : start + size] = True
    return chosen


def bared(blocks: Sequence[Block]) -> list[Block]:
    """The blocks as they would stand in a page without class names, and without containers that hold one thing only."""
    inside: Counter[Place] = Counter()
    seen: set[Place] = set()
    for block in blocks:
        place = block.place
        if place is not None:
            inside[place] += 2  # with text of its own a container is no mere wrapper
        while place is not None and place not in seen:
            seen.add(place)
            if place.parent is not None:
                inside[place.parent] += 1
            place = place.parent
    made: dict[Place, Place] = {}

    def bare(place: Place) -> Place:
        if place not in made:
            around = bare(place.parent) if place.parent is not None else None
            if around is not None and place.tag in WRAPPERS and inside[place] == 1:
                made[place] = around
            else:
                depth = around.depth + 1 if around is not None else place.depth
                made[place] = Place(place.tag, "", around, len(made) - 1, depth, place.hidden)
        return made[place]

    return [
        msgspec.structs.replace(block, place=bare(block.place) if block.place is not None else None, inner="")
        for block in blocks
    ]


def _with_blocks(document: Document, blocks: list[Block]) -> Document:
    return Document(
        blocks,
        form=document.form,
        html=document.html,
        utf8=document.utf8,
        tree=document.tree,
        url=document.url,
        language=document.language,
        headline=document.headline,
    )
