"""HTML and text become blocks: what is a block, of what kind, in which place."""

from __future__ import annotations

import gc
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.decode import decode
from cleaners.segment import Document, segment_html
from cleaners.segment_text import segment_text
from items import Page


def segment(html: str | bytes) -> Document:
    return segment_html(Page(content=html))


def shape(html: str) -> list[tuple[str, int | None, str]]:
    return [(block.kind, block.level, block.text) for block in segment(html).blocks]


def test_paragraphs_headings_and_lists() -> None:
    html = """<h1>The bridge</h1><p>It is <b>open</b> again.</p>
    <h3>Why</h3><ul><li>steel<ul><li>rust</li></ul></li><li>wood</li></ul>"""
    assert shape(html) == [
        ("heading", 1, "The bridge"),
        ("paragraph", None, "It is open again."),
        ("heading", 3, "Why"),
        ("list_item", 1, "steel"),
        ("list_item", 2, "rust"),
        ("list_item", 1, "wood"),
    ]


def test_text_between_and_after_elements_is_not_lost() -> None:
    html = "<div>before<p>one</p>between<p>two</p>after</div>tail"
    assert [text for _, _, text in shape(html)] == ["before", "one", "between", "two", "after", "tail"]


def test_quotes_code_and_captions() -> None:
    html = """<blockquote><p>We are tired.</p></blockquote><pre>a = 1
  b = 2</pre><figure><img src="x.png"><figcaption>The pier at noon</figcaption></figure>"""
    assert shape(html) == [
        ("quote", None, "We are tired."),
        ("code", None, "a = 1\n  b = 2"),
        ("caption", None, "The pier at noon"),
    ]


def test_a_single_break_is_a_line_and_an_empty_line_is_a_new_block() -> None:
    html = "<div>Roses are red<br>violets are blue<br><br>Sugar<br/>is sweet</div>"
    assert [text for _, _, text in shape(html)] == ["Roses are red\nviolets are blue", "Sugar\nis sweet"]


def test_a_row_of_plain_cells_is_one_block() -> None:
    html = "<table><tr><th>Town</th><th>Votes</th></tr><tr><td><p>Arden</p></td><td>1,204</td></tr></table>"
    assert shape(html) == [("table", None, "Town | Votes"), ("table", None, "Arden | 1,204")]


def test_a_layout_table_stays_apart() -> None:
    html = "<table><tr><td><p>First of the column.</p><p>Second of the column.</p></td><td>Menu</td></tr></table>"
    assert [kind for kind, _, _ in shape(html)] == ["paragraph", "paragraph", "paragraph"]


def test_what_no_browser_shows_is_not_text() -> None:
    html = "<p>a</p><script>var x</script><style>p{}</style><noscript>n</noscript><textarea>t</textarea><p>b</p>"
    assert [text for _, _, text in shape(html)] == ["a", "b"]


def test_soft_hyphens_and_odd_spaces_go() -> None:
    assert shape("<p>Donau\u00addampf\u200bschiff\u00a0\u2003 fährt</p>") == [
        ("paragraph", None, "Donaudampfschiff fährt")
    ]


def test_two_links_side_by_side_are_two_words() -> None:
    assert [text for _, _, text in shape("<p><a>Share</a><a>Tweet</a> and <a>on</a>ward</p>")] == [
        "Share Tweet and onward"
    ]


def test_links_are_measured() -> None:
    (block,) = segment("<p>one <a>two</a> three <a>four</a></p>").blocks
    assert block.link_chars == len("two") + len("four")


def test_places_are_shared_and_know_their_ancestors() -> None:
    html = '<body><div class="story main" id="s" role="main"><p>a<p>b<span class="byline">c</span></div></body>'
    first, second = segment(html).blocks
    assert first.place is not None
    assert second.place is not None
    assert first.place.parent is second.place.parent
    assert first.place.parent.names == "story main s main"
    assert second.inner == "byline"


