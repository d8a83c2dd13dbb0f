"""Nasty pages of any size: what each makes large is named; all else about them is small."""

from __future__ import annotations

from collections.abc import Callable

from tests.hostile import ARTICLE

WORDS = "the ferry left on time for the first time in eleven years and nobody knew what to say "


def repeated(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    return lambda n: f"<html><body>{before}{unit * n}{after}{ARTICLE}</body></html>"


def numbered(unit: str, before: str = "", after: str = "") -> Callable[[int], str]:
    """The unit with "~" replaced by a number that is another one each time."""
    return lambda n: (
        f"<html><body>{before}"
        + "".join(unit.replace("~", str(i)) for i in range(n))
        + f"{after}{ARTICLE}</body></html>"
    )


GENERATORS: dict[str, Callable[[int], str]] = {
    "paragraphs": numbered(f"<p>~ {WORDS}</p>"),
    "same paragraph": repeated(f"<p>{WORDS}</p>"),
    "links": numbered("<a href='/story-~'>Story number ~ of the day</a> "),
    "list of links": numbered("<li><a href='/story-~'>Story number ~ of the day</a></li>", "<ul>", "</ul>"),
    "inline tags in a paragraph": repeated("<b>word</b> <i>word</i> ", "<p>", "</p>"),
    "open inline tags": repeated("<b>word "),
    "nested blocks": lambda n: f"<body>{'<div>word ' * n}{ARTICLE}",
    "nested and closed": lambda n: f"<body>{'<div>' * n}{'</div>' * n}{ARTICLE}",
    "nested lists": repeated("<ul><li>word "),
    "nested tables": repeated("<table><tr><td>word "),
    "nested quotes": repeated("<blockquote>word "),
    "table cells": repeated("<td>cell</td>", "<table><tr>", "</tr></table>"),
    "table rows": numbered("<tr><td>cell ~</td><td>another</td></tr>", "<table>", "</table>"),
    "breaks": repeated("word word<br>", "<p>", "</p>"),
    "empty breaks": repeated("<br>"),
    "classes": numbered(f"<div class='a~ b~ c~'><p>{WORDS}</p></div>"),
    "attributes": numbered(" a~=1", "<div", ">"),
    "metas": numbered("<meta name='author' content='Jane Doe ~'><meta property='article:tag' content='tag ~'>"),
    "headings": numbered("<h1>A headline ~ of the day</h1><h2>Another ~</h2>"),
    "times": numbered("<time datetime='2024-05-03'>3 May 2024</time> by Jane Doe ~<br>"),
    "JSON-LD nodes": numbered(
        '{"@type":"NewsArticle","headline":"h~","author":{"name":"n~"}},',
        "<script type='application/ld+json'>[",
        "{}]</script>",
    ),
    "broken JSON-LD": repeated('{"author":', "<script type='application/ld+json'>", "</script>"),
    "scripts": numbered("<script>var x~ = {date: '2024-05-03', author: 'Jane'};</script>"),
    "comments": repeated("<!-- a comment - with dashes -->"),
    "entities": repeated("&amp;&lt;&#160;&unknown; "),
    "unclosed comments": repeated("<!-"),
    "quotes": repeated("<a title=\"x' "),
    "less-than signs": repeated("< "),
    "one long line": repeated("word "),
    "long word": repeated("a"),
    "spaces": repeated(" \n\t"),
    "punctuation": repeated("., | - / : ; "),
    "digits": repeated("2024-05-03 12:30 "),
    "by, by": repeated("By Jane Doe, "),
    "images": numbered("<figure><img src='/~.jpg'><figcaption>Photo by Jane Doe ~</figcaption></figure>"),
    "phrases": repeated("<p>Leave a Comment</p><p>Share this</p><p>Advertisement</p>"),
    "definition lists": repeated("<dl><dt>word<dd>word word"),
    "combining marks": repeated("a\u0301\u0302\u0303 "),
}
