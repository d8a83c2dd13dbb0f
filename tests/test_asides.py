"""Lines that lead to another article go, and notes on the making of this one; what only begins like them stays."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from cleaners import clean
from cleaners.judges.aside_phrases import phrases
from cleaners.judges.asides import name_captions, without_asides
from items import Article, Block, Place, Verdict

KEEP = Verdict(True, "learned", "article", 0.9)
SENTENCE = "The ferry left on time for the first time in {} years, and nobody on the quay knew what to say about it."
PROSE = "".join(f"<p>{SENTENCE.format(n)}</p>" for n in range(11, 17))


def cleaned(line: str) -> Article:
    page = f"<html><body><article><h1>Ferry leaves on time</h1>{PROSE}{line}{PROSE.replace('ferry', 'bus')}</article>"
    return clean(f"{page}</body></html>")


@pytest.mark.parametrize(
    "line",
    [
        '<p>READ MORE: <a href="/quay">The night the quay burned</a></p>',
        '<p><strong>Related |</strong> <a href="/quay">The night the quay burned</a></p>',
        '<p>[Read more: <a href="/quay">The night the quay burned</a>]</p>',
        '<p><a href="/quay">» Also read: The night the quay burned</a></p>',
        '<p>À lire aussi <a href="/quay">La nuit où le quai a brûlé</a></p>',
        '<p>Lesen Sie auch: <a href="/quay">Die Nacht, in der der Kai brannte</a></p>',
        '<p>FUNDA OLUNYE UDABA | <a href="/quay">The night the quay burned</a></p>',
        '<h3>関連記事：<a href="/quay">岸壁が燃えた夜</a></h3>',
        '<blockquote>You may also be interested: <a href="/quay">The night the quay burned</a></blockquote>',
    ],
)
def test_a_line_that_only_leads_to_another_article_goes(line: str) -> None:
    article = cleaned(line)
    assert "brûlé" not in article.text
    assert "quay burned" not in article.text
    assert "brannte" not in article.text
    assert "岸壁" not in article.text
    assert article.text.count("nobody on the quay") == 12


@pytest.mark.parametrize(
    "line",
    [
        "<p>Related: two of the crew are brothers, and a third is the cousin of both.</p>",
        '<p>Read more: the harbour board wants it, and so say <a href="/b">its books</a>, which few open.</p>',
        '<p>Watch the <a href="/film">film of the departure</a> and you see that the captain smiled at nobody.</p>',
    ],
)
def test_a_sentence_that_begins_like_one_stays(line: str) -> None:
    last = line.removesuffix("</p>").rpartition(" ")[2]
    assert last in cleaned(line).text


def test_it_is_told_why() -> None:
    line = Block("paragraph", "Recommended reading: The night the quay burned", link_chars=25)
    verdict = without_asides([line], [KEEP])[0]
    assert not verdict.keep
    assert (verdict.rule, verdict.reason) == ("pointer", "points to another article, and says nothing else")


def test_what_another_judge_turned_down_keeps_its_reason() -> None:
    line = Block("paragraph", "Read more: The night the quay burned", link_chars=25)
    gone = Verdict(False, "rules", "related", 1.0)
    assert without_asides([line], [gone]) == [gone]


@pytest.mark.parametrize(
    "line",
    [
        "Ada Okafor and Ben Roy contributed to this report.",
        "With reporting by the Harbour Press Agency",
        "First published in the Harbour Post.",
        "Dieser Artikel ist zuerst in der Hafenpost erschienen.",
        "© dpa-infocom, dpa:260428-99-483045/5",
        "Källa: Hamnposten",
        "Featured image courtesy of the harbour museum",
        "This article was originally written by Ada Okafor.",
    ],
)
def test_a_note_on_the_making_at_the_end_goes(line: str) -> None:
    lines = [*(Block("paragraph", SENTENCE.format(n)) for n in range(6)), Block("paragraph", line)]
    verdicts = without_asides(lines, [KEEP] * 7)
    assert [verdict.keep for verdict in verdicts] == [True] * 6 + [False]
    assert verdicts[-1].reason == "says who helped to make the article, or where it comes from"


def test_such_a_note_stays_where_the_article_goes_on_after_it_or_is_hardly_longer() -> None:
    note = Block("paragraph", "First published in the Harbour Post.")
    body = [Block("paragraph", SENTENCE.format(n)) for n in range(6)]
    for lines in ([*body[:3], note, *body[3:]], [body[0], note]):
        assert all(verdict.keep for verdict in without_asides(lines, [KEEP] * len(lines)))


@pytest.mark.parametrize(
    "line", ["Edited by", "The first published map shows no harbour.", "She was reporting by telephone."]
)
def test_a_last_sentence_with_such_words_stays(line: str) -> None:
    lines = [*(Block("paragraph", SENTENCE.format(n)) for n in range(6)), Block("paragraph", line)]
    assert all(verdict.keep for verdict in without_asides(lines, [KEEP] * 7))


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("\u200d", "blank"),
        ("\u2060 \u200b", "blank"),
        ('[convertkit form="1630175"]', "shortcode"),
        ('{{hire-a-crew="/banners/crew"}}', "shortcode"),
        ("[CREW_MODULE]", "shortcode"),
        ("Table of Contents", "contents"),
        ("In diesem Artikel:", "contents"),
        ("目次", "contents"),
    ],
)
def test_what_says_nothing_goes(line: str, rule: str) -> None:
    lines = [Block("paragraph", SENTENCE.format(1)), Block("paragraph", line), Block("paragraph", SENTENCE.format(2))]
    verdicts = without_asides(lines, [KEEP] * 3)
    assert [verdict.keep for verdict in verdicts] == [True, False, True]
    assert verdicts[1].rule == rule


@pytest.mark.parametrize(
    "line",
    ["***", "—", "[The crew laughs]", "[CREW]", "[…]", "5", "[a=b] is how it was written.", "In this article we sail."],
)
def test_a_short_line_that_says_something_stays(line: str) -> None:
    assert without_asides([Block("paragraph", line)], [KEEP])[0].keep


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("The quay before the fire. (Photo: Ada Okafor / Harbour Post)", "caption"),
        ("The quay before the fire | Photo by Ada Okafor", "caption"),
        ("Der Kai vor dem Brand. [Foto: Ada Okafor]", "caption"),
        ("The quay before the fire. Getty Images", "caption"),
        ("부두에서 선원들이 인사하고 있다. 뉴시스", "caption"),
        ("부두에서 선원들이 인사하고 있다. 부산=연합뉴스", "caption"),
        ("The ferry was sold to Getty Images", "paragraph"),
        ("Nobody was hurt, the agency says. (AFP)", "paragraph"),
        ("She bought a photo: it showed the quay.", "paragraph"),
    ],
)
def test_a_paragraph_that_ends_with_who_took_the_picture_is_a_caption(line: str, kind: str) -> None:
    lines = [Block("paragraph", line), Block("paragraph", SENTENCE.format(1))]
    assert name_captions(lines, [KEEP] * 2)[0].kind == kind


@pytest.mark.parametrize(
    "page",
    [
        '<div class="wp-caption"><img src="/q.jpg"><p class="wp-caption-text">{}</p></div>',
        '<p class="article__imageCaption">{}</p>',
        '<div class="bildunterschrift"><p>{}</p></div>',
    ],
)
def test_a_paragraph_in_an_element_named_for_captions_is_none_of_the_body(page: str) -> None:
    said = "The crew of the ferry on the quay before the fire, with the captain in the middle of them."
    assert said not in cleaned(page.format(said)).text
    assert said in cleaned(page.format(said).replace("aption", "olumn").replace("bildunterschrift", "spalte")).text


def test_the_captions_of_a_gallery_are_the_article() -> None:
    place = Place("p", "slide__caption", None, 0, 0, hidden=False)
    lines = [Block("paragraph", SENTENCE.format(n), place=place if n else None) for n in range(4)]
    assert name_captions(lines, [KEEP] * 4) == lines
    assert name_captions(lines[:2], [KEEP] * 2)[1].kind == "caption"


@pytest.mark.parametrize(
    "line",
    [
        "This post contains affiliate links, view my full disclosure policy.",
        "If you buy something through our links, we may earn a commission.",
        "Als Amazon-Partner: Erfolgt ein Einkauf, erhalten wir eine Provision.",
    ],
)
def test_what_says_that_links_earn_money_goes_from_the_edges(line: str) -> None:
    body = [Block("paragraph", SENTENCE.format(n)) for n in range(16)]
    notice = Block("paragraph", line)
    for at, stays in ((0, False), (10, True), (16, False)):
        verdict = without_asides([*body[:at], notice, *body[at:]], [KEEP] * 17)[at]
        assert verdict.keep == stays
        assert stays or verdict.rule == "disclosure"


def test_every_notice_that_links_earn_money_is_found_however_it_is_written() -> None:
    table = tomllib.loads(files("cleaners.judges").joinpath("asides.toml").read_text("utf-8"))
    for line in filter(None, table["disclosure"].split("\n")):
        for spelled in (line, line.upper(), line.title(), line.upper().replace("I", "İ"), line.replace("s", "ſ")):
            assert phrases().disclosure.is_in(f"Note: {spelled}."), spelled


def test_a_sentence_about_commissions_stays() -> None:
    lines = [Block("paragraph", SENTENCE.format(n)) for n in range(6)]
    lines.append(Block("paragraph", "Captains earn a commission on each barrel, and affiliate marketing is old."))
    assert all(verdict.keep for verdict in without_asides(lines, [KEEP] * 7))


def test_a_heading_with_nothing_below_it_goes() -> None:
    heads = [Block("heading", head, level=2) for head in ("Why it was late", "What to read next", "All about ferries")]
    lines = [heads[0], Block("paragraph", SENTENCE.format(1)), *heads[1:]]
    verdicts = without_asides(lines, [KEEP] * 4)
    assert [verdict.keep for verdict in verdicts] == [True, True, False, False]
    assert verdicts[-1].reason == "is a heading with nothing left below it"
    assert all(verdict.keep for verdict in without_asides(heads, [KEEP] * 3))


@pytest.mark.parametrize(
    ("line", "stays"),
    [("Our sources:", False), ("And this is what the captain said to them:", True), ("He left.", True)],
)
def test_a_last_line_that_only_announces_goes(line: str, *, stays: bool) -> None:
    lines = [Block("paragraph", SENTENCE.format(1)), Block("paragraph", line)]
    assert without_asides(lines, [KEEP] * 2)[-1].keep == stays