@pytest.mark.parametrize(
    "mark", ["hidden", 'aria-hidden="true"', 'style="color:red; display : none"', 'style="visibility:hidden"']
)
def test_hidden_blocks_are_marked_and_stay(mark: str) -> None:
    hidden, shown = segment(f"<div {mark}><p>a</p></div><p>b</p>").blocks
    assert hidden.place is not None
    assert shown.place is not None
    assert (hidden.place.hidden, shown.place.hidden) == (True, False)


def test_deep_nesting_costs_no_recursion() -> None:
    depth = 1500
    blocks = segment("<div>" * depth + "<p>deep down</p>" + "</div>" * depth).blocks
    assert [block.text for block in blocks] == ["deep down"]
    assert depth > sys.getrecursionlimit()


def test_a_large_inline_image_does_not_swallow_the_article() -> None:
    image = "A" * 11_000_000
    blocks = segment(f'<p>before</p><img src="data:image/png;base64,{image}"><p>after</p>').blocks
    assert [block.text for block in blocks] == ["before", "after"]


@pytest.mark.parametrize("nothing", ["", "   ", "<!-- -->", "<html></html>", "\x00", b"\xff\xfe"])
def test_nothing_gives_no_blocks(nothing: str | bytes) -> None:
    assert segment(nothing).blocks == []


@given(st.text(max_size=300))
def test_any_text_is_segmented_without_an_error(html: str) -> None:
    for block in segment(html).blocks:
        assert block.text.strip()
        assert 0 <= block.link_chars <= len(block.text)


TAGS = st.sampled_from(
    ["p", "div", "h2", "li", "ul", "table", "tr", "td", "blockquote", "pre", "a", "b", "br", "script"]
)


@given(st.lists(st.tuples(TAGS, st.booleans(), st.sampled_from(["", "word ", " <", "ü"])), max_size=40))
def test_any_tag_soup_is_segmented_in_order(soup: list[tuple[str, bool, str]]) -> None:
    html = "".join(f"<{'/' if close else ''}{tag}>{text}" for tag, close, text in soup)
    places = [block.place.number for block in segment(html).blocks if block.place and block.kind != "table"]
    assert all(number >= -1 for number in places)


def test_trees_are_let_go() -> None:
    segment("<p>x</p>")
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(50):
        segment("<div><p>x</p></div>" * 20)
    gc.collect()
    assert len(gc.get_objects()) - before < 500


def test_lines_of_text_keep_every_byte_and_remember_blank_lines() -> None:
    text = "Title\r\n\r\n  First line \nsecond line\n\n\n\n- item\n## Heading\n> said\n"
    blocks = segment_text(Page(content=text, form="text")).blocks
    assert [(block.text, block.gap) for block in blocks] == [
        ("Title", 0),
        ("  First line ", 1),
        ("second line", 0),
        ("- item", 1),
        ("## Heading", 0),
        ("> said", 0),
    ]
    assert [block.kind for block in blocks[3:]] == ["list_item", "heading", "quote"]


@pytest.mark.parametrize(
    ("raw", "transport", "expected"),
    [
        ("Grüße".encode(), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("Grüße".encode("latin-1"), None, "Grüße"),
        (b'<meta charset="windows-1251">' + "Привет".encode("cp1251"), None, '<meta charset="windows-1251">Привет'),
        ("Привет".encode("utf-16"), "utf-8", "Привет"),
        ("日本語".encode("iso-2022-jp"), "iso-2022-jp", "日本語"),
        ("日本語".encode("shift_jis"), "Shift_JIS", "日本語"),
        (b"\xef\xbb\xbfabc", None, "abc"),
        (b"a\x00b\x1bc\xc2\x85d", None, "abc\x85d"),
        (b"caf\xe9", "no-such-charset", "café"),
        ("a\ud800b", None, "ab"),
    ],
)
def test_character_sets_are_weighed(raw: bytes | str, transport: str | None, expected: str) -> None:
    assert decode(raw, transport) == expected
