"""The demo's newspapers, as a reader's browser gets them."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit
from urllib.request import Request, urlopen

import pytest
from lxml import etree

from broadsheet.demo.newspaper import bote, lantern
from broadsheet.demo.press import print_newspaper, slug_of
from broadsheet.demo.server import DemoServer
from cleaners import clean_page
from items import Page

RESIDUE = {
    "en-GB": [
        "Skip to content",
        "Leave a Comment",
        "Your email address will not be published.",
        "Required fields are marked",
        "Save my name, email, and website in this browser",
        "Chatten und Kaufen",
        "Scroll to Top",
        "Share this:",
        "The morning tide, in your inbox",
        "Advertisement",
        "Article continues below",
        "Related stories",
        "You may also like",
        "About the author",
        "Tags:",
        "Recent Posts",
        "We use cookies",
        "All rights reserved.",
        "Video Player",
        "Photo: ",
    ],
    "de": [
        "Zum Inhalt springen",
        "Kommentar schreiben",
        "Nach oben",
        "Artikel teilen",
        "Newsletter abonnieren",
        "Anzeige",
        "Mehr zum Thema",
        "Meistgelesen",
        "Alle akzeptieren",
        "Lesezeit: 3 Minuten",
        "Alle Rechte vorbehalten.",
        "Foto: ",
    ],
}
INLINE = ("em", "a", "b", "strong", "cite", "small", "span")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with DemoServer(ports=(0, 0)) as server:
        yield server


def fetch(url: str) -> tuple[int, str, str]:
    """Status, content type and text of an address."""
    try:
        with urlopen(url, timeout=10) as response:
            return response.status, response.headers["Content-Type"], response.read().decode()
    except HTTPError as answer:
        with answer:
            return answer.code, answer.headers["Content-Type"], answer.read().decode()


class Reading(HTMLParser):
    """What stands on a page, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.facts = ""
        self.silent: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        self.pieces += [] if tag in INLINE else [" "]
        self.silent = tag if tag in ("script", "style", "title") else self.silent
        if tag == "a" and named.get("href") and "nofollow" not in (named.get("rel") or ""):
            self.links.append(named["href"] or "")
        loads = named.get("src") or (named.get("href") if tag == "link" else None)
        self.sources += [loads] if loads else []

    def handle_endtag(self, tag: str) -> None:
        self.pieces += [] if tag in INLINE else [" "]
        self.silent = None if tag == self.silent else self.silent

    def handle_data(self, data: str) -> None:
        if self.silent is None:
            self.pieces.append(data)
        elif self.silent == "script":
            self.facts += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


def articles(server: DemoServer) -> Iterator[tuple[str, Reading]]:
    for url in server.urls():
        status, content_type, html = fetch(url)
        assert (status, content_type) == (200, "text/html; charset=UTF-8")
        yield url, Reading(html)


def test_articles_of_two_newspapers_are_on_sale(server: DemoServer) -> None:
    urls = server.urls()
    assert (len(urls), len({urlsplit(url).netloc for url in urls})) == (9, 2)
    assert list(server.stories()) == urls


def test_expected_text_stands_on_the_page_in_order(server: DemoServer) -> None:
    for url, page in articles(server):
        at = 0
        for block in server.stories()[url].expected.split("\n\n"):
            for piece in block.split(" | "):
                squeezed = " ".join(piece.split())
                found = page.text.find(squeezed, at)
                assert found >= 0, f"{url}: {squeezed}"
                at = found + len(squeezed)


def test_expected_text_leaves_out_what_surrounds_the_article(server: DemoServer) -> None:
    for story in server.stories().values():
        lines = story.expected.split("\n\n")
        surroundings = [story.title, story.caption, story.credit, *story.tags, *(c.text for c in story.comments)]
        assert not set(lines) & set(surroundings)
        assert 350 < len(story.expected.split()) < 900
        assert not set(lines) & {phrase for phrases in RESIDUE.values() for phrase in phrases}


def test_every_kind_of_residue_is_there_to_be_removed(server: DemoServer) -> None:
    for stand in server.stands:
        pages = [Reading(fetch(url)[2]).text for url in stand.urls]
        for phrase in RESIDUE[stand.paper.language]:
            assert any(phrase in page for page in pages), phrase


def test_residue_words_also_stand_inside_sentences(server: DemoServer) -> None:
    bodies = " ".join(story.expected for story in server.stories().values())
    for words in (
        "leave a comment in the book",
        "scroll to the top",
        "subscribe to the county",
        "Kommentar schreiben.",
    ):
        assert words in bodies


def test_articles_say_who_they_are(server: DemoServer) -> None:
    for url in server.urls():
        html = fetch(url)[2]
        story = server.stories()[url]
        facts = json.loads(Reading(html).facts)
        assert facts["@type"] == "NewsArticle"
        assert facts["headline"] == story.title
        assert [person["name"] for person in facts["author"]] == list(story.authors)
        assert facts["datePublished"] == story.published.isoformat()
        assert f'<link rel="canonical" href="{url}">' in html
        assert '<meta property="og:type" content="article">' in html


def test_every_link_of_every_page_leads_somewhere(server: DemoServer) -> None:
    seen = set(server.urls()) | {url for stand in server.stands for url in stand.index_urls}
    waiting = list(seen)
    while waiting:
        url = waiting.pop()
        status, _, html = fetch(url)
        assert status == 200, url
        found = {urljoin(url, link).partition("#")[0] for link in Reading(html).links}
        waiting += found - seen
        seen |= found
    assert len(seen) > 40


