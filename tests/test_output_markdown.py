"""What a renderer shows of our Markdown is the text: an outside CommonMark parser reads it back."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from records import RECORDS

from items import Article, Block
from output import record_of
from output.markdown import markdown

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# What Markdown might take for markup, mixed with what it never does.
SIGNS = r"""a B 1 é 日 . ) ( - + * _ ` ~ # > < | = : ! [ ] ^ \ & ; / " ' &amp; &#35; <b> </b> <!-- http://x.y 1. 12) ---
*** ___ ``` ~~~ ~~ ** __ ## [x] [x]: [^1]: ![i](u) [l](u)""".split()
SPACES = [" ", "  ", "    ", "\n", "\n\n", "\r\n", "\t", "\u00a0"]
MARKUP = st.lists(st.sampled_from(SIGNS + SPACES), max_size=20).map("".join)


def document(*blocks: Block, **fields: object) -> str:
    return markdown(record_of(Article(**{"id": "1", **fields}, blocks=blocks))).decode("utf-8")


def body(*blocks: Block, **fields: object) -> str:
    return f"{document(*blocks, **fields)}\n".split("\n---\n", 1)[1].strip("\n")


def shown(token: Token) -> str:
    """The text a reader sees: no other markup than line breaks and one layer of emphasis is expected in it."""
    pieces = []
    for child in token.children or []:
        assert child.type in ("text", "text_special", "hardbreak", "softbreak", "em_open", "em_close"), child
        pieces.append("\n" if "break" in child.type else child.content)
    return "".join(pieces)


def parsed(text: str) -> list[tuple[str, str]]:
    """The innermost element around each text, and the text."""
    tokens = PARSER.parse(text)
    return [
        (tokens[place - 1].tag, shown(token))
        for place, token in enumerate(tokens)
        if token.type == "inline" and token.content
    ]


def words(text: str) -> list[str]:
    return text.replace("\x00", "\ufffd").split()


@given(MARKUP)
@settings(max_examples=1000)
@example("- a")
@example("1986. A great year")
@example("Setext\n===")
@example("a | b\n--- | ---")
@example("snake_case and _this_ and *that*")
@example("ends with a backslash\\")
@example("&amp; &lt; &#x41;")
def test_a_paragraph_is_shown_as_it_is(text):
    found = parsed(body(Block("paragraph", text)))
    assert [tag for tag, _ in found] == ["p"] * bool(words(text))
    assert [words(part) for _, part in found] == [words(text)] * bool(words(text))


@given(MARKUP.filter(lambda text: not re.match(r"\s*#", text)), st.integers(min_value=1, max_value=9))
@settings(max_examples=500)
@example("C#", 2)
@example("a ##", 2)
def test_a_heading_is_shown_as_it_is(text, level):
    found = parsed(body(Block("heading", text, level=level)))
    expected = f"h{min(max(level, 2), 6)}"
    assert [(tag, words(part)) for tag, part in found] == [(expected, words(text))] * bool(words(text))


@given(st.lists(st.tuples(MARKUP.map("x".__add__), st.integers(1, 4)), min_size=1, max_size=6))
@settings(max_examples=500)
def test_list_items_are_one_list_shown_as_it_is(items):
    text = body(*(Block("list_item", text, level=level) for text, level in items), Block("paragraph", "End."))
    tokens = PARSER.parse(text)
    assert [words(part) for _, part in parsed(text)] == [*(words(item) for item, _ in items), ["End."]]
    assert sum(token.type == "list_item_open" for token in tokens) == len(items)
    assert sum(token.type.endswith("_list_open") and token.level == 0 for token in tokens) == 1
    assert not any(token.type in ("fence", "code_block") for token in tokens)


@given(MARKUP.map("x".__add__))
@settings(max_examples=300)
def test_a_quote_is_shown_as_it_is(text):
    rendered = body(Block("quote", text), Block("paragraph", "End."))
    assert [words(part) for _, part in parsed(rendered)] == [words(text), ["End."]]
    assert [token.type for token in PARSER.parse(rendered)].count("blockquote_open") == 1


@given(MARKUP)
@settings(max_examples=300)
def test_a_caption_is_shown_as_it_is(text):
    rendered = body(Block("caption", text))
    assert [words(part) for _, part in parsed(rendered)] == [words(text)] * bool(words(text))


@given(MARKUP.filter(str.strip))
@settings(max_examples=300)
@example("```\ninside\n```")
def test_code_is_fenced_and_untouched(text):
    tokens = PARSER.parse(body(Block("code", text), Block("paragraph", "End.")))
    assert tokens[0].type == "fence"
    assert tokens[0].content == text.replace("\r\n", "\n") + "\n"
    assert shown(tokens[2]) == "End."


@given(st.lists(st.lists(MARKUP.map(lambda cell: f"x{cell}x"), min_size=1, max_size=3), min_size=1, max_size=4))
@settings(max_examples=300)
def test_table_rows_are_one_table_and_no_cell_is_lost(rows):
    text = body(*(Block("table", " | ".join(cells)) for cells in rows))
    assert words(" ".join(part for _, part in parsed(text))) == words(
        " ".join(cell for cells in rows for cell in " | ".join(cells).split(" | "))
    )
    tokens = [token.type for token in PARSER.parse(text)]
    assert tokens.count("table_open") == 1
    assert tokens.count("tr_open") == len(rows)


@given(RECORDS)
@settings(max_examples=300)
def test_front_matter_is_the_record_without_its_body(record):
    head = markdown(record).decode("utf-8").split("\n---", 1)[0].split("\n")
    assert head[0] == "---"
    found = {name: json.loads(value) for name, value in (line.split(": ", 1) for line in head[1:])}
    values = json.loads(msgspec.json.encode(record))
    assert found == {
        name: value
        for name, value in values.items()
        if value not in (None, []) and name not in ("text", "blocks", "fields", "removed")
    }


@pytest.mark.parametrize("sign", "\x00\x1f\x7f\x80\x85\x9f\u2028\u2029\ufeff\ufffe\uffff\"\\\n'#:")
def test_front_matter_holds_only_what_yaml_can_print(sign):
    (line,) = (line for line in document(title=f"a{sign}b").split("\n") if line.startswith("title: "))
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]", line)
    assert json.loads(line.removeprefix("title: ")) == f"a{sign}b"


