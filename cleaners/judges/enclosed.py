"""What stands between parts of the body, looked at once more by the container it stands in.

The learned judge gives each block a probability, and keeps those from about one half on. Of what is near that, the
container of the nearest kept blocks tells more. On the development pages, out of fold, half to nine tenths of the
blocks that are doubted so and stand in the container of a kept neighbour belong to the body, by kind: headings 155 of
166, linked items of lists 313 of 348, paragraphs 245 of 274, code 17 of 21. Of links in a container of neither
neighbour 7 of 57 do.
"""

from __future__ import annotations

from bisect import bisect, bisect_left
from collections.abc import Sequence

from items import Block, Place, Verdict

DOUBT = {"boilerplate": 0.8, "article": 0.75}
"""By what the learned judge took a block for: up to this confidence it is doubted."""
DOUBT_OF_LINKS = 0.6  # of a paragraph that is mostly links: as often an article's as a box's
DOUBT_OF_QUOTE = 0.95  # answers that the judge learned from disagree about quotations
ENCLOSED = Verdict(True, "conventions", "enclosed", 0.7, "between parts of the body, in the same container")
ISLAND = Verdict(False, "conventions", "island", 0.7, "is links between parts of the body, in a container of their own")
NEVER = 3
WRAPPINGS = frozenset(
    "p blockquote cite h1 h2 h3 h4 h5 h6 pre code figure ul ol li dl dt dd table thead tbody tfoot tr td th".split()
)
STOPS = (".", "!", "?", "…", ":", "。", "！", "？", "।", "؟")


def with_enclosed(blocks: Sequence[Block], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, with doubted blocks between parts of the body kept that stand in the container of one of them, and
    doubted links turned down that stand in a container of their own."""
    decided = list(verdicts)
    kept = [position for position, verdict in enumerate(verdicts) if verdict.keep]
    home_of = Homes()
    homes = [home_of(blocks[position].place) for position in kept]
    for position, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        if not _is_doubted(block, verdict):
            continue
        before, after = bisect_left(kept, position), bisect(kept, position)
        if before > 0 and after < len(kept):
            home = home_of(block.place)
            decided[position] = _once_more(block, verdict, (home is homes[before - 1]) + (home is homes[after]))
    return decided


def _is_doubted(block: Block, verdict: Verdict) -> bool:
    most = DOUBT_OF_QUOTE if block.kind == "quote" and not verdict.keep else DOUBT.get(verdict.rule, 0.0)
    return verdict.rule in DOUBT and verdict.confidence <= most


def _once_more(block: Block, verdict: Verdict, shared: int) -> Verdict:
    """The verdict on a doubted block. shared: how many of the kept blocks next to it share its container."""
    linked = block.link_chars * 2 > len(block.text)
    if verdict.keep:
        is_island = linked and not shared and block.kind == "paragraph" and not _may_be_sentence(block.text)
        return ISLAND if is_island else verdict
    return ENCLOSED if shared >= _least_shared(block, verdict, linked=linked) else verdict


def _least_shared(block: Block, verdict: Verdict, *, linked: bool) -> int:
    """How many of the kept blocks next to a doubted one have to stand in its container for it to be kept."""
    if block.kind == "caption" or (linked and block.kind == "quote"):
        return NEVER
    if linked and block.kind == "paragraph":
        return 2 if verdict.confidence <= DOUBT_OF_LINKS else NEVER
    return 2 if block.kind == "quote" else 1


def _may_be_sentence(text: str) -> bool:
    """Whether a line may be a sentence, or the part of one that its markup tore out."""
    return text.endswith(STOPS) or text[0].islower()


class Homes:
    """The containers around paragraphs, items and rows of one page. Each wrapping is passed once, however deep lists
    are nested and whatever stands in them."""

    def __init__(self) -> None:
        self.known: dict[int, Place | None] = {}

    def __call__(self, place: Place | None) -> Place | None:
        """The nearest element around a block that does not only wrap it."""
        passed: list[int] = []
        while place is not None and place.tag in WRAPPINGS:
            if place.number in self.known:
                place = self.known[place.number]
                break
            passed.append(place.number)
            place = place.parent
        self.known.update(dict.fromkeys(passed, place))
        return place
