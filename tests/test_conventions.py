"""What belongs to an article but not to its body, and what only looks like that."""

from __future__ import annotations

import pytest

from cleaners import Options, clean
from cleaners.judges.conventions import (
    HEADLINE,
    keep_to_body,
    name_paragraphs,
    with_sections,
    with_standfirst,
    without_byline,
)
from cleaners.segment import segment_html
from items import Block, Page, Verdict

KEEP = Verdict(True, "learned", "article", 0.9)
BODY = "The ferry left on time for the first time in eleven years, and nobody on the quay knew what to say about it."


def turned_down(lines: list[str], authors: list[str], published: str | None = None) -> list[str]:
    blocks = [Block("paragraph", line) for line in lines]
    verdicts = without_byline(blocks, [KEEP] * len(blocks), authors, published)
    return [block.text for block, verdict in zip(blocks, verdicts, strict=True) if not verdict.keep]


@pytest.mark.parametrize("line", ["By Ada Okafor", "Ada Okafor, Harbour correspondent", "18 March 2024, 9.30 am"])
def test_a_byline_is_no_body(line: str) -> None:
    assert turned_down([line, BODY, BODY], ["Ada Okafor"], "2024-03-18T09:30:00Z") == [line]


@pytest.mark.parametrize(
    ("lines", "gone"),
    [
        (["Ada Okafor/Ben Roy", BODY], ["Ada Okafor/Ben Roy"]),
        (["… and what the harbour master says", "BEN ROY", BODY], ["BEN ROY"]),
        (["Ben Roy is back", BODY], []),
        (["Roy", BODY], []),
        ([BODY, "Ben Roy", BODY], []),
    ],
)
def test_a_line_of_names_above_the_body_is_a_byline_whoever_is_the_author(lines: list[str], gone: list[str]) -> None:
    blocks = [Block("paragraph", line) for line in [*lines, *PARAGRAPHS]]
    verdicts = without_byline(blocks, [KEEP] * len(blocks), [], None, ["Ada Okafor", "Ben Roy", "Harbour Post"])
    assert [block.text for block, verdict in zip(blocks, verdicts, strict=True) if not verdict.keep] == gone


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
        ("What Ada Okafor wrote in the guest book:", "Ada Okafor"),
    ],
)
def test_a_first_line_that_only_looks_like_a_byline_stays(line: str, author: str) -> None:
    assert turned_down([line, BODY, BODY], [author], "2024-03-18") == []


def test_an_agency_that_opens_the_last_paragraph_stays() -> None:
    assert turned_down([BODY, BODY, BODY, "Reuters could not reach the harbour master."], ["Reuters"]) == []


PARAGRAPHS = [f"{BODY} That was the {number}. year of the service." for number in range(6)]


def kinds(html: str) -> list[str]:
    blocks = segment_html(Page(content=html)).blocks
    return [block.kind for block in name_paragraphs(blocks, [KEEP] * len(blocks))]


def test_a_list_that_only_lays_out_the_page_is_no_list() -> None:
    layout = "<ul><li>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</li><li>Short</li></ul>"
    assert kinds(layout) == ["paragraph"] * len(PARAGRAPHS) + ["list_item"]


def test_items_of_a_list_stay_items() -> None:
    assert kinds("<ul>" + "".join(f"<li><p>{text}</p></li>" for text in PARAGRAPHS) + "</ul>") == ["list_item"] * 6


def test_a_body_laid_out_as_a_list_is_kept_where_lists_are_not_wanted() -> None:
    inside = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = f"<title>The ferry</title><article><h1>The ferry</h1><ul><li>{inside}</li></ul></article>"
    article = clean(page, options=Options(body=frozenset(("headings",))))
    assert article.text.split("\n\n") == PARAGRAPHS


def test_a_byline_that_is_called_a_standfirst_goes_and_a_standfirst_with_a_name_stays() -> None:
    lines = ["By Ada Okafor March 18, 2024", "Ada Okafor on a ferry that nobody had asked for"]
    blocks = [*(Block("standfirst", line) for line in lines), *(Block("paragraph", text) for text in PARAGRAPHS)]
    verdicts = without_byline(blocks, [KEEP] * len(blocks), ["Ada Okafor"], "2024-03-18")
    assert [block.text for block, verdict in zip(blocks, verdicts, strict=True) if not verdict.keep] == lines[:1]


