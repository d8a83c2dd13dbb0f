"""Bodies that stand only in the JSON of a page's scripts, and everything there that is no body."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cleaners import clean
from items import Article
from scrapers.shells import shell

HEADLINE = "Ferry to the island runs again after nine years"
PARAGRAPHS = (
    "The first ferry in nine years left the old harbour on Monday at dawn, with forty passengers, two bicycles and a"
    " piano on board. Nobody on the quay could say for whom the piano was.",
    "“We had almost given up,” said Ines Marlow, who has run the post office on the island since 1998. The last boat"
    " had been sold when its engine failed, and the council had no money for another.",
    "What changed was a lottery. In March the islanders put eleven thousand tickets on sale, for a cottage that no one"
    " wanted, and sold all of them within a week. The winner lives in Bergen and has not come yet.",
    "The boat will run twice a day until October. After that, the council says, the winter will decide.",
)
HTML = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><h2>A lottery</h2><p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p>"
OTHERS = [
    {
        "title": f"Something else that happened, part {number}",
        "url": f"/else/{number}",
        "content": HTML.replace("ferry", "tram").replace("Monday", f"the {number}th"),
    }
    for number in range(3, 9)
]
CONSENT = (
    "We and our partners store information on your device. You can accept all of it, or choose what you allow. Your"
    " choice is kept for a year. You may change it whenever you like. The partners say what they use it for on their"
    " own pages. Some need no consent for what they do, and you may object. None of this changes what you read here."
)


def page(*scripts: str, title: str = HEADLINE, head: str = "", inside: str = '<div id="root"></div>') -> str:
    """A page whose text is written by scripts."""
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title><meta property="og:title" content="{title}">{head}'
        f"</head><body>{inside}{''.join(scripts)}</body></html>"
    )


def as_json(value: Any, kind: str = "application/json") -> str:
    return f'<script type="{kind}">{json.dumps(value).replace("</", "<" + chr(92) + "/")}</script>'


def next_data(**props: Any) -> str:
    return as_json({"props": {"pageProps": props}, "page": "/news/[slug]", "buildId": "x1"})


def flight(content: str) -> str:
    """What a page of Next.js streams: the text in a row of its own, and a row that refers to it."""
    size = format(len(content.encode()), "x")
    rows = f'1:"$Sreact.fragment"\n24:T{size},{content}5:["$","$L2",null,{{"state":'
    rows += json.dumps({"article": {"title": HEADLINE, "contentHtml": "$24"}}) + "}]\n"
    pieces = [rows[:40], rows[40:900], rows[900:]]
    pushes = [
        f"<script>self.__next_f.push([1,{json.dumps(piece)}])</script>".replace("</p", "<\\/p") for piece in pieces
    ]
    return "<script>(self.__next_f=self.__next_f||[]).push([0])</script>" + "".join(pushes)


LD: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": HEADLINE,
    "datePublished": "2024-05-06T08:00:00Z",
}
LISTS: dict[str, list[dict[str, Any]]] = {
    "portable text": [{"_type": "block", "style": "normal", "children": [{"text": text}]} for text in PARAGRAPHS],
    "editor.js": [{"type": "paragraph", "data": {"text": text}} for text in PARAGRAPHS],
    "prosemirror": [
        {"type": "paragraph", "content": [{"type": "text", "text": text[:30]}, {"type": "text", "text": text[30:]}]}
        for text in PARAGRAPHS
    ],
}
BODIES = {
    "json-ld": as_json(LD | {"articleBody": "\n\n".join(PARAGRAPHS)}, "application/ld+json"),
    "next": next_data(post={"title": HEADLINE, "content": {"rendered": HTML}}, related=OTHERS),
    "html in application/json": as_json([{"story": {"headline": HEADLINE, "text": HTML, "id": 7}}]),
    "assigned": f"<script>window.__STATE__ = {json.dumps({'a': {'title': HEADLINE, 'body': HTML}})};go()</script>",
    "json in json": as_json({"state": json.dumps({"title": HEADLINE, "body": HTML})}),
    "flight": flight(HTML),
    "teasers beside": next_data(teasers=OTHERS, article={"title": {"plain": HEADLINE}, "html": HTML}),
} | {name: next_data(doc={"title": HEADLINE, "body": blocks}) for name, blocks in LISTS.items()}


def in_script(article: Article) -> bool:
    return "text_in_script" in article.flaws


@pytest.mark.parametrize("name", BODIES)
def test_a_body_in_json_is_the_article(name: str) -> None:
    html = page(BODIES[name])
    article = clean(html)
    paragraphs = [block.text for block in article.blocks if block.kind == "paragraph"]
    assert paragraphs == list(PARAGRAPHS)
    assert (article.kind, article.status, article.title) == ("article", "full", HEADLINE)
    assert in_script(article)
    assert article.evidence[0].startswith("the text stands only in the JSON of a script, at ")
    assert shell(html.encode()) is not None  # a crawl would have asked for a browser


def test_the_place_in_the_json_is_named() -> None:
    assert clean(page(BODIES["next"])).evidence[0].endswith(" at props.pageProps.post.content.rendered")


def test_headings_inside_are_kept_and_placeholders_are_not() -> None:
    article = clean(page(next_data(post={"title": HEADLINE, "body": HTML.replace("<h2>", "<p>$$ADVERT$$</p><h2>")})))
    assert ("heading", "A lottery") in [(block.kind, block.text) for block in article.blocks]
    assert "ADVERT" not in article.text


def test_what_the_html_says_is_never_replaced() -> None:
    own = f"<h1>{HEADLINE}</h1><article>{HTML}</article>"
    with_json, without = clean(page(BODIES["teasers beside"], inside=own)), clean(page(inside=own))
    assert with_json.blocks == without.blocks
    assert not in_script(with_json)


MESSAGES = {f"message{number}": {"title": HEADLINE, "text": CONSENT} for number in range(3)}
NO_BODIES = {
    "an index": page(next_data(title="News", articles=OTHERS), title="News"),
    "an index in JSON-LD": page(
        as_json({"@type": "ItemList", "itemListElement": [LD | {"articleBody": HTML}] * 3}, "application/ld+json"),
        title="News",
    ),
    "other articles only": page(next_data(related=OTHERS, latest=OTHERS)),
    "consent": page(next_data(title=HEADLINE, cookieBanner={"text": CONSENT}), as_json(MESSAGES)),
    "an app": page(as_json({"config": {"name": "App", "about": CONSENT, "theme": {"css": "a{b:c}" * 90}}})),
    "a product": page(
        as_json({"@type": "Product", "name": HEADLINE}, "application/ld+json"),
        next_data(item={"title": HEADLINE, "content": HTML}),
    ),
    "behind a paywall": page(
        as_json(LD | {"isAccessibleForFree": False, "articleBody": "\n".join(PARAGRAPHS)}, "application/ld+json")
    ),
    "a summary": page(next_data(post={"title": HEADLINE, "body": "The ferry runs again."})),
    "nothing": page("<script>boot()</script>"),
}


@pytest.mark.parametrize("name", NO_BODIES)
def test_what_is_no_body_of_this_page_stays_where_it_is(name: str) -> None:
    article = clean(NO_BODIES[name])
    assert not in_script(article)
    assert article.text == ""
    assert article.status in ("empty", "paywalled")


HOSTILE = {
    "broken": '{"title": "' + HEADLINE + '", "body": "' + "A sentence of some words. " * 400,
    "deep lists": "[" * 100_000 + "]" * 100_000,
    "deep objects": '{"title":' * 50_000 + "1" + "}" * 50_000,
    "long": json.dumps({"title": HEADLINE, "body": "A sentence of some words. " * 200_000}),
    "wide": json.dumps([{"title": HEADLINE, "x": number} for number in range(60_000)]),
    "numbers and nothing": json.dumps([None, True, 1.5, {}, [], "", {"title": None, "body": {"": []}}] * 300),
    "quoted in quoted": json.dumps(json.dumps(json.dumps({"title": HEADLINE, "body": HTML}))),
}


@pytest.mark.parametrize("kind", ["application/json", "application/ld+json", "text/javascript"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_json_is_too_much(name: str, kind: str) -> None:
    start = "x = " if kind == "text/javascript" else ""
    article = clean(page(f'<script type="{kind}">{start}{HOSTILE[name].replace("</", "<" + chr(92) + "/")}</script>'))
    assert (in_script(article), article.text) == (False, "")


def test_a_stream_that_refers_to_itself_ends() -> None:
    rows = '1:{"title":"' + HEADLINE + '","body":"$1"}\n2:T7fffffff,short\n'
    assert not in_script(clean(page(f"<script>self.__next_f.push([1,{json.dumps(rows)}])</script>")))


def test_pictures_of_such_a_body_are_found_too() -> None:
    body = HTML.replace("<h2>", '<p><img src="https://example.org/lottery.jpg" width="900"></p><h2>')
    found = clean(page(next_data(article={"title": HEADLINE, "body": body})), "https://example.org/ferry")
    assert [image.url for image in found.images] == ["https://example.org/lottery.jpg"]
