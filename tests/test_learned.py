"""The judge that reads a page: its features, its verdicts, its reasons."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.class_words import name_words
from cleaners.features import COLUMNS, column, read_page
from cleaners.features import context as around
from cleaners.features import letters as kinds_of
from cleaners.features.columns import numbered
from cleaners.features.letters import Letters
from cleaners.features.places import PlaceTable
from cleaners.judges.learned import DROP, KEEP, NETS, Learned, cut, with_twins
from cleaners.segment import Document, segment_html
from items import Page, Verdict

PARAGRAPHS = [
    "The ferry to the northern islands will sail again from Monday, the harbour master said on Thursday evening.",
    "For eleven weeks the boat had lain in the yard, waiting for a part of its rudder that nobody wanted to make.",
    "In the end a smith from the next village forged it, in two nights, for the price of a used bicycle.",
    "The islanders, who had been rowing for their post, are planning a feast, and the smith is to sit at its head.",
]
PAGE = f"""<html><head><title>The ferry sails again - Harbour News</title></head><body>
<nav class="main-menu"><ul><li><a href="/a">Home</a></li><li><a href="/b">Sport</a></li><li><a href="/c">Town</a></li>
</ul></nav><article class="post"><h1>The ferry sails again</h1><div class="entry-content">
{"".join(f"<p>{text}</p>" for text in PARAGRAPHS)}</div></article>
<aside class="related-posts"><h3>Read more</h3><ul><li><a href="/d">A new roof for the school</a></li>
<li><a href="/e">Storm takes the old pier</a></li></ul></aside>
<footer class="site-footer"><p>© Harbour News. All rights reserved.</p></footer></body></html>"""


def segment(html: str, url: str | None = None) -> Document:
    return segment_html(Page(content=html, url=url))


@pytest.fixture(scope="module")
def judge() -> Learned:
    return Learned.load()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one two three.", 3),
        ("Größe zählt nicht", 3),
        ("مرحبا بالعالم", 2),
        ("東京は夜", 2.4),
        ("a1 b-2", 3),
        ("--", 0),
    ],
)
def test_words_are_counted_in_every_script(text: str, words: float) -> None:
    assert Letters([text, "x"]).words.tolist() == pytest.approx([words, 1])


def test_letters_are_counted_text_by_text() -> None:
    letters = Letters(["Ab 1.", "東", "“Nein!”"])
    assert letters.counts[:, kinds_of.STOP].tolist() == [1, 0, 1]
    assert letters.counts[:, kinds_of.UNSPACED].tolist() == [0, 1, 0]
    assert (letters.first[2], letters.last[2], letters.before_last[2]) == (
        kinds_of.QUOTE,
        kinds_of.QUOTE,
        kinds_of.STOP,
    )
    assert letters.capitals.tolist() == [1, 0, 1]


@settings(max_examples=50)
@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=8))
def test_letters_of_a_text_do_not_depend_on_its_neighbours(texts: list[str]) -> None:
    together = Letters(texts)
    for number, text in enumerate(texts):
        alone = Letters([text])
        assert together.counts[number].tolist() == alone.counts[0].tolist()
        assert together.words[number] == alone.words[0]


def test_names_are_split_into_words() -> None:
    assert name_words("entry-content wpBox12 ABTest") == ("entry", "content", "wp", "box", "ab", "test")


@given(st.lists(st.integers(0, 9), min_size=1))
def test_keys_are_numbered_in_rising_order(keys: list[int]) -> None:
    assert numbered(np.array(keys)).tolist() == [sorted(set(keys)).index(key) for key in keys]


def test_places_are_kin_whatever_numbers_their_names_hold() -> None:
    html = '<p id="a1">a</p><p id="a22">b</p><p id="é3">c</p><p>d</p><h2 id="x">e</h2><h2 id="y">f</h2>'
    table = PlaceTable(segment(html).blocks)
    kin = table.kin[table.of_block].tolist()
    assert kin[0] == kin[1]
    assert kin[4] == kin[5]
    assert len({kin[0], kin[2], kin[3], kin[4]}) == 4


def test_a_place_holds_what_stands_inside_it() -> None:
    blocks = segment("<div><p>a</p>b<section><p>c</p></section></div><p>d</p>").blocks
    table = PlaceTable(blocks)
    for row, place in enumerate(table.places):
        inside = [n for n, block in enumerate(blocks) if place in _chain(block.place)]
        assert inside == list(range(table.first[row], table.last[row] + 1))


def _chain(place: object) -> list[object]:
    found = []
    while place is not None:
        found.append(place)
        place = getattr(place, "parent")  # noqa: B009
    return found


@pytest.mark.parametrize(
    "html", ["x", "<p>x</p>", "<h1>x</h1><h2>y</h2>", PAGE, "<li>東京。</li>" * 3, "<p>٣</p><p>🙂</p>"]
)
def test_every_block_has_every_feature(html: str) -> None:
    document = segment(html)
    reading = read_page(document, {})
    assert reading.features.shape == (len(document.blocks), len(COLUMNS))
    assert np.isfinite(reading.features).all()
    margins = np.linspace(-3, 3, len(document.blocks))
    said = margins > 0
    assert around.context_rows(reading, margins).shape[1] == len(around.COLUMNS)
    assert around.opinion_rows(reading, margins, said).shape[1] == len(around.OPINION_COLUMNS)
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_numbers_in_names_do_not_tell_makes_apart() -> None:
    blocks = segment(
        "".join(f'<p class="text paragraph-{n}">x</p>' for n in range(12)) + '<p class="note">y</p>'
    ).blocks
    table = PlaceTable(blocks)
    assert table.alike[table.of_block].tolist() == [12] * 12 + [1]
    reading = read_page(segment("".join(f'<p class="text paragraph-{n}">x</p>' for n in range(12))), {})
    assert len(set(reading.groups[0].tolist())) == 1


def test_every_block_knows_the_size_of_its_page() -> None:
    document = segment("<div class='a'><p>One.</p><div><p>Two.</p></div></div>")
    rows = read_page(document, {}).features
    assert rows[:, column("blocks_on_page")].tolist() == pytest.approx([np.log1p(2)] * 2)
    places = PlaceTable(document.blocks).places
    named = sum(place.names != "" for place in places) / len(places)
    assert 0 < named < 1
    assert rows[:, column("named_on_page")].tolist() == pytest.approx([named] * 2)


def test_what_the_rules_said_is_seen_by_the_neighbours() -> None:
    document = segment(PAGE)
    told = np.zeros(len(document.blocks), np.bool_)
    told[-1] = True
    features = read_page(document, {}, told).features
    assert features[:, column("until_told")].tolist() == list(range(len(told) - 1, -1, -1))
    assert (features[:, column("told_on_page")] == np.float32(1 / len(told))).all()


def test_the_headline_is_found_by_the_title() -> None:
    reading = read_page(segment(PAGE), {})
    assert reading.features[reading.headline, column("in_title")] == 1
    assert reading.features[reading.headline, column("from_headline")] == 0


def test_the_article_stays_and_what_surrounds_it_goes(judge: Learned) -> None:
    document = segment(PAGE)
    kept = [b.text for b, v in zip(document.blocks, judge(document), strict=True) if v.keep]
    assert kept == PARAGRAPHS


def test_verdicts_say_how_sure_and_in_words_why(judge: Learned) -> None:
    document = segment(PAGE)
    verdicts = judge.verdicts(judge.judge(document), document)
    assert {verdict.rule for verdict in verdicts} == {KEEP, DROP}
    assert all(0.5 <= verdict.confidence <= 1 for verdict in verdicts)
    reasons = {block.text: verdict.reason for block, verdict in zip(document.blocks, verdicts, strict=True)}
    assert "100 % links" in reasons["Home"]
    assert "prose" in reasons[PARAGRAPHS[1]]


def test_a_judge_unsure_of_a_whole_page_keeps_what_is_likeliest() -> None:
    chars = np.full(5, 100.0, np.float32)
    assert cut(chars, np.array([0.99, 0.99, 0.99, 0.45, 0.02])) == 0.99
    assert cut(chars, np.array([0.4, 0.4, 0.35, 0.05, 0.02])) == 0.35
    assert cut(np.array([10, 10, 10, 2000, 2000], np.float32), np.array([0.9, 0.9, 0.9, 0.5, 0.01])) == 0.5


@pytest.mark.parametrize(
    ("second", "odds", "kept"),
    [
        ('<p class="verse">A second stanza, shorter.</p>', 0.45, True),
        ('<p class="verse">A second stanza, shorter.</p>', 0.35, False),
        ('<p class="note">A second stanza, shorter.</p>', 0.45, False),
        ('<p class="verse"><a href="/x">A second stanza</a>, shorter.</p>', 0.45, False),
        ('</div><div class="poem"><p class="verse">A second stanza, shorter.</p>', 0.45, False),
    ],
)
def test_the_like_of_a_kept_block_beside_it_is_kept(second: str, odds: float, kept: bool) -> None:
    page = f'<body><div class="poem"><p class="verse">I turn the lamp.</p>{second}</div><p>{PARAGRAPHS[0]}</p></body>'
    reading = read_page(segment(page), {})
    found = with_twins(reading, np.array([True, False, False]), np.array([0.9, odds, 0.1]))
    assert found.tolist() == [True, kept, False]


def test_a_tables_headings_stand_with_its_rows() -> None:
    row = "<tr><{0}>Boat</{0}><{0}>Leaves at</{0}></tr>"
    page = f"<body><table><thead>{row.format('th')}</thead><tbody>{row.format('td')}</tbody></table></body>"
    reading = read_page(segment(page), {})
    assert with_twins(reading, np.array([False, True]), np.array([0.45, 0.9])).tolist() == [True, True]


def test_a_forest_and_every_net_have_one_voice_each(judge: Learned) -> None:
    document = segment(PAGE)
    judgement = judge.judge(document)
    alone = [replace(judge, nets=judge.nets[number : number + 1]).judge(document) for number in range(NETS)]
    forest = replace(judge, nets=()).judge(document)
    together = (forest.margins + sum(2 * one.margins - forest.margins for one in alone)) / (1 + NETS)
    assert judgement.margins == pytest.approx(together, abs=1e-4)


def test_a_page_without_text_has_no_verdicts(judge: Learned) -> None:
    document = segment("")
    judgement = judge.judge(document)
    assert judge.verdicts(judgement) == []
    assert judge.reconsider(judgement, []) == judgement


def test_no_second_opinion_changes_nothing(judge: Learned) -> None:
    document = segment(PAGE)
    judgement = judge.judge(document)
    assert judge.reconsider(judgement, [None] * len(document.blocks)) is judgement


def test_a_second_opinion_is_weighed(judge: Learned) -> None:
    document = segment(PAGE)
    judgement = judge.judge(document)
    nothing = [Verdict(False, "second_opinion", "boilerplate", 0.8)] * len(document.blocks)
    assert not np.array_equal(judge.reconsider(judgement, nothing).margins, judgement.margins)


def test_an_article_is_told_from_an_index(judge: Learned) -> None:
    teasers = "".join(
        f'<div class="teaser"><h3><a href="/{n}">Headline number {n} of the day</a></h3></div>' for n in range(40)
    )
    front = f"<html><head><title>Harbour News</title></head><body><main>{teasers}</main></body></html>"
    assert judge.judge(segment(PAGE, "https://news.example/2026/05/04/the-ferry-sails-again")).kind == "article"
    assert judge.judge(segment(front, "https://news.example/")).kind != "article"


def test_the_judge_survives_saving(judge: Learned, tmp_path: object) -> None:
    from pathlib import Path  # noqa: PLC0415

    folder = Path(str(tmp_path))
    judge.save(folder)
    document = segment(PAGE)
    assert Learned.load(folder)(document) == judge(document)


def test_another_process_judges_the_same() -> None:
    program = (
        "import sys; from tests.test_learned import PAGE, segment; from cleaners.judges.learned import Learned\n"
        "judgement = Learned.load().judge(segment(PAGE)); print(judgement.margins.tobytes().hex(), judgement.unsure)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
