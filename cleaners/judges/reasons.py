"""Why the learned judge decided as it did, in words: the strongest of the signs that point the way it went.

Only made when somebody asks. The signs are the features that decide most; how strongly each one speaks is on one scale,
the log odds it is worth in a linear model over the development pages, rounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaners.class_words import name_words
from cleaners.features import Reading, column
from cleaners.features.places import Weights
from items import Block, Place

MOST = 2  # reasons a block
NAMED = 3  # containers that are looked at for a telling name
NOWHERE = (0.0, 0.0, 0.0, 0.0)
Sign = tuple[float, str]
"""How strongly it speaks for the article (negative: against it), and what it is."""


def reasons(blocks: Sequence[Block], reading: Reading, keeps: Sequence[bool], weights: Weights) -> list[str]:
    """For each block the strongest reasons for its verdict, "" where no sign points that way."""
    found = []
    for number, (block, keep) in enumerate(zip(blocks, keeps, strict=True)):
        signs = [sign for sign in _signs(block, number, reading, weights) if (sign[0] > 0) == keep]
        signs.sort(key=lambda sign: -abs(sign[0]))
        found.append(", ".join(text for _, text in signs[:MOST]))
    return found


def _signs(block: Block, number: int, reading: Reading, weights: Weights) -> Iterator[Sign]:
    yield from _text_signs(block, number, reading)
    yield from _place_signs(block, weights)
    yield from _flow_signs(number, reading)


def _text_signs(block: Block, number: int, reading: Reading) -> Iterator[Sign]:
    row = reading.features[number]
    links = float(row[column("link_density")])
    if links >= 0.3:
        yield -3 * links, f"{links:.0%} links".replace("%", " %")
    times = int(row[column("repeats")])
    if times > 1:
        yield -0.5 * times, f"stands {times} times on the page"
    if row[column("hidden")]:
        yield -1.5, "hidden"
    if number == reading.headline:
        yield -4.0, "is the headline"
    if row[column("is_prose")]:
        yield 1.5, "prose"
    elif not row[column("ends_stop")] and block.kind == "paragraph" and len(block.text) < 40:
        yield -0.6, "a few words without a full stop"


def _place_signs(block: Block, weights: Weights) -> Iterator[Sign]:
    """The most telling names on both sides, among the innermost containers."""
    best = worst = (0.0, "")
    for level, place in enumerate(_containers(block.place)):
        speaks = _speaks(place, min(level, 2), weights)
        if speaks:
            best, worst = max(best, *speaks), min(worst, *speaks)
    yield from (sign for sign in (best, worst) if abs(sign[0]) > 0.3)


def _containers(place: Place | None) -> Iterator[Place]:
    while place is not None and place.tag not in ("", "html", "body"):
        yield place
        place = place.parent


def _speaks(place: Place, part: int, weights: Weights) -> list[Sign]:
    found = [(weights.get("<" + place.tag, NOWHERE)[part], f"inside <{place.tag}>")]
    for word in name_words(place.names):
        found.append((weights.get(word, NOWHERE)[part], f'inside {place.tag} "{word}"'))
    return [sign for sign in found if sign[0]]


def _flow_signs(number: int, reading: Reading) -> Iterator[Sign]:
    row = reading.features[number]
    before, inside = float(row[column("prose_before")]), float(row[column("prose_inside_1")])
    since, until = row[column("since_prose")], row[column("until_prose")]
    if reading.headline > number:
        yield -1.0, "before the headline"
    if before >= 0.99 and since > 0:
        yield -1.2, "after the last prose block"
    elif before <= 0.01 and until > 3:
        yield -0.8, "before the first prose block"
    elif since <= 2 and until <= 2:
        yield 0.9, "between paragraphs of prose"
    alike = round(float(reading.table.alike[reading.ancestors[number, :4]].max()))
    if alike >= 4 and not row[column("is_prose")]:
        yield -0.7, f"one of {alike} boxes alike"
    if inside >= 0.7:
        yield inside, f"its container is {inside:.0%} prose".replace("%", " %")
