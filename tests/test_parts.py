"""Articles over several pages come out whole and once."""

from __future__ import annotations

import pytest
from lxml import etree

from items import Article, Block
from scrapers.discovery.links import tree_of
from scrapers.discovery.parts import next_part
from scrapers.merging import merge_parts

SITE = "https://e.org"


def page(html: str) -> etree._Element:
    tree = tree_of(html.encode())
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    ("first", "link", "found"),
    [
        ("/story", '<a href="/story?page=2">2</a>', "/story?page=2"),
        ("/story?page=1", '<a href="/story?page=2">more</a>', "/story?page=2"),
        ("/story?id=7", '<a href="?id=7&amp;page=2">2</a>', "/story?id=7&page=2"),
        ("/story/", '<a class=x href="/story/2/">Next page</a>', "/story/2/"),
        ("/story", '<a href="/story/page/2/">x</a>', "/story/page/2/"),
        ("/story", '<a href="/story/seite-2">Auf Seite 2</a>', "/story/seite-2"),
        ("/story.html", '<link rel="next" href="/story-2.html">', "/story-2.html"),
        ("/story.html", '<a href="/story_2.html">weiter ›</a>', "/story_2.html"),
        ("/story,1.html", '<a href="/story,2.html">2</a>', "/story,2.html"),
        ("/story", '<a href="/story/3">3</a><a href="/story/2">2</a>', "/story/2"),
        ("/story", '<a rel="next" href="/another-story">The next story</a>', None),
        ("/story", '<a href="/story?page=3">3</a>', None),
        ("/story?id=7", '<a href="?id=8&page=2">2</a>', None),
        ("/phone.html", '<a href="/phone-2.html">The second phone is here</a>', None),
        ("/story", '<a href="https://other.net/story/2">2</a>', None),
        ("/2026/11", '<a href="/2026/12">x</a>', None),
        ("/story", "", None),
    ],
)
def test_the_page_that_follows(first: str, link: str, found: str | None) -> None:
    address = next_part(page(f"<html><body><p>x</p>{link}</body></html>"), SITE + first, 1)
    assert (address and address.removeprefix(SITE)) == found


def test_the_third_page_follows_the_second() -> None:
    body = page('<a href="/story">1</a><a href="/story/2">2</a><a href="/story/3">3</a>')
    assert next_part(body, SITE + "/story", 2) == SITE + "/story/3"
    assert next_part(body, SITE + "/story", 3) is None


def article(*texts: str, title: str = "The title", status: str = "full") -> Article:
    blocks = tuple(Block("paragraph", text) for text in texts)
    words = sum(len(text.split()) for text in texts)
    text = "\n\n".join(texts)
    return Article(id="1", title=title, blocks=blocks, text=text, word_count=words, status=status)  # type: ignore[arg-type]


def test_parts_are_merged_in_order_and_once() -> None:
    intro = "What it is about"
    parts = article(intro, "one one", "1 2 3"), article("The title", intro, "two"), article(intro, "three", "two")
    merged = merge_parts(parts)
    assert merged.text == f"{intro}\n\none one\n\ntwo\n\nthree"
    assert [block.text for block in merged.blocks] == merged.text.split("\n\n")
    assert merged.word_count == len(merged.text.split())


def test_what_adds_nothing_changes_nothing() -> None:
    first = article("one", "two")
    assert merge_parts([first]) is first
    assert merge_parts([first, article("two", "one"), article()]) is first


def test_a_missing_part_is_said() -> None:
    merged = merge_parts([article("one"), article("two")], "https://e.org/3: 404 Not Found")
    assert (merged.text, merged.status) == ("one\n\ntwo", "truncated")
    assert merged.evidence == ("no page https://e.org/3: 404 Not Found",)
