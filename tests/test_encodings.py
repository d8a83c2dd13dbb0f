"""Forty ways to say, or not to say, a page's character set, in five languages: every one comes out exactly."""

from __future__ import annotations

import pytest

from cleaners.decode import decode, decoding_of
from tests.charset_cases import TEXTS, cases

WAYS = list(cases("de"))


def test_there_are_forty_ways() -> None:
    assert len(WAYS) == 40


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("way", WAYS)
def test_the_text_comes_out_exactly(way: str, language: str) -> None:
    case = cases(language)[way]
    assert f"<p>{case.text}</p>" in decode(case.content, case.transport)


@pytest.mark.parametrize("way", WAYS)
def test_bytes_that_are_no_text_are_noticed(way: str) -> None:
    case = cases("de")[way]
    expected = ("undecodable",) if "bad byte" in way or "cut inside" in way else ()
    assert decoding_of(case.content, case.transport).flaws == expected


@pytest.mark.parametrize("content", [b"", b"\x00", b"\xff", b"\xff\xfe", b"\x1b$", bytes(range(256)) * 9, b"\xc3"])
def test_any_bytes_give_some_text(content: bytes) -> None:
    assert "\x00" not in decode(content, "utf-16")


def test_an_old_page_of_latin_letters_keeps_the_label_it_has() -> None:
    page = "<p>Øen ligger 3 sømil fra kysten, og færgen går på alle hverdage.</p>".encode("iso-8859-1")
    assert "Øen ligger 3 sømil fra kysten, og færgen går på" in decode(page, "iso-8859-1")
