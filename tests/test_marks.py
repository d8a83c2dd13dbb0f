"""Telling strings of a page are found all at once: the same places as one search after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.decode import NO_TEXT, decoding_of
from cleaners.marks import ARTICLE_BODY, SIGNS, TYPE_SIGNS, Finder, Marks

STRINGS = [*(sign.encode() for sign in SIGNS), *TYPE_SIGNS, ARTICLE_BODY]
PIECES = st.lists(
    st.sampled_from([*STRINGS, *(string[:-1] for string in STRINGS), b"x", b" ", "é".encode()]) | st.binary(max_size=3)
)


def places(page: bytes, string: bytes) -> list[int]:
    return [at for at in range(len(page)) if page.startswith(string, at)]


@given(PIECES.map(b"".join))
def test_the_finder_finds_what_searching_for_each_string_finds(page: bytes) -> None:
    found = Finder(STRINGS).find(page)
    assert found == {string: at for string in STRINGS if (at := places(page, string))}


@pytest.mark.parametrize("page", [b"", b"f", b"foru", b"forum", b"xforum"])
def test_short_pages_are_searched_to_their_ends(page: bytes) -> None:
    assert Finder([b"forum"]).find(page).get(b"forum", []) == places(page, b"forum")


def test_schema_types_are_counted_as_named() -> None:
    marks = Marks(b'{"@type": "NewsArticle", "x": {"@type":["Event"]}} <p itemtype="https://schema.org/NewsArticle">')
    assert marks.types() == {"NewsArticle": 2, "Event": 1}


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_controls_go_however_they_are_looked_for(text: str) -> None:
    decoded = decoding_of(text)
    assert decoded.text == NO_TEXT.sub("", text)
    assert decoded.utf8 == decoded.text.encode()


@given(st.text())
def test_bytes_that_are_utf_8_are_taken_as_they_are(text: str) -> None:
    decoded = decoding_of(text.encode(), "utf-8")
    assert decoded.utf8.decode() == decoded.text
