"""The rules judge: what every phrase and name of the rulebook removes, and what it must leave alone."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners.dom_rules import DomNames
from cleaners.judges.rules import Rules
from cleaners.normal_form import normal, normal_all, strip
from cleaners.phrase_search import PARTING, PLAIN_PARTING
from cleaners.rulebook import ANYWHERE, BESIDE, NAME, NOT_A_KIND, TIERS, WORDS, read_tables
from cleaners.segment import Document, segment_html
from cleaners.segment_text import segment_text
from items import Page, Verdict

RULES = Rules.load()
TABLES = read_tables()
KINDS = {name: table for name, table in TABLES.items() if name not in NOT_A_KIND}
PROSE = {
    language: text.strip().split("\n")
    for language, text in tomllib.loads((Path(__file__).parent / "rules_prose.toml").read_text("utf-8")).items()
}
LANGUAGES = [(kind, key) for kind, table in KINDS.items() for key, entry in table.items() if isinstance(entry, dict)]
CASES = [(kind, case) for kind, table in KINDS.items() for case in table.get("cases", ())]
DOM = [(kind, entry) for kind, entry in TABLES["dom"].items() if isinstance(entry, dict)]
NAMES = DomNames(TABLES["dom"])


def judge(lines: list[str], language: str | None = None) -> list[Verdict | None]:
    document = segment_text(Page(content="\n\n".join(lines), form="text"))
    document.language = language
    return RULES(document)


def kept(lines: list[str], language: str | None = None) -> list[str]:
    return [line for line, verdict in zip(lines, judge(lines, language), strict=True) if verdict is None]


def lines_of(block: str) -> list[str]:
    return [line for line in block.split("\n") if line.strip()]


def fill(phrase: str) -> str:
    return phrase.replace("{n}", "12").replace("{name}", "Anna Berg").replace("{words}", "some other words here")


@pytest.mark.parametrize(("kind", "language"), LANGUAGES)
def test_every_phrase_is_removed_where_its_tier_says(kind: str, language: str) -> None:
    for tier, name in enumerate(TIERS):
        for phrase in lines_of(KINDS[kind][language].get(name, "")):
            found = RULES.search.match(fill(phrase), language)
            assert found is not None, phrase
            assert found.tier <= tier, phrase


@pytest.mark.parametrize(("kind", "language"), LANGUAGES)
def test_phrases_are_written_once_each(kind: str, language: str) -> None:
    seen: set[str] = set()
    for tier in TIERS:
        phrases = {normal(fill(line)) for line in lines_of(KINDS[kind][language].get(tier, ""))}
        assert not phrases & seen
        seen |= phrases


@pytest.mark.parametrize(("kind", "language"), LANGUAGES)
def test_look_alikes_stay_wherever_they_stand(kind: str, language: str) -> None:
    first, second = PROSE.get(language, PROSE["en"])
    for line in lines_of(KINDS[kind][language].get("keeps", "")):
        text = [first, line, second, line]
        assert kept(text, language) == text


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_cases(kind: str, case: dict[str, Any]) -> None:
    language = case.get("language", "en")
    text, expected = [], []
    for number, line in enumerate(lines_of(case["page"])):
        said = PROSE.get(language, PROSE["en"])[number % 2] + f" ({number})" if line.startswith("=") else line[2:]
        text.append(said)
        if not line.startswith("-"):
            expected.append(said)
    assert kept(text, language) == expected


@pytest.mark.parametrize(("kind", "entry"), DOM)
def test_names_of_containers(kind: str, entry: dict[str, Any]) -> None:
    for name in lines_of(entry.get("drops", "")):
        hit = NAMES.find(name)
        assert hit is not None, name
        assert hit.section.kind == kind, name
    for name in lines_of(entry.get("keeps", "")):
        assert NAMES.find(name) is None, name


def test_enough_languages() -> None:
    for kind in ("comment_form", "scroll_top", "share", "newsletter", "ad_label"):
        assert sum(1 for language in TABLES[kind] if len(language) == 2) >= 30


STORY = """The bridge at Arden

{first}

{second}

Leave a Comment

Your email address will not be published. Required fields are marked *

