"""What belongs to an article but not to its body, and what only looks like that."""

from __future__ import annotations

import pytest

from cleaners import Options, clean
from cleaners.judges.conventions import name_paragraphs, with_quotes, without_byline
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


DOUBTED = Verdict(False, "learned", "boilerplate", 0.7)
QUOTE = "<blockquote><p>“Nobody knew what to say.”</p></blockquote>"


def keeps_quote(html: str) -> bool:
    blocks = segment_html(Page(content=html)).blocks
    verdicts = [DOUBTED if block.kind == "quote" else KEEP for block in blocks]
    return all(verdict.keep for verdict in with_quotes(blocks, verdicts))


def test_a_quotation_among_the_paragraphs_stays() -> None:
    assert keeps_quote(f"<div><p>{BODY}</p>{QUOTE}<p>{BODY}</p></div>")
    assert keeps_quote(f"<div><h2>On time</h2>{QUOTE}<p>{BODY}</p></div>")


def test_a_quotation_in_a_box_or_after_the_end_is_the_judges_to_decide() -> None:
    assert not keeps_quote(f"<div><p>{BODY}</p><aside>{QUOTE}</aside><p>{BODY}</p></div>")
    assert not keeps_quote(f"<div><p>{BODY}</p>{QUOTE}</div>")
