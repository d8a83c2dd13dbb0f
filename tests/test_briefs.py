"""Short articles on small pages, which have little to be known by: whole, and nothing else."""

from __future__ import annotations

import pytest

from cleaners import clean

MENU = """<header class="site-header"><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li>
<li><a href="/sport">Sport</a></li></ul></nav></header>"""
FOOTER = """<footer><p>© 2026 The Harbour Times. All rights reserved.</p><ul>
<li><a href="/privacy">Privacy policy</a></li><li><a href="/terms">Terms</a></li></ul></footer>"""
WINDS = "The ferry will not sail on Thursday because of high winds, the operator said."
SOUP = "This is the soup my grandmother made when the boats came home late."
COUNTED = "To count the crossings we used a few lines of Python, which anybody can repeat."
ROWS = "The file has a row for each crossing, and the header is the first of them."
VOTE = "The council voted on Tuesday to keep the ferry running through the winter, ending months of doubt."
SATURDAY = "Rovers play at home on Saturday and could settle the title with a win against the bottom side."
REGATTA = "Anna Berg won the regatta last week. We asked her how."
POEM = "I watched the ferry leave the pier,<br>it took the light along;<br>the gulls came down upon the stones."
BODIES = {
    "a brief": (f"<p>{WINDS}</p>", [WINDS]),
    "two sentences in a div": (f"<div>{WINDS}</div><div>{VOTE}</div>", [WINDS, VOTE]),
    "a recipe": (
        f"<p>{SOUP}</p><h2>Ingredients</h2><ul><li>2 onions</li><li>1 kg potatoes</li></ul><h2>Method</h2>"
        "<ol><li>Chop the onions.</li><li>Boil the potatoes until soft.</li></ol>",
        [SOUP, "2 onions", "1 kg potatoes", "Chop the onions.", "Boil the potatoes until soft."],
    ),
    "code": (
        f"<p>{COUNTED}</p><pre><code>rows = list(csv.reader(open('ferry.csv')))</code></pre><p>{ROWS}</p>",
        [COUNTED, "rows = list(csv.reader(open('ferry.csv')))", ROWS],
    ),
    "a table": (
        f"<p>{VOTE}</p><table><tr><th>Team</th><th>Points</th></tr><tr><td>Rovers</td><td>25</td></tr>"
        f"<tr><td>United</td><td>19</td></tr></table><p>{SATURDAY}</p>",
        [VOTE, "Team | Points", "Rovers | 25", "United | 19", SATURDAY],
    ),
    "an interview": (
        f"<p>{REGATTA}</p><p><b>How did you begin?</b></p><p>With a bathtub.</p><p><b>And then?</b></p><p>{WINDS}</p>",
        [REGATTA, "How did you begin?", "With a bathtub.", "And then?", WINDS],
    ),
    "a poem": (f"<p>{POEM}</p><p>{POEM.replace('ferry', 'old boat')}</p>", ["it took the light along;", "old boat"]),
}


def page(body: str) -> str:
    return f"""<!doctype html><html lang="en"><head><title>From the island - The Harbour Times</title>
<meta property="og:type" content="article"></head><body>{MENU}<main><article><h1>From the island</h1>
<p class="byline">By Jane Doe</p><time datetime="2026-03-02">2 March 2026</time>{body}</article></main>{FOOTER}</body>
</html>"""


@pytest.mark.parametrize("name", BODIES)
def test_a_short_article_is_kept_whole_and_alone(name: str) -> None:
    body, lines = BODIES[name]
    article = clean(page(body), url="https://harbourtimes.example/news/from-the-island")
    assert article.kind == "article"
    assert [line for line in lines if line not in article.text] == []
    assert [line for line in ("Home", "Jane Doe", "2026", "Privacy", "All rights") if line in article.text] == []


def test_a_brief_without_anything_around_it_is_an_article() -> None:
    article = clean(f"<html><body><h1>No ferry on Thursday</h1><p>{WINDS}</p></body></html>")
    assert (article.kind, article.text) == ("article", WINDS)


@pytest.mark.parametrize("body", ["<p>x</p>", "<h1>The news</h1><p>Loading</p>", "<div>Please wait a moment</div>"])
def test_a_few_words_are_no_article(body: str) -> None:
    assert clean(f"<html><body>{body}</body></html>").kind != "article"
