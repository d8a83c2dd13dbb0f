"""Of an article's links only those are read that no article showed before."""

from __future__ import annotations

from scrapers.discovery.leads import Leads
from scrapers.discovery.links import links_on, tree_of

PAGE = "https://www.example.org/news/a-story-of-four-words"
STORY = "/news/another-story-of-many-words"


def read(leads: Leads, html: str, url: str = PAGE) -> list[str]:
    tree = tree_of(html.encode())
    assert tree is not None
    links = links_on(tree, url, leads)
    return [*(one.url for one in links.articles), *links.sections, *(other for other, _ in links.others)]


def test_a_link_is_read_once() -> None:
    leads = Leads()
    assert read(leads, f"<p><a href='{STORY}'>Another</a>") == ["https://www.example.org" + STORY]
    assert read(leads, f"<p><a href='{STORY}'>Another</a>") == []
    assert len(read(leads, f"<p><a href='{STORY}'>Another</a><a href='/local/'>Local</a>")) == 1


def test_a_picture_and_a_headline_are_two_links() -> None:
    leads = Leads()
    short = "<a href='/local/'>{}</a>"
    assert read(leads, short.format("<img src=x>"))
    (headline,) = links_on(tree_of(short.format("<h2>A bridge is opened at last</h2>").encode()), PAGE, leads).articles
    assert headline.title == "A bridge is opened at last"


def test_what_is_relative_means_something_else_elsewhere() -> None:
    leads = Leads()
    link = "<a href='a-story-of-five-long-words'>x</a>"
    assert read(leads, link) == ["https://www.example.org/news/a-story-of-five-long-words"]
    assert read(leads, link, "https://www.example.org/local/a-story-of-four-words") == [
        "https://www.example.org/local/a-story-of-five-long-words"
    ]
    assert read(leads, f"<a href='{STORY}'>x</a>")
    assert read(leads, f"<a href='{STORY}'>x</a>", "https://www.other.example/news/b") != []