DROP = Verdict(False, "learned", "boilerplate", 0.9)
TITLE = "Packing for the ferry"


def keeps_headings(*kinds_and_levels: tuple[str, int | None], others: Verdict = KEEP) -> list[bool]:
    blocks = [
        Block("heading", TITLE, level) if kind == "heading" else Block("paragraph", BODY)
        for kind, level in kinds_and_levels
    ]
    told = [HEADLINE if block.kind == "heading" else KEEP for block in blocks]
    decided = with_sections(blocks, told, [others] * len(blocks))
    return [verdict.keep for block, verdict in zip(blocks, decided, strict=True) if block.kind == "heading"]


def test_a_heading_inside_that_says_what_the_headline_says_is_the_judges_to_decide() -> None:
    page = (("heading", 1), ("paragraph", None), ("heading", 2), ("paragraph", None))
    assert keeps_headings(*page) == [False, True]
    assert keeps_headings(*page, others=DROP) == [False, False]


def test_a_headline_written_twice_is_none_of_the_body() -> None:
    assert keeps_headings(("heading", 1), ("heading", 2), ("paragraph", None)) == [False, False]
    assert keeps_headings(("heading", 1), ("paragraph", None), ("heading", 1)) == [False, False]


ITEM = (
    "Warm up for ten minutes: easy jogging, then five sprints of fifteen seconds, then walk until you can talk again."
)
ALL = Options().body_kinds()


def repeats(*blocks: Block) -> list[str]:
    verdicts = keep_to_body(blocks, [KEEP] * len(blocks), ALL)
    return [block.text for block, verdict in zip(blocks, verdicts, strict=True) if verdict.rule == "repeat"]


def test_an_item_may_come_again_in_a_plan() -> None:
    plan = [Block("list_item", ITEM, 1), Block("heading", "Tuesday", 3), Block("list_item", ITEM, 1)]
    assert repeats(Block("paragraph", BODY), *plan) == []


def test_a_body_that_stands_twice_is_kept_once_with_its_lists() -> None:
    body = [Block("paragraph", BODY), Block("list_item", ITEM, 1)]
    assert repeats(*body, *body) == [BODY, ITEM]


DOUBTED = Verdict(False, "learned", "boilerplate", 0.8)
INTRODUCTION = "The harbour has waited for this morning since the fire, and so has the captain of the ferry."


def kept_introduction(page: str, summary: str | None, headline: Verdict = HEADLINE, doubt: Verdict = DOUBTED) -> bool:
    """Whether the second of a page's blocks is kept that the judge doubts; the first is its headline."""
    blocks = segment_html(Page(content=page)).blocks
    verdicts = [headline, doubt, *([KEEP] * (len(blocks) - 2))]
    decided = with_standfirst(blocks, verdicts, summary)
    assert [verdict.keep for verdict in decided[2:]] == [True] * (len(blocks) - 2)
    return decided[1].keep


def headed(names: str, above: str = "h1") -> str:
    introduction = f'<div class="{names}">{INTRODUCTION}</div>'
    return f"<body><{above}>Ferry leaves on time</{above}>{introduction}<p>{BODY}</p><p>{PARAGRAPHS[0]}</p></body>"


@pytest.mark.parametrize("names", ["article__intro", "ContentHeaderDek-bIqFFZ", "RichText leadin", "articleSubtitle"])
def test_an_introduction_that_is_named_one_stays_though_the_judge_doubts_it(names: str) -> None:
    assert kept_introduction(headed(names), None)


def test_an_introduction_stays_that_is_what_the_page_says_it_is_about() -> None:
    assert kept_introduction(headed("css-1x2y3z"), INTRODUCTION)
    assert not kept_introduction(headed("css-1x2y3z"), "All about ferries, boats and the people of the harbour.")


def test_an_introduction_stands_below_a_headline() -> None:
    other = Verdict(False, "learned", "boilerplate", 0.6)
    assert kept_introduction(headed("intro", "h2"), None, other)
    assert not kept_introduction(headed("intro", "h4"), None, other)
    assert not kept_introduction(headed("intro", "div"), None, other)


def test_what_the_judge_or_a_rule_is_sure_of_is_no_introduction() -> None:
    assert not kept_introduction(headed("intro"), None, doubt=Verdict(False, "learned", "boilerplate", 0.99))
    assert not kept_introduction(headed("intro"), None, doubt=Verdict(False, "rules", "newsletter", 0.9))
