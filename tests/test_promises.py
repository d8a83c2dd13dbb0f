"""What holds for every page and every text: nothing without a reason, nothing changed twice, nothing left to chance."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.demo.newspaper import bote, lantern
from broadsheet.demo.press import print_newspaper
from cleaners import Options, clean, clean_page, clean_text
from cleaners.decode import decode
from cleaners.segment import segment_html
from items import Article, Page
from output.making import record_of
from tests.schema_check import assert_valid

EXPLAINED = Options(explain=True)
PAGES = [
    Page(content=page.body, url="http://paper.example" + path)
    for paper in (lantern(), bote())
    for path, page in print_newspaper(paper, "http://paper.example").pages.items()
    if page.body.lstrip().startswith(b"<!")
]
PROSE = """The ferry left on time for the first time in eleven years, and nobody on the quay knew what to say about it.
“We had stopped looking at the clock,” said the harbour master, who has kept the log since the winter of the strike.
Die Fähre legte zum ersten Mal seit elf Jahren pünktlich ab, und am Kai wusste niemand, was er dazu sagen sollte.
The council will vote on the new timetable next week; it would cost the town about forty thousand crowns a year.
Le bac est parti à l'heure pour la première fois depuis onze ans, et personne sur le quai ne savait quoi en dire.
Nobody asked the passengers.""".splitlines()
RESIDUE = """Leave a Comment
Your email address will not be published. Required fields are marked *
Scroll to Top
Chatten und Kaufen
Share this:
Share on Facebook
Subscribe to our newsletter
Advertisement
Kommentar schreiben
Nach oben
3 Comments
Read more
© 2024 The Harbour. All rights reserved.
Related articles
Home
Why it matters
What happens next
- a list item
# A heading
| a | table | row |
> said somebody""".splitlines()
LINES = st.lists(
    st.one_of(st.sampled_from(PROSE), st.sampled_from(RESIDUE), st.text(max_size=60), st.just("")), max_size=25
)


def record(article: Article) -> bytes:
    return msgspec.json.encode(record_of(article))


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_cleaning_a_cleaned_text_changes_nothing(lines: list[str]) -> None:
    once = clean_text("\n".join(lines))
    assert clean_text(once.text).text == once.text
    assert_valid(msgspec.json.decode(record(once)))


@settings(max_examples=30, deadline=None)
@given(LINES)
def test_a_saved_text_with_its_title_is_cleaned_to_the_same(lines: list[str]) -> None:
    once = clean_text("\n".join(lines))
    if once.title and once.text:
        again = clean_text(f"{once.title}\n\n{once.text}")
        assert again.text in (once.text, f"{once.title}\n\n{once.text}")


@settings(max_examples=60, deadline=None)
@given(LINES, st.sampled_from(["careful", "balanced", "thorough"]))
def test_every_line_is_kept_as_it_is_or_has_a_reason(lines: list[str], strictness: str) -> None:
    options = msgspec.convert({"explain": True, "strictness": strictness}, Options)
    article = clean_text("\n".join(lines), options=options)
    assert article.judged is not None
    whole = decode("\n".join(lines))  # without control characters
    for one in article.judged:
        assert one.verdict.judge
        assert one.verdict.rule
        assert 0 <= one.verdict.confidence <= 1
        if one.verdict.keep:
            assert one.block.text in whole
    assert [one.block.text for one in article.judged if one.verdict.keep] == [block.text for block in article.blocks]
    assert [one.position for one in article.judged] == list(range(len(article.judged)))


def test_every_block_of_a_page_is_kept_or_has_a_reason() -> None:
    for page in PAGES:
        article = clean_page(page, EXPLAINED)
        blocks = segment_html(page).blocks
        assert article.judged is not None
        assert [one.block.text for one in article.judged] == [block.text for block in blocks]
        kept = [one.block.text for one in article.judged if one.verdict.keep]
        assert kept == [block.text for block in article.blocks]
        assert article.text == "\n\n".join(kept)
        assert all(one.verdict.judge and one.verdict.rule for one in article.judged)


def test_the_order_of_pages_does_not_matter() -> None:
    forth = [record(clean_page(page, EXPLAINED)) for page in PAGES]
    back = [record(clean_page(page, EXPLAINED)) for page in reversed(PAGES)]
    assert forth == back[::-1]


def test_explaining_changes_nothing_else() -> None:
    for page in PAGES[:8]:
        plain, explained = clean_page(page), clean_page(page, EXPLAINED)
        assert msgspec.structs.replace(explained, judged=None) == plain


def test_the_cleaned_text_of_a_page_is_clean() -> None:
    for page in PAGES:
        article = clean_page(page)
        if article.kind == "article":
            again = clean_text(article.text)
            assert clean_text(again.text).text == again.text


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400))
def test_nothing_a_page_holds_raises(content: bytes | str) -> None:
    assert_valid(msgspec.json.decode(record(clean(content))))


FRAGMENTS = st.sampled_from(
    "<p> </p> <div\tclass=comments> </div> <article> <h1> </h1> <li> <table><tr><td> <br> <a\thref=x> </a>".split(" ")
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(FRAGMENTS, st.sampled_from(PROSE), st.sampled_from(RESIDUE)), max_size=40))
def test_any_soup_of_prose_and_residue_is_cleaned(parts: list[str]) -> None:
    article = clean(" ".join(parts), options=EXPLAINED)
    assert article.judged is not None
    assert sum(one.verdict.keep for one in article.judged) == len(article.blocks)
    assert_valid(msgspec.json.decode(record(article)))
