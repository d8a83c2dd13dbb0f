"""A page that scripts would have to fill is known for one, and a page with text never is."""

from __future__ import annotations

import time

import pytest

from scrapers.shells import shell, visible_text

SCRIPT = "<script src=/app.js></script>"


@pytest.mark.parametrize(
    ("body", "empty"),
    [
        (f"<head><title>A story</title></head><div id=root></div>{SCRIPT}", True),
        (f'<nav>News Sport Arts</nav><div id="__next"><p>Loading…</p></div>{SCRIPT}', True),
        (f"<body><app-root></app-root>{SCRIPT}", True),
        (f"<noscript>You need to enable JavaScript to run this app.</noscript><div class=x></div>{SCRIPT}", True),
        (f"<noscript>Bitte aktivieren Sie JavaScript.</noscript>{SCRIPT}", True),
        ("<div id=root></div>", False),
        (f"<div id=root>{'<p>A sentence that can be read.</p>' * 20}</div>{SCRIPT}", False),
        (f"<p>Nothing here</p>{SCRIPT}", False),
        (f"<h1>404</h1>{SCRIPT}", False),
        ("", False),
    ],
)
def test_shells(body: str, empty: bool) -> None:
    assert (shell(body.encode()) is not None) is empty


def test_what_is_visible() -> None:
    page = "<head><title>x</title></head><STYLE>p {}</style><p>One &amp; <b>two</b></p><script>var a='<p>no'</script>"
    assert visible_text(page.encode()) == "One & two"


def test_it_takes_no_long() -> None:
    began = time.monotonic()
    shell(b"<script><script " * 100_000)
    shell(b"<" * 1_000_000 + b"<script>")
    assert time.monotonic() - began < 10
