"""A sources file: what it says is done, and what is wrong with it is said with file, line and key."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import msgspec
import pytest
from servers import serving
from test_news_manners import STORIES, crawl, rss
from test_scrapers_crawl import story

from broadsheet.cli import commands
from broadsheet.crawling import plan
from broadsheet.errors import Exit
from scrapers.sources import BadSources, read_sources

ROOT = Path(__file__).parent.parent
GOOD = """
[crawl]
contact = "desk@example.org"

[[site]]
name = "one"
home = "https://one.example.org/"
feeds = ["https://feeds.example.net/one"]
delay = 2

[[site]]
home = "https://two.example.org/"
max_articles = 50
enabled = false
"""


def written(folder: Path, text: str) -> str:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_good_file(tmp_path: Path) -> None:
    sources = read_sources(written(tmp_path, GOOD))
    one, two = sources.site
    assert (one.name, one.feeds, one.delay, two.max_articles) == ("one", ("https://feeds.example.net/one",), 2.0, 50)
    assert sources.crawl.contact == "desk@example.org"
    assert sources.chosen(()) == (one,)
    assert sources.chosen(("https://two.example.org/", "one")) == (two, one)
    with pytest.raises(BadSources, match=r"^onee: no such site in the sources file, did you mean one\?$"):
        sources.chosen(("onee",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[crawl", "sources.toml: Expected ']' at the end of a table declaration"),
        ("", "sources.toml: names no newspaper"),
        ("[[site]]\n", "sources.toml: line 1: has no home"),
        (GOOD.replace("feeds =", "feed ="), "sources.toml: line 8: feed: unknown, did you mean feeds?"),
        (GOOD.replace("[crawl]", "[crawls]"), "sources.toml: line 2: crawls: unknown, did you mean crawl?"),
        (GOOD.replace("desk@", ""), "sources.toml: line 3: contact: contact 'example.org': neither"),
        (
            GOOD.replace('"https://two', '"ftp://two'),
            "sources.toml: line 12: home: ftp://two.example.org/: not an",
        ),
        (GOOD.replace("two.", "one."), "sources.toml: line 12: home: https://one.example.org/ stands there twice"),
        (GOOD.replace("= 2", '= "2"'), "sources.toml: line 9: delay: expected"),
        (GOOD.replace("= 50", "= 0"), "sources.toml: line 13: max_articles: 0 is too small"),
        (GOOD.replace("= false", "= 1"), "sources.toml: line 14: enabled: expected"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadSources) as error:
        read_sources(written(tmp_path, text))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(BadSources, match=r"^nowhere\.toml: No such file or directory$"):
        read_sources("nowhere.toml")


def test_a_crawl_of_sources_and_what_is_due_of_them(tmp_path: Path) -> None:
    with serving({}, "127.0.0.51") as one, serving({}, "127.0.0.52") as other, serving({}, "127.0.0.53") as third:
        for site in (one, other, third):
            site.pages |= {path: story(f"{site.host} {path}") for path in STORIES} | {"/": "<p>x"}
        one.pages |= {"/hidden/feed": rss(one, STORIES), "/hidden/section": "<p>x"}
        other.pages |= {"/feed": rss(other, STORIES)}
        file = written(
            tmp_path,
            f'[crawl]\nstate = "mine.db"\n[[site]]\nhome = "{one.url()}"\nfeeds = ["{one.url("/hidden/feed")}"]\n'
            f'sections = ["{one.url("/hidden/section")}"]\n[[site]]\nhome = "{other.url()}"\nmax_articles = 3\n'
            f'[[site]]\nname = "third"\nhome = "{third.url()}"\nenabled = false\n',
        )
        done = crawl(tmp_path, "--sources", file)
        assert done.returncode == 0, done.stderr
        assert set(STORIES) | {"/hidden/section"} <= set(one.hits)
        assert len(set(STORIES) & set(other.hits)) == 3
        assert third.requests == []
        assert (tmp_path / "mine.db").exists()
        assert len((tmp_path / "out.jsonl").read_text().splitlines()) == len(STORIES) + 3
        asked = len(one.requests)
        done = crawl(tmp_path, "--sources", file, "--due", one.url())
        assert done.returncode == 0, done.stderr
        assert len(one.requests) == asked  # nothing is due within the hour


def test_the_units_call_what_there_is() -> None:
    service = ConfigParser(strict=False, interpolation=None, delimiters=("=",))
    service.optionxform = str  # type: ignore[assignment, method-assign]
    service.read(ROOT / "deploy" / "broadsheet.service")
    words = service["Service"]["ExecStart"].split()
    assert words[0].endswith("/broadsheet")
    command = commands.get_command(None, words[1])  # type: ignore[arg-type]
    assert command is not None
    context = command.make_context("crawl", words[2:])
    assert context.params["sources"] == "/etc/broadsheet/sources.toml"
    assert context.params["due"]
    codes = {str(int(code)) for code in (Exit.INPUTS_FAILED, Exit.INTERRUPTED, Exit.NOTHING_FOUND)}
    assert set(service["Service"]["SuccessExitStatus"].split()) == codes


def test_the_example_of_the_manual_is_a_good_file(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    sources = read_sources(written(tmp_path, manual.split("```toml\n")[1].split("```")[0]))
    assert set(msgspec.structs.asdict(sources.site[0])) == set(
        re.findall(r"^(\w+) =", manual.split("[[site]]")[1], re.M)
    )


def test_articles_may_go_to_several_targets(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("[crawl]", '[crawl]\noutput = ["a.jsonl", "b.sqlite"]'))
    assert read_sources(path).crawl.output == ("a.jsonl", "b.sqlite")
    none = dict.fromkeys(("contact", "delay", "concurrency", "since", "max_articles"))
    assert plan((), path, "broadsheet.db", (), due=True, **none).targets == ("a.jsonl", "b.sqlite")
    assert plan((), path, "broadsheet.db", ("c.csv",), due=True, **none).targets == ("c.csv",)
