"""Articles on terminals: what is printed, and what never is."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from broadsheet.show import WIDEST_TEXT, printable, shorten, show_article, show_explained
from items import Article, Block, Field, Judged, Verdict

SGR = re.compile(r"\x1b\[[0-9;]*m")
POEM = "I turn the lamp. It turns for all,\nthe collier and the queen."
PARAGRAPH = "The light at the end of the Long Pier failed at 8.52 on Saturday night, in a full gale. " * 4
BLOCKS = (
    Block("standfirst", "Eleven boats found their way home."),
    Block("paragraph", PARAGRAPH.strip()),
    Block("heading", "8.52 pm: dark", 2),
    Block("paragraph", POEM),
    Block("quote", "“You don’t notice that it goes round.”"),
    Block("list_item", "twelve volunteers", 1),
    Block("list_item", "of whom seven have signed up", 2),
    Block("table", "Day | Last boat"),
    Block("table", "Tuesday to Thursday | 10.00 pm"),
    Block("code", "if dark:\n    light()"),
)
KEEP = Verdict(True, "rules", "undisputed", 0.5)
REMOVE = Verdict(False, "rules", "comment_form", 0.98, "asks for a comment")
JUDGED = (
    Judged(Block("paragraph", "Leave a Comment"), REMOVE, 0),
    *(Judged(block, KEEP, position) for position, block in enumerate(BLOCKS, 1)),
    Judged(Block("paragraph", "Subscribe now. " * 40), Verdict(False, "learned", "boilerplate", 0.7), 11),
)
ARTICLE = Article(
    id="0",
    url="http://127.0.0.1:8731/2026/11/15/the-night-the-pier-light-went-out/",
    title="The night the pier light went out",
    authors=("Tom Arkwright", "Hester Quayle"),
    published="2026-11-15T11:40:00+00:00",
    publisher="The Merrow Lantern",
    text="\n\n".join(block.text for block in BLOCKS),
    blocks=BLOCKS,
    judged=JUDGED,
)
HOSTILE = (
    "\x1b]0;owned\x07\x1b[31mred\x1b[0m \x9b2J [bold red]not markup[/] :smile: \u202eevil\u2066 \x00\x08\x7f\x85end"
)
SAID = "]0;ownedred [bold red]not markup[/] :smile: evil end"


def shown(article: Article, *, explained: bool = False, width: int = 100, terminal: bool = False) -> str:
    """What is printed. With `terminal`: to one that knows colours."""
    file = io.StringIO()
    system = "standard" if terminal else None
    console = Console(file=file, width=width, force_terminal=terminal, color_system=system, _environ={})
    (show_explained if explained else show_article)(article, console)
    return file.getvalue()


def article_of(*blocks: Block, **fields: str) -> Article:
    text = "\n\n".join(block.text for block in blocks)
    judged = tuple(Judged(block, KEEP, position) for position, block in enumerate(blocks))
    return Article(id="0", text=text, blocks=blocks, judged=judged, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
@pytest.mark.parametrize("terminal", [False, True])
def test_article_fits_the_terminal_and_stays_readable(width: int, terminal: bool) -> None:
    lines = SGR.sub("", shown(ARTICLE, width=width, terminal=terminal)).splitlines()
    body = [line for line in lines if line != ARTICLE.url]
    assert max(map(len, body)) <= min(width, WIDEST_TEXT)
    assert not any(line != line.rstrip() for line in body)


def test_article_in_full() -> None:
    assert shown(ARTICLE, width=60) == (
        "─" * 60 + "\n"
        "The night the pier light went out\n"
        "Tom Arkwright, Hester Quayle · 2026-11-15 11:40 · The Merrow\n"
        "Lantern\n"
        "http://127.0.0.1:8731/2026/11/15/the-night-the-pier-light-went-out/\n"
        "\n"
        "Eleven boats found their way home.\n"
        "\n" + "The light at the end of the Long Pier failed at 8.52 on\n"
        "Saturday night, in a full gale. The light at the end of the\n"
        "Long Pier failed at 8.52 on Saturday night, in a full gale.\n" * 2 + "\n"
        "8.52 pm: dark\n"
        "\n"
        "I turn the lamp. It turns for all,\n"
        "the collier and the queen.\n"
        "\n"
        "  │ “You don’t notice that it goes round.”\n"
        "\n"
        "  • twelve volunteers\n"
        "    • of whom seven have signed up\n"
        "\n"
        "Day                  Last boat\n"
        "Tuesday to Thursday  10.00 pm\n"
        "\n"
        "    if dark:\n"
        "        light()\n"
        "\n"
    )


def test_table_too_wide_for_columns_keeps_every_cell() -> None:
    rows = (Block("table", "Day | " + "a" * 50), Block("table", "Tuesday to Thursday | b"))
    printed = shown(article_of(*rows), width=40)
    assert "Tuesday to Thursday | b" in printed
    assert printed.count("a" * 10) >= 4


def test_article_without_blocks_shows_its_text() -> None:
    assert "one\n\ntwo\n" in shown(Article(id="0", text="one\n\ntwo"))


def test_article_without_text_says_so() -> None:
    printed = shown(Article(id="0", kind="index", status="empty"))
    assert "Untitled" in printed
    assert "No article text was found here (kind: index)." in printed


@pytest.mark.parametrize("published", ["2026-11-15", "yesterday", "2026-99-99T00:00:00Z"])
def test_dates_without_a_time_stay_as_they_are(published: str) -> None:
    assert published in shown(Article(id="0", published=published))


@pytest.mark.parametrize("url", ["http://[broken", "file", "http://ex\x1b[2Jample.org/"])
def test_odd_addresses_are_shown(url: str) -> None:
    assert "\x1b" not in shown(Article(id="0", url=url))


def test_explained_metadata_names_its_witnesses_and_its_guesses() -> None:
    fields = {
        "title": Field(value="Crane", source="h1", agrees=("og",), conflicts=("title",), confidence=0.975),
        "authors": Field(value=("Red",), source="anywhere", confidence=0.2),
    }
    article = Article(id="0", title="Crane", fields=fields, judged=(), evidence=("page 1 of 2",), status="truncated")
    printed = shown(article, explained=True)
    assert "title    Crane [h1, 98% sure; agrees: og; conflicts: title]\n" in printed
    assert "authors  not given; a guess: Red [anywhere, 20% sure]\n" in printed
    assert "status   truncated [page 1 of 2]\n" in printed


def test_explained_page_in_a_pipe_is_a_line_for_every_line() -> None:
    printed = shown(ARTICLE, explained=True, width=40)
    assert "10 of 12 lines of the page kept" in printed
    lines = printed.splitlines()
    first = lines.index("- Leave a Comment  [rules: comment form 98%, asks for a comment]")
    assert lines[first + 1 :] == [
        *("  " + line for block in BLOCKS for line in block.text.splitlines()),
        "- " + ("Subscribe now. " * 40)[:99] + "…  [learned: boilerplate 70%]",
        "",
    ]


@pytest.mark.parametrize("width", [30, 80, 200])
def test_explained_page_on_a_terminal_puts_reasons_in_a_column(width: int) -> None:
    lines = SGR.sub("", shown(ARTICLE, explained=True, width=width, terminal=True)).splitlines()
    removed = [line for line in lines if line.startswith("- ")]
    assert len(removed) == 2
    assert removed[0].index("rules: c") == removed[1].index("learned: b")
    assert all(cell_len(line) <= width for line in lines if line != ARTICLE.url)
    kept = " ".join(" ".join(line.split()) for line in lines if line.startswith("  "))
    assert PARAGRAPH.strip() in kept


def test_explained_page_shows_all_about_a_verdict_where_there_is_room() -> None:
    printed = SGR.sub("", shown(ARTICLE, explained=True, width=110, terminal=True))
    assert re.search(r"^- Leave a Comment {2,}rules: comment form 98%, asks for a comment$", printed, re.M)


def test_removed_lines_are_coloured_only_where_colour_is_wanted() -> None:
    assert "\x1b[31m" in shown(ARTICLE, explained=True, terminal=True)
    assert "\x1b" not in shown(ARTICLE, explained=True)
    file = io.StringIO()
    show_explained(ARTICLE, Console(file=file, force_terminal=True, _environ={"NO_COLOR": "1", "TERM": "xterm"}))
    assert "\x1b[31" not in file.getvalue()
    assert "- Leave a Comment" in file.getvalue()


def test_without_an_explanation_the_article_is_shown() -> None:
    plain = Article(id="0", title="Title", text="Body")
    assert shown(plain, explained=True) == shown(plain)


@pytest.mark.parametrize("explained", [False, True])
@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("kind", ["paragraph", "heading", "list_item", "quote", "table", "code"])
def test_scraped_text_cannot_steer_the_terminal(explained: bool, terminal: bool, kind: str) -> None:
    block = Block(kind, HOSTILE)  # type: ignore[arg-type]
    article = article_of(block, title=HOSTILE, publisher=HOSTILE, published=HOSTILE)
    removed = Judged(block, Verdict(False, HOSTILE, HOSTILE, 1.0, HOSTILE), 1)
    article = Article(**{f: getattr(article, f) for f in article.__struct_fields__} | {"judged": (removed,)})
    printed = SGR.sub("", shown(article, explained=explained, width=300, terminal=terminal))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printed)
    assert SAID in " ".join(printed.split())


def test_printable_is_one_line_unless_asked() -> None:
    assert printable("a\r\nb\tc\u2028d") == "a b c d"
    assert printable("a\r\nb\tc\u2028d", lines=True) == "a\nb c\nd"
    assert printable("\ud800") == "\ufffd"
    assert printable("שלום 你好 é") == "שלום 你好 é"


@given(st.text(alphabet=st.characters(categories=None) | st.sampled_from("\x1b[]\x9b\x07;m0\r\n"), max_size=60))
def test_nothing_unprintable_gets_through(text: str) -> None:
    clean = printable(text, lines=True)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", clean)
    assert "\n" not in printable(text)
    clean.encode()


@given(st.text(max_size=80), st.integers(min_value=1, max_value=40))
def test_shortened_text_fits(text: str, width: int) -> None:
    assert cell_len(shorten(text, width)) <= width


@given(st.text(max_size=80))
def test_any_text_can_be_shown(text: str) -> None:
    for terminal in (False, True):
        shown(article_of(Block("paragraph", text), Block("table", text), title=text), terminal=terminal, width=30)
        shown(article_of(Block("list_item", text, 1)), explained=True, terminal=terminal, width=30)


def test_an_encoding_without_the_characters_is_no_obstacle() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(file=file, width=60)
    show_article(ARTICLE, console)
    show_explained(ARTICLE, console)
    file.seek(0)
    printed = file.read()
    assert "  * twelve volunteers" in printed
    assert "?You don?t notice" in printed


def test_a_line_without_end_is_shown_in_linear_time() -> None:
    article = article_of(Block("paragraph", "x" * 300_000), Block("paragraph", "\x1b[0" * 100_000))
    assert len(shown(article)) > 300_000
    assert len(shown(article, explained=True)) > 300_000
