"""Pages made lean for the judge to learn from."""

from __future__ import annotations

import numpy as np
from test_training_pages import sample

from cleaners.segment import segment_html
from items import Block, Page, Place
from training.lean import LEAN, bared, lean
from training.pages import Sample, make_sample

STORY = [f"Sentence number {number} of the story is told here, and it has some length." for number in range(6)]
MENU = "".join(f"<li><a href='/{number}'>Menu {number}</a></li>" for number in range(30))
PAGE = f"""<div class="page"><div class="wrap"><ul class="menu">{MENU}</ul><main class="body"><h1>The story</h1>
{"".join(f"<p>{line}</p>" for line in STORY)}</main><ul class="foot">{MENU}</ul></div></div>"""


def many() -> list[Sample]:
    """The page under a hundred names, each made lean in its own way."""
    found = []
    for number in range(100):
        truth = {"id": str(number), "site": "example.org", "text": "\n\n".join(STORY)}
        made = make_sample("wcxb", truth, segment_html(Page(content=PAGE)))
        assert made is not None
        found.append(lean(made))
    assert all(found)
    return [each for each in found if each is not None]


def body(made: Sample) -> list[str]:
    return [block.text for block, content in zip(made.document.blocks, made.content, strict=True) if content]


def test_a_lean_page_holds_a_piece_of_the_body_in_order() -> None:
    bodies = [body(made) for made in many()]
    starts = [STORY.index(texts[0]) for texts in bodies]
    assert all(texts == STORY[start : start + len(texts)] for start, texts in zip(starts, bodies, strict=True))
    assert {len(texts) for texts in bodies} == {1, 2, 3, 4, 5, 6}
    assert 50 < starts.count(0) < 90


def test_what_stands_around_it_is_what_stood_nearest() -> None:
    for made in many():
        texts = [block.text for block in made.document.blocks]
        assert len(texts) <= 67
        before = [text for text in texts[: made.content.argmax()] if text.startswith("Menu")]
        assert before == [f"Menu {number}" for number in range(30)][30 - len(before) :]


def test_answers_and_weights_go_with_their_blocks() -> None:
    for made in many():
        assert len(made.content) == len(made.weight) == len(made.ruled) == len(made.document.blocks)
        assert abs(float(made.weight.sum()) - LEAN) < 1e-6
        assert all(text in STORY for text in body(made))


def test_the_same_page_is_made_lean_in_the_same_way() -> None:
    first, second = lean(sample("wcxb")), lean(sample("wcxb"))
    assert first is not None
    assert second is not None
    assert np.array_equal(first.content, second.content)
    assert [block.text for block in first.document.blocks] == [block.text for block in second.document.blocks]


def named(block: Block) -> list[str]:
    """The class names around a block."""
    names, place = [], block.place
    while place is not None:
        names.append(place.names)
        place = place.parent
    return names


def test_one_in_two_has_no_names() -> None:
    bare = [not any(names for block in made.document.blocks for names in named(block)) for made in many()]
    assert 30 < sum(bare) < 70


def chain(block: Block) -> list[tuple[str, int]]:
    """Tags and depths around a block, outermost first."""
    places: list[Place] = []
    place = block.place
    while place is not None:
        places.append(place)
        place = place.parent
    return [(place.tag, place.depth) for place in reversed(places)]


def test_without_names_there_are_no_containers_around_one_thing_only() -> None:
    blocks = bared(segment_html(Page(content="<div><div><div><p>One.</p><p>Two.</p></div></div></div>")).blocks)
    assert [[tag for tag, _ in chain(block)][-2:] for block in blocks] == [["div", "p"], ["div", "p"]]
    depths = [depth for _, depth in chain(blocks[0])]
    assert depths == list(range(len(depths)))
    assert blocks[0].place is not None
    assert blocks[1].place is not None
    assert blocks[0].place.parent is blocks[1].place.parent
    assert blocks[0].place.number < blocks[1].place.number


def test_a_container_with_text_of_its_own_stays() -> None:
    blocks = bared(segment_html(Page(content="<div>One.<p>Two.</p></div>")).blocks)
    assert [chain(block)[-1][0] for block in blocks] == ["div", "p"]
    assert blocks[1].place is not None
    assert blocks[1].place.parent is blocks[0].place
