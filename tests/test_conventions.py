"""What belongs to an article but not to its body, and what only looks like that."""

from __future__ import annotations

import pytest

from cleaners.judges.conventions import without_byline
from items import Block, Verdict

KEEP = Verdict(True, "learned", "article", 0.9)
BODY = "The ferry left on time for the first time in eleven years, and nobody on the quay knew what to say about it."


def turned_down(lines: list[str], authors: list[str], published: str | None = None) -> list[str]:
    blocks = [Block("paragraph", line) for line in lines]
    verdicts = without_byline(blocks, [KEEP] * len(blocks), authors, published)
    return [block.text for block, verdict in zip(blocks, verdicts, strict=True) if not verdict.keep]


@pytest.mark.parametrize("line", ["By Ada Okafor", "Ada Okafor, Harbour correspondent", "18 March 2024, 9.30 am"])
def test_a_byline_is_no_body(line: str) -> None:
    assert turned_down([line, BODY, BODY], ["Ada Okafor"], "2024-03-18T09:30:00Z") == [line]


def test_a_note_on_the_author_goes_with_its_heading() -> None:
    note = "Ada Okafor writes about the harbour and swims in all weathers."
    assert turned_down([BODY, BODY, BODY, "About the author", note], ["Ada Okafor"]) == ["About the author", note]


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("He resigned on Monday", "Ed"),
        ("Bananas for all", "Ana"),
        ("“I am Ada Okafor,” she said, “and I am staying.”", "Ada Okafor"),
        ("On 18 March 2024 the bridge fell.", "Ada Okafor"),
    ],
)
def test_a_first_line_that_only_looks_like_a_byline_stays(line: str, author: str) -> None:
    assert turned_down([line, BODY, BODY], [author], "2024-03-18") == []


def test_an_agency_that_opens_the_last_paragraph_stays() -> None:
    assert turned_down([BODY, BODY, BODY, "Reuters could not reach the harbour master."], ["Reuters"]) == []