def test_nothing_is_loaded_from_elsewhere(server: DemoServer) -> None:
    for stand in server.stands:
        for url in [*stand.urls, *stand.index_urls]:
            html = fetch(url)[2]
            for source in Reading(html).sources:
                assert source == "data:," or urljoin(url, source).startswith(stand.base + "/"), source
            assert "url(" not in html
            assert "@import" not in html
        for name in stand.paper.pictures:
            picture = stand.paper.paths["picture"].replace("$slug", name)
            status, content_type, svg = fetch(stand.base + picture)
            assert (status, content_type) == (200, "image/svg+xml")
            etree.fromstring(svg.encode())
            assert "href" not in svg


def test_front_and_section_pages_list_articles(server: DemoServer) -> None:
    for stand in server.stands:
        front = Reading(fetch(stand.base + "/")[2])
        assert all(urlsplit(url).path in front.links for url in stand.urls)
        assert json.loads(front.facts)["@type"] == "CollectionPage"
        assert any(slug_of(stand.paper.sections[0]) in url for url in stand.index_urls)


def test_what_is_not_there_is_a_page_with_status_404(server: DemoServer) -> None:
    for stand in server.stands:
        status, content_type, html = fetch(stand.base + "/no/such/page/?a=b")
        assert (status, content_type) == (404, "text/html; charset=UTF-8")
        assert stand.paper.not_found_title in Reading(html).text
        assert 'rel="canonical"' not in html


def test_machines_find_robots_feed_and_sitemap(server: DemoServer) -> None:
    for stand in server.stands:
        robots = fetch(stand.base + "/robots.txt")
        assert robots[0] == 200
        assert f"Sitemap: {stand.base}/sitemap.xml" in robots[2].splitlines()
        sitemap = etree.fromstring(fetch(stand.base + "/sitemap.xml")[2].encode())
        assert [loc.text for loc in sitemap.iterfind("{*}url/{*}loc")] == stand.urls
        feed = etree.fromstring(fetch(stand.base + stand.paper.paths["feed"])[2].encode())
        assert [link.text for link in feed.iterfind("channel/item/link")] == stand.urls


def test_head_answers_without_a_body(server: DemoServer) -> None:
    with urlopen(Request(server.urls()[0], method="HEAD"), timeout=10) as response:
        assert (response.status, response.read()) == (200, b"")
        assert int(response.headers["Content-Length"]) > 10_000


def test_one_connection_serves_several_pages(server: DemoServer) -> None:
    host = urlsplit(server.urls()[0]).netloc
    connection = http.client.HTTPConnection(host, timeout=10)
    for path in ("/", "/nowhere", "/robots.txt"):
        connection.request("GET", path)
        assert connection.getresponse().read()
    connection.close()


def test_printing_is_deterministic() -> None:
    for paper in (lantern, bote):
        assert print_newspaper(paper(), "http://a.example") == print_newspaper(paper(), "http://a.example")


def test_only_the_address_changes_with_the_port() -> None:
    here = print_newspaper(bote(), "http://127.0.0.1:1")
    there = print_newspaper(bote(), "http://127.0.0.1:65535")
    for path, page in here.pages.items():
        assert page.body.replace(b"127.0.0.1:1", b"127.0.0.1:65535") == there.pages[path].body


def test_a_taken_port_is_no_obstacle() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with DemoServer(ports=(port, 0)) as server:
            assert server.stands[0].base != f"http://127.0.0.1:{port}"
            assert fetch(server.urls()[0])[0] == 200


def test_closed_means_closed() -> None:
    with DemoServer(ports=(0, 0)) as server:
        address = urlsplit(server.urls()[0])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname or "", address.port or 0), timeout=5)


def test_templates_are_filled_in_everywhere() -> None:
    for paper in (lantern(), bote()):
        edition = print_newspaper(paper, "http://a.example")
        for page in [*edition.pages.values(), edition.not_found]:
            assert not re.search(rb"\$[a-z{]", page.body)


def test_every_story_is_cleaned_to_the_letter_and_every_other_page_is_told_apart() -> None:
    with DemoServer(ports=(0, 0)) as server:
        stories = server.stories()
        for stand in server.stands:
            for path, page in stand.edition.pages.items():
                if not page.body.lstrip().startswith(b"<!"):
                    continue
                article = clean_page(Page(content=page.body, url=stand.base.rstrip("/") + path))
                story = stories.get(stand.base.rstrip("/") + path)
                assert article.kind == ("article" if story else article.kind)
                assert (article.objection is None) == (story is not None), path
                if story:
                    assert article.text == story.expected


def test_the_tour_saves_every_article_and_shows_what_was_removed(tmp_path: Path) -> None:
    code = "import sys; from rich.console import Console; from broadsheet.demo import run_demo;"
    code += "sys.exit(run_demo(sys.argv[1], Console(width=80)))"
    tour = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert (tour.returncode, tour.stderr) == (0, "")
    lines = [line for line in tour.stdout.splitlines() if not line.endswith(".json")]  # paths stay whole
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in tour.stdout
    assert "Skip to content" in tour.stdout
    assert "At ten past six on Tuesday morning" in tour.stdout
    saved = [json.loads(file.read_text("utf-8")) for file in tmp_path.rglob("*.json")]
    assert all(str(file) in tour.stdout for file in tmp_path.rglob("*.json"))
    texts = "\n\n".join(record["text"] for record in saved)
    for paper in (lantern(), bote()):
        assert all(story.expected.split("\n\n")[-1] in texts for story in paper.stories)