Chatten und Kaufen
Scroll to Top"""


def test_the_end_of_a_scraped_article_goes_and_nothing_else() -> None:
    first, second = PROSE["en"]
    document = segment_text(Page(content=STORY.format(first=first, second=second), form="text"))
    document.language = "en"
    verdicts = RULES(document)
    rules = [verdict.rule for verdict in verdicts if verdict is not None]
    assert [verdict is None for verdict in verdicts] == [True, True, True, False, False, False, False]
    assert rules == ["comment_form/en", "comment_form/en", "chat_widget/de", "scroll_top/en"]


def test_a_verdict_says_what_and_why() -> None:
    verdict = judge([*PROSE["en"], "Leave a Comment »"])[-1]
    assert verdict is not None
    assert (verdict.keep, verdict.judge, verdict.rule) == (False, "rules", "comment_form/en")
    assert "Leave a Comment" in verdict.reason
    assert 0.9 <= verdict.confidence <= 1


def test_a_foreign_button_after_residue_goes() -> None:
    foreign = "Jetzt Angebote für dich"
    text = [*PROSE["en"], *PROSE["en"], "Leave a Comment", foreign]
    assert kept(text, "en") == text[:-2]
    verdict = judge(text, "en")[-1]
    assert verdict is not None
    assert verdict.rule == "foreign_widget"


@pytest.mark.parametrize(
    "line",
    [
        "Ende gut, alles gut.",  # a sentence
        "Der Rat und die Council",  # says a word of the article
        "Vive la France",  # straight after the prose, see below
        "For the record",  # the article's own language
        "Jetzt Angebote für dich und deine Freunde und alle",  # too long for a button
    ],
)
def test_other_last_lines_stay(line: str) -> None:
    text = [*PROSE["en"], *PROSE["en"], "Leave a Comment", line]
    if line == "Vive la France":
        text[-2:] = [line, "Leave a Comment"]
    assert line in kept(text, "en")


def test_speech_stays() -> None:
    text = [PROSE["en"][0], "“Leave a comment.”", "„Teilen“", "«Partager»"]
    assert kept(text) == text


def test_a_poem_without_prose_stays() -> None:
    text = ["Share", "Roses are red", "Follow", "Violets are blue", "Up", "So are you"]
    assert kept(text) == text


def test_rows_of_a_table_stay() -> None:
    text = [*PROSE["en"], "Facebook | Twitter | Instagram", "Email | Print | Share"]
    assert kept(text) == text


def test_one_foreign_word_may_mean_anything() -> None:
    first, second = PROSE["en"]
    assert "Deli" in kept([first, "Deli", second], "en")
    assert "Deli" not in kept([*PROSE["de"], "Deli"], "sl")


# ---- in HTML ---------------------------------------------------------------------------------------------------------
def judge_html(body: str) -> dict[str, str | None]:
    document = segment_html(Page(content=f"<html><body>{body}</body></html>"))
    document.language = "en"
    verdicts = RULES(document)
    return {
        block.text: verdict.rule if verdict else None for block, verdict in zip(document.blocks, verdicts, strict=True)
    }


ARTICLE = "".join(f"<p>{paragraph}</p>" for paragraph in PROSE["en"])


def test_a_container_goes_with_all_it_holds() -> None:
    found = judge_html(f"<h1>The bridge</h1>{ARTICLE}<div class='comment-list'><div><p>First!</p></div></div>")
    assert found["First!"] == "dom/comments"
    assert [rule for rule in found.values() if rule] == ["dom/comments"]


def test_names_of_containers_are_found_however_they_are_written() -> None:
    for name in NAMES.names:
        words = name.split(" ")
        if NAMES.states.isdisjoint(words) and not any(map(str.isdigit, name)):
            camel = "".join(map(str.title, words))
            for written in ("-".join(words), "__".join(words).upper(), f"the{camel}", f"wrap4 x-{'_'.join(words)} b"):
                assert NAMES.find(written), written
    for start in (start for starts in NAMES.prefixes.values() for start, _ in starts):
        assert NAMES.find(start[:-1] + start[-1].upper()), start


@pytest.mark.parametrize("names", ["comments-page", "newsletter article", "post comments", "modal"])
def test_what_holds_the_article_is_the_article(names: str) -> None:
    found = judge_html(f"<div class='{names}'><h1>The bridge</h1>{ARTICLE}</div>")
    assert not any(found.values())


@pytest.mark.parametrize("tag", ["body", "main"])
def test_the_page_is_no_container(tag: str) -> None:
    document = segment_html(Page(content=f"<html><{tag} class='comments newsletter'><p>Short.</p></{tag}></html>"))
    assert RULES(document) == [None]


def test_a_footer_of_the_page_goes_and_one_of_the_article_stays() -> None:
    article = f"<article><h1>The bridge</h1>{ARTICLE}<footer><p>To be continued</p></footer></article>"
    found = judge_html(f"{article}<footer><p>We are here</p></footer>")
    assert (found["To be continued"], found["We are here"]) == (None, "dom/footer")


def test_a_button_goes_where_a_heading_of_the_same_word_stays() -> None:
    rest = ARTICLE.replace("p>", "div>")
    found = judge_html(f"{ARTICLE}<h2>Comments</h2>{rest}<p><a href='#'>Share</a></p>{ARTICLE}")
    assert (found["Comments"], found["Share"]) == (None, "share/en")


def test_an_item_of_a_list_is_no_headline() -> None:
    menu = "<div class='newsletter'><ul><li>Weekly</li></ul><p>We write to you</p></div>"
    found = judge_html(f"{menu}<h1>The bridge</h1>{ARTICLE}<ul><li><a href='#'>Share</a></li></ul>")
    assert (found["Weekly"], found["We write to you"], found["Share"]) == (
        "dom/newsletter",
        "dom/newsletter",
        "share/en",
    )


def test_a_headline_is_held_by_its_container_and_stays_itself() -> None:
    found = judge_html(f"<div class='newsletter'><h1>Subscribe</h1></div>{ARTICLE}<h1>Share</h1>")
    assert (found["Subscribe"], found["Share"]) == (None, None)


def test_hidden_alone_is_no_reason() -> None:
    assert judge_html(f"{ARTICLE}<p hidden>A hidden word</p>")["A hidden word"] is None


# ---- for every text --------------------------------------------------------------------------------------------------
RESIDUE = [
    fill(line)
    for table in KINDS.values()
    for language, entry in table.items()
    if isinstance(entry, dict) and language in ("en", "de", "fr", "ja")
    for tier in TIERS
    for line in lines_of(entry.get(tier, ""))
]
OTHERS = ["The bridge", "Vive la France", "Chatten und mehr", "A | B | C", "- one", "“Share”", "Up we went", "7"]
LINES = st.lists(
    st.one_of(
        st.sampled_from(RESIDUE),
        st.sampled_from(PROSE["en"] + PROSE["de"]),
        st.sampled_from(OTHERS),
        st.lists(st.sampled_from(RESIDUE), min_size=2, max_size=4).map(" | ".join),
        st.text(max_size=30).filter(lambda text: bool(re.search(r"\w", text)) and len(text.splitlines()) == 1),
    ),
    max_size=14,
)


@settings(max_examples=300, deadline=None)
@given(LINES, st.sampled_from(["en", "de", "fr", None]))
def test_what_was_left_once_is_left_again(lines: list[str], language: str | None) -> None:
    document = segment_text(Page(content="\n".join(lines), form="text"))
    document.language = language
    left = [block for block, verdict in zip(document.blocks, RULES(document), strict=True) if verdict is None]
    again = Document(left, form="text", language=language)
    assert RULES(again) == [None] * len(left)


@settings(max_examples=200, deadline=None)
@given(LINES)
def test_prose_is_never_removed(lines: list[str]) -> None:
    left = kept([line for line in lines if line.strip()], "en") if lines else []
    assert sum(line in PROSE["en"] for line in left) == sum(line in PROSE["en"] for line in lines)


@given(st.text(max_size=300))
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    assert normal(normal(text)) == normal(text)


@pytest.mark.parametrize("hostile", ["a | " * 50_000, "share " * 40_000, "()" * 50_000, "comment" * 30_000, "“" * 1000])
def test_long_lines_cost_nothing(hostile: str) -> None:
    assert judge([*PROSE["en"], hostile]) == [None, None, None]


def test_tiers_order() -> None:
    assert ANYWHERE < BESIDE
    assert NAME != WORDS


@settings(max_examples=300, deadline=None)
@given(st.text("aB1 ..!?-|/\t,:'\x1c", max_size=30))
def test_a_line_in_ascii_comes_apart_in_its_normal_form_where_it_does_as_it_stands(line: str) -> None:
    parts = [part for part in map(strip, PLAIN_PARTING.split(normal(line))) if part]
    assert parts == [part for part in normal_all(PARTING.split(line)) if part]
