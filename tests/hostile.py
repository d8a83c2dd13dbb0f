"""Pages that mean harm: what stands before an article to hide it, and what makes parsers slow."""

from __future__ import annotations

ARTICLE_TEXT = [
    f"Paragraph {number} of the story tells what happened on the day when the bridge opened, and who came to see it"
    f" before the rain drove all {number + 20} of them home again."
    for number in range(20)
]
ARTICLE = (
    "<article><h1>The bridge that opened in the rain</h1>"
    + "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE_TEXT)
    + "</article>"
)
PREFIXES: dict[str, str] = {
    "deep div": "<div>" * 50_000,
    "deep div, closed": "<div>" * 5000 + "</div>" * 5000,
    "deep font": "<font>" * 50_000,
    "deep lists": "<ul><li>" * 5000,
    "deep tables": "<table><tr><td>" * 2000,
    "huge attribute": "<img src='data:image/png;base64," + "A" * 9_000_000 + "'>",
    "many attributes": "<div " + " ".join(f"a{number}=1" for number in range(50_000)) + ">",
    "huge text node": "<div hidden>" + "word " * 400_000 + "</div>",
    "unclosed textarea": "<textarea>",
    "unclosed comment": "<!-- a note",
    "unclosed script": "<script>var x = 1;",
    "unclosed style": "<style>p { color: red }",
    "unclosed title": "<title>x",
    "unclosed noscript": "<noscript>",
    "unclosed template": "<template>",
    "unclosed svg": "<svg>",
    "unclosed iframe": "<iframe>",
    "unclosed select": "<select><option>x",
    "unclosed quote": '<a href="x>',
    "plaintext": "<plaintext>",
    "broken JSON-LD": "<script type='application/ld+json'>" + '{"author":' * 8000 + "</script>",
    "meta entities": "<meta name=author content='" + "&lt;" * 100_000 + "'>",
    "many breaks": "<br>" * 120_000,
    "NUL bytes": "\0" * 10_000,
    "CDATA": "<![CDATA[",
    "frameset": "<frameset>",
    "inline tags in one paragraph": "<p>" + "<b>x</b> " * 10_000 + "</p>",
    "nested inline tags": "<p>" + "<b>x" * 10_000,
}
