"""The entries of a live blog keep their times."""

from __future__ import annotations

import json

from cleaners import clean_page
from items import Page
from output import as_json, record_of

ENTRIES = (
    (
        "2026-11-20T10:15:00+01:00",
        "Ferries stop",
        "The ferries to the islands have stopped for the day.",
    ),
    ("2026-11-20T09:40:00+01:00", "A tree falls", "A plane tree has fallen on the market hall, and nobody was hurt."),
    ("2026-11-20T09:05:00+01:00", "Wind grows", "The wind has grown to force nine, and the sea is over the quay."),
)
MORE = "The town will say at noon whether the schools stay closed tomorrow, after entry {}."
LEAD = "A storm has reached the coast this morning, and we tell what happens as it happens, hour by hour."


def page(*, marked: bool = True, announced: bool = False, wrapped: str = "div") -> Page:
    rows = "".join(
        f"<{wrapped} class=entry>{f'<p><time datetime={time}>{time[11:16]}</time></p>' if marked else ''}"
        f"<h2>{head}</h2><p>{text}</p><p>{MORE.format(number)}</p></{wrapped}>"
        for number, (time, head, text) in enumerate(ENTRIES)
    )
    updates = [{"@type": "BlogPosting", "datePublished": t, "headline": h, "articleBody": b} for t, h, b in ENTRIES]
    node = {"@type": "LiveBlogPosting", "headline": "Storm over the coast", "liveBlogUpdate": updates}
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>' if announced else ""
    body = f"<article><h1>Storm over the coast</h1><p>{LEAD}</p>{rows}</article>"
    html = f"<html><head><title>Storm over the coast</title>{script}</head><body><main>{body}</main></body></html>"
    return Page(content=html, url="https://example.org/live/storm-over-the-coast")


def times(article_page: Page) -> dict[str, str | None]:
    return {block.text: block.time for block in clean_page(article_page).blocks}


def test_every_block_of_an_entry_has_its_time() -> None:
    for told in (page(), page(wrapped="section"), page(marked=False, announced=True), page(announced=True)):
        found = times(told)
        assert found[LEAD] is None
        for time, head, text in ENTRIES:
            assert found[head] == found[text] == time


def test_what_json_ld_does_not_quote_is_told_by_the_markup_alone() -> None:
    assert [times(page())[MORE.format(number)] for number in range(3)] == [time for time, _, _ in ENTRIES]


def test_an_article_with_one_date_and_dated_teasers_is_no_live_blog() -> None:
    prose = "".join(
        f"<p>{LEAD} That was the {number}th hour of it, said the keeper of the light.</p>" for number in range(6)
    )
    teasers = "".join(
        f"<li><time datetime=2026-11-1{n}T10:00>x</time><a href=/{n}>Another story</a></li>" for n in (1, 2)
    )
    html = (
        "<html><body><article><h1>Storm over the coast</h1><time datetime=2026-11-20T10:15>20 November</time>"
        f"{prose}</article><aside><ul>{teasers}</ul></aside></body></html>"
    )
    assert not any(block.time for block in clean_page(Page(content=html, url="https://example.org/a")).blocks)


def test_the_record_says_the_time_and_nothing_where_there_is_none() -> None:
    blocks = json.loads(as_json(record_of(clean_page(page()))))["blocks"]
    assert [block.get("time") for block in blocks if block["text"] in (LEAD, ENTRIES[0][2])] == [None, ENTRIES[0][0]]
    assert [block for block in blocks if "time" not in block] == [block for block in blocks if block["text"] == LEAD]
