"""The judge of plain text: what goes, what must stay, and that cleaning twice changes nothing."""

from __future__ import annotations

import textwrap
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners.assemble import carry_gaps, join_blocks
from cleaners.fixpoint import Rules as Judge
from cleaners.fixpoint import clean_lines
from cleaners.judges.learned_text import LearnedText
from cleaners.judges.rules import Rules
from cleaners.options import Strictness
from cleaners.segment_text import find_title, segment_text
from cleaners.text_features import features
from cleaners.text_guards import SURE
from cleaners.text_units import units_of
from items import Page, Verdict

STRICTNESS: tuple[Strictness, ...] = get_args(Strictness)
JUDGE = LearnedText.load()
RULES = Rules.load()
CASES: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("text_cases.toml").read_text(encoding="utf-8"))[
    "case"
]


def verdicts_of(text: str, strictness: Strictness, rules: Sequence[Judge] = ()) -> list[tuple[str, Verdict]]:
    document = segment_text(Page(content=text, form="text"))
    (cleaned,) = clean_lines([document], JUDGE, strictness, rules)
    return [(block.text, verdict) for block, verdict in zip(document.blocks, cleaned.verdicts, strict=True)]


def body_of(text: str, strictness: Strictness) -> str:
    """What the pipeline makes of a text: without the lines that go, and without the title."""
    document = segment_text(Page(content=text, form="text"))
    (cleaned,) = clean_lines([document], JUDGE, strictness)
    keep = [verdict.keep and place != cleaned.title for place, verdict in enumerate(cleaned.verdicts)]
    return join_blocks(carry_gaps(document.blocks, keep), "text")


def parameters() -> list[Any]:
    found = []
    for case in CASES:
        why = case.get("known_failure")
        marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
        found.append(pytest.param(case, id=case["name"], marks=marks))
    return found


@pytest.mark.parametrize("case", parameters())
def test_exactly_the_named_lines_go(case: dict[str, Any]) -> None:
    for strictness in STRICTNESS:
        gone = [line for line, verdict in verdicts_of(case["text"], strictness, [RULES]) if not verdict.keep]
        assert gone == case["gone"], strictness


def test_every_removed_line_has_a_reason_in_words() -> None:
    removed = [verdict for _, verdict in verdicts_of(CASES[0]["text"], "balanced") if not verdict.keep]
    assert removed
    for verdict in removed:
        assert verdict.rule == "residue"
        assert verdict.judge == "learned_text"
        assert verdict.reason
        assert 0.5 < verdict.confidence <= 1


MIXED = CASES[0]["text"] + "\nShare\nTweet\nRelated articles\nTen lighthouses you can sleep in\n© 2024 The Gazette\n"