def test_numbers_of_plain_text_stay_numbers():
    items = [("1. one", 1), ("7. seven", 2), ("- dash", 3), ("10) ten", 1), ("no sign", 3)]
    text = body(*(Block("list_item", text, level=level) for text, level in items))
    assert text == "1. one\n   - 7\\. seven\n     - dash\n10) ten\n    - no sign"
    assert [shown for _, shown in parsed(text)] == ["one", "7. seven", "dash", "ten", "no sign"]


def test_an_article_by_example():
    assert body(
        Block("standfirst", "The first cars crossed at dawn."),
        Block("caption", "The bridge *at* sunrise"),
        Block("heading", "What comes next", level=3),
        Block("paragraph", "The 5* ferry\nruns until June."),
        Block("list_item", "boats", level=1),
        Block("list_item", "small ones", level=2),
        Block("list_item", "cars", level=1),
        Block("quote", "It was - well - time."),
        Block("code", "a_b = `1`"),
        Block("table", "Day | Cars"),
        Block("table", "Monday | 4,100"),
        title="Harbour bridge #1",
    ) == "\n\n".join(
        [
            "# Harbour bridge #1",
            "The first cars crossed at dawn.",
            r"*The bridge \*at\* sunrise*",
            "### What comes next",
            "The 5\\* ferry\\\nruns until June.",
            "- boats\n  - small ones\n- cars",
            "> It was - well - time.",
            "```\na_b = `1`\n```",
            "| Day | Cars |\n| --- | --- |\n| Monday | 4,100 |",
        ]
    )


@pytest.mark.parametrize(
    ("block", "written"),
    [
        (Block("heading", "## Why", level=2), "## Why"),
        (Block("list_item", "- boats", level=1), "- boats"),
        (Block("list_item", "• boats", level=1), "- boats"),
        (Block("list_item", "3. boats", level=1), "3. boats"),
        (Block("quote", "> So be it"), "> So be it"),
        (Block("table", "| a | b |"), "| a | b |\n| --- | --- |"),
        (Block("table", "|---|:-:|"), ""),
    ],
)
def test_text_that_was_markdown_keeps_its_signs_once(block, written):
    assert body(block) == written