@pytest.mark.parametrize(("strictness", "limit"), [("careful", "CLEAR"), ("balanced", "MUDDLED")])
def test_a_text_in_more_doubt_than_a_limit_loses_only_what_is_residue_beyond_doubt(
    strictness: Strictness, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chances() -> list[float]:
        return [verdict.confidence for _, verdict in verdicts_of(MIXED, strictness) if not verdict.keep]

    assert min(chances()) < SURE
    monkeypatch.setattr(f"cleaners.text_guards.{limit}", -1.0)
    assert min(chances()) > SURE


def test_stricter_settings_remove_no_more() -> None:
    removed = [sum(not verdict.keep for _, verdict in verdicts_of(MIXED, strictness)) for strictness in STRICTNESS]
    assert removed == sorted(removed)


def test_a_rule_that_keeps_a_line_binds_the_judge() -> None:
    document = segment_text(Page(content=CASES[0]["text"], form="text"))
    kept = Verdict(True, "rules", "mine", 1.0)
    (cleaned,) = clean_lines([document], JUDGE, "thorough", [lambda shown: [kept] * len(shown.blocks)])
    assert all(verdict == kept for place, verdict in enumerate(cleaned.verdicts) if place != cleaned.title)


def test_looking_again_is_looking_at_what_is_left() -> None:
    blocks = segment_text(Page(content=CASES[0]["text"], form="text")).blocks
    stay = np.arange(len(blocks)) % 3 != 1
    left = [block for block, stays in zip(blocks, stay, strict=True) if stays]
    again = features(JUDGE.look([units_of(blocks)]).only(stay).seen)
    for name, values in features(JUDGE.look([units_of(left)]).seen).items():
        assert np.array_equal(values, again[name]), name


def test_a_text_looks_the_same_whichever_texts_are_judged_with_it() -> None:
    documents = [units_of(segment_text(Page(content=case["text"], form="text")).blocks) for case in CASES]
    together = features(JUDGE.look(documents).seen)
    start = 0
    for units in documents:
        end = start + len(units.texts)
        for name, values in features(JUDGE.look([units]).seen).items():
            assert np.array_equal(values, together[name][start:end]), name
        start = end


PROSE = [line for case in CASES for line in case["text"].splitlines() if len(line) > 90]
RESIDUE = """Leave a Comment|Scroll to Top|Share this:|Facebook|Twitter|Read more|Advertisement|Subscribe|Home|Sign in
© 2025 All rights reserved|Privacy Policy|Terms of Use|Related posts|Older posts|Chatten und Kaufen|3 Comments|Reply
Posted by admin|12 March 2024|Tags: sea, weather|Your email address will not be published.|Kommentare|Teilen|- Sport
# Menu|[Log in](https://example.org/in)|| a | b ||o Archive|> Quote of the day|Ja.|“Why?”|5|…""".replace("\n", "|")
LINES = st.one_of(st.sampled_from(PROSE), st.sampled_from(RESIDUE.split("|")), st.text(max_size=40))
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n", "\n\n", "\r\n"])), max_size=40)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS, st.sampled_from(STRICTNESS))
def test_cleaning_twice_changes_nothing(pieces: list[tuple[str, str]], strictness: Strictness) -> None:
    once = body_of("".join(line + end for line, end in pieces), strictness)
    assert body_of(once, strictness) == once


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TEXTS, min_size=2, max_size=6), st.sampled_from(STRICTNESS))
def test_texts_cleaned_together_come_out_as_each_does_alone(
    several: list[list[tuple[str, str]]], strictness: Strictness
) -> None:
    texts = ["".join(line + end for line, end in pieces) for pieces in several]
    documents = [segment_text(Page(content=text, form="text")) for text in [*texts, textwrap.fill(" ".join(PROSE), 70)]]
    together = clean_lines(documents, JUDGE, strictness, [RULES])
    assert together == [clean_lines([document], JUDGE, strictness, [RULES])[0] for document in documents]


def test_texts_come_out_the_same_however_many_are_on_their_way_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [segment_text(Page(content=case["text"], form="text")) for case in CASES]
    together = clean_lines(documents, JUDGE, "balanced", [RULES])
    assert any(not verdict.keep for cleaned in together for verdict in cleaned.verdicts)
    monkeypatch.setattr("cleaners.fixpoint.ON_THEIR_WAY", 5000)
    monkeypatch.setattr("cleaners.judges.learned_text.MEASURED_AT_ONCE", 2000)
    assert clean_lines(documents, JUDGE, "balanced", [RULES]) == together


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(PROSE), min_size=2, max_size=6), st.integers(50, 90), st.sampled_from(STRICTNESS))
def test_cleaning_hard_wrapped_text_twice_changes_nothing(lines: list[str], width: int, strictness: Strictness) -> None:
    text = "\n\n".join(textwrap.fill(line, width) for line in [*lines, "Leave a Comment", "Scroll to Top"])
    once = body_of(text, strictness)
    assert body_of(once, strictness) == once


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_a_text_has_one_title_at_most(pieces: list[tuple[str, str]]) -> None:
    blocks = segment_text(Page(content="".join(line + end for line, end in pieces), form="text")).blocks
    if find_title(blocks) is not None:
        assert find_title(blocks[1:]) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Ferry returns\n\n" + PROSE[0], 0),
        ("# Ferry returns\n\n## Part one\n" + PROSE[0], 0),
        ("# One\n# Two\n" + PROSE[0], None),
        (PROSE[0] + "\n" + PROSE[1], None),
        ("Ferry returns", None),
        ("it went on like this\n" + PROSE[0], None),
        ("", None),
    ],
)
def test_the_title_is_a_heading_before_prose(text: str, title: int | None) -> None:
    assert find_title(segment_text(Page(content=text, form="text")).blocks) == title


def test_kept_lines_come_out_byte_for_byte_and_in_order() -> None:
    text = CASES[0]["text"].replace("\n\nIslanders", "\n\n\t  Islanders").replace("sails.", "sails.  ")
    kept = [line for line, verdict in verdicts_of(text, "careful") if verdict.keep]
    assert "\t  Islanders" in "\n".join(kept)
    lines = iter(text.split("\n"))
    assert all(line in lines for line in kept)
