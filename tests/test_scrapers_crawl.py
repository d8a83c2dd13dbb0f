"""Whole crawls in processes of their own, against servers on loopback: what Scrapy people and the command line get."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from schema_check import assert_valid
from servers import ASKED_OF_EVERY_SITE, Answer, Site, closed_port, gzipped, redirect, serving

from cleaners import clean_page
from items import Page
from output.making import record_of

ROOT = Path(__file__).parent.parent
FAST = ("-s", "DOWNLOAD_DELAY=0", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "-s", "DOWNLOAD_TIMEOUT=10")
LOG_LINE = re.compile(r"^\S+ \S+ \[([\w.]+)\] (\w+): (.*)$", re.MULTILINE)
BUG = re.compile(r"Traceback|ScrapyDeprecationWarning|\] ERROR:")


def story(name: str) -> str:
    paragraphs = "".join(
        f"<p>Sentence {number} of the story about {name}: the bridge over the river was opened on Tuesday after nine"
        f" years of work, and the mayor of the town said that it had been worth the wait.</p>"
        for number in range(5)
    )
    return f"<!doctype html><html><head><title>{name}</title></head><body><h1>{name}</h1>{paragraphs}</body></html>"


GOOD = {
    "/story": story("The bridge"),
    "/umlaute": Answer(story("Brücke über den Fluß").encode("cp1252"), type="text/html; charset=iso-8859-1"),
    "/moved": redirect("/story?moved=1", 301),
    "/to-latin-1": redirect("/story?br\udcfccke=1"),  # a byte that is no UTF-8
    "/refresh": '<meta http-equiv="refresh" content="0; url=/story?refreshed=1">',
    "/script": '<meta http-equiv="refresh" content="0; url=javascript:location.reload()">' + story("Nowhere"),
    "/reloads": '<meta http-equiv="refresh" content="60; url=/reloads">' + story("The reloading page"),
    "/packed": gzipped(story("The packed page")),
    "/chunks": Answer(story("The page in chunks"), chunked=True),
    "/no-length": Answer(story("The old server"), announced=False),
    "/unlabelled": Answer(story("The page without a label"), type=None),
}
BAD = {
    "/missing": (None, "404 Not Found"),
    "/gone": (Answer("gone", status=410), "410 Gone"),
    "/broken": (Answer("sorry", status=500), "500 Internal Server Error"),
    "/busy": (Answer("later", status=429), "429 Too Many Requests"),
    "/loop": (redirect("/loop"), "too many redirects"),
    "/to-file": (redirect("file:///etc/passwd"), "redirect refused: file:///etc/passwd"),
    "/to-nowhere": (redirect("http://[nowhere/"), "redirect refused: http://[nowhere/"),
    "/to-no-port": (redirect("http://127.0.0.1:x/"), "redirect refused: http://127.0.0.1:x/"),
    "/to-ftp": (redirect("ftp://127.0.0.1/x"), "redirect refused: ftp://127.0.0.1/x"),
    "/report.html": (Answer(b"%PDF-1.7\n%..."), "not a web page: PDF"),
    "/photo": (Answer(b"\x89PNG\r\n\x1a\n....", type="image/png"), "not a web page: image"),
    "/api": (Answer('{"title": "x"}', type="application/json"), "not a web page: JSON"),
    "/feed": (Answer("<?xml version='1.0'?><rss version='2.0'/>", type="text/xml"), "not a web page: feed"),
    "/empty": (Answer(""), "empty answer"),
    "/large": (Answer(b"<p>" + b"x" * (11 << 20)), "too large"),
    "/bomb": (gzipped(b"<p>" + b"\0" * (40 << 20)), "too large"),
    "/cut": (Answer(story("cut"), cut=90), "body cut short"),
    "/cut-chunk": (Answer(story("cut"), cut=90, chunked=True), "body cut short"),
    "/cut-gzip": (gzipped(story("cut"), part=0.2), "body cut short"),
    "/closed": (Answer(closed=True), "connection closed before the answer was whole"),
    "/private/story": (story("Not for robots"), "robots.txt forbids it"),
}
ROBOTS = Answer("User-agent: Broadsheet\nUser-agent: Scrapy\nDisallow: /private/\n", type="text/plain")
ASKED_AGAIN = ("/broken", "/cut", "/cut-chunk", "/cut-gzip")


@dataclass
class Crawl:
    """What a finished process left."""

    code: int
    out: str
    log: str
    records: list[dict[str, Any]]

    @property
    def failures(self) -> dict[str, str]:
        """URL → reason, of the lines that the log has for failures."""
        lines = (line for name, level, line in LOG_LINE.findall(self.log) if level == "WARNING" and "scraper" in name)
        return {url: reason for url, _, reason in (line.partition(": ") for line in lines)}

    def stat(self, name: str) -> int:
        found = re.search(rf"'{re.escape(name)}': (\d+)", self.log)
        return int(found[1]) if found else 0


def scrapy(*arguments: str, folder: Path = ROOT, stdin: str = "", env: Mapping[str, str] | None = None) -> Crawl:
    """Runs the `scrapy` command; records are read from the file after -O."""
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests"))), **(env or {})},
        timeout=120,
        check=False,
    )
    out = Path(arguments[arguments.index("-O") + 1]) if "-O" in arguments else None
    lines = out.read_text(encoding="utf-8").splitlines() if out and out.exists() else []
    return Crawl(done.returncode, done.stdout, done.stderr, [json.loads(line) for line in lines])


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    pages = {**GOOD, **{path: answer for path, (answer, _) in BAD.items() if answer is not None}, "/robots.txt": ROBOTS}
    with serving(pages) as running:
        yield running


@pytest.fixture(scope="module")
def crawl(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """One crawl over everything above and some more, from a list on standard input."""
    with (
        serving({"/": story("Behind TLS")}, tls=True) as untrusted,
        serving({"/robots.txt": Answer(status=503)}) as sick,
        serving({}, "127.0.0.2") as ping,
        serving({"/": redirect(ping.url())}, "127.0.0.3") as pong,
    ):
        ping.pages["/"] = redirect(pong.url())
        more = [
            ping.url(),
            untrusted.url(),
            sick.url("/story"),
            f"http://127.0.0.1:{closed_port()}/",
            "http://no.such.invalid/",
        ]
        twice = [site.url("/story"), site.url("/story#comments")]
        urls = [site.url(path) for path in (*GOOD, *BAD)]
        listed = ["# a list", "", *urls, *more, *twice, "ftp://x/", "no url"]
        out = tmp_path_factory.mktemp("crawl") / "out.jsonl"
        arguments = ("-a", "urls_file=-", "-a", "allow_private=true", "-O", str(out))
        yield scrapy("crawl", "article", *arguments, *FAST, stdin="\n".join(listed))
        assert sick.hits == []
        assert len(ping.hits + pong.hits) == 11, "from host to host no more redirects are followed than on one"


def test_every_good_page_becomes_a_record(crawl: Crawl, site: Site) -> None:
    titles = {record["url"].removeprefix(site.url("")): record["title"] for record in crawl.records}
    assert titles == {
        "/story": "The bridge",
        "/umlaute": "Brücke über den Fluß",
        "/story?moved=1": "The bridge",
        "/story?br%FCcke=1": "The bridge",
        "/story?refreshed=1": "The bridge",
        "/script": "Nowhere",
        "/reloads": "The reloading page",
        "/packed": "The packed page",
        "/chunks": "The page in chunks",
        "/no-length": "The old server",
        "/unlabelled": "The page without a label",
    }
    for record in crawl.records:
        assert_valid(record)
        assert record["word_count"] > 100


def test_every_bad_one_is_named_with_its_reason(crawl: Crawl, site: Site) -> None:
    found = {url.removeprefix(site.url("")): reason for url, reason in crawl.failures.items()}
    assert {path: found.get(path) for path in BAD} == {path: reason for path, (_, reason) in BAD.items()}
    others = [reason for url, reason in found.items() if url not in BAD]
    assert sorted(others) == [
        "connection refused",
        "host name not found",
        "no trusted TLS connection",
        "not an http or https address",
        "not an http or https address: does https:// belong in front of it?",
        "robots.txt cannot be read: 503 Service Unavailable",
        "too many redirects",
    ]


def test_failures_are_counted_and_told_by_the_exit_code(crawl: Crawl) -> None:
    assert crawl.stat("broadsheet/articles") == len(GOOD)
    assert crawl.stat("broadsheet/failed/404") == 1
    assert crawl.stat("broadsheet/failed/body cut short") == 3
    assert crawl.stat("broadsheet/failed/not a web page") == 4
    assert crawl.code == 10


def test_nothing_in_the_log_looks_like_a_bug(crawl: Crawl) -> None:
    assert not BUG.search(crawl.log), crawl.log


def test_each_url_is_fetched_once_and_again_only_where_that_may_help(crawl: Crawl, site: Site) -> None:
    assert crawl.stat("broadsheet/repeated") == 2
    for path in {*GOOD, *BAD} - {"/closed"}:  # Twisted asks again by itself where a used connection closes
        wanted = {"/private/story": 0, "/loop": 11, **dict.fromkeys(ASKED_AGAIN, 3)}.get(path, 1)
        assert site.hits.count(path) == wanted, path


def test_robots_txt_is_asked_first_and_once(crawl: Crawl, site: Site) -> None:
    paths = [path for path, _ in site.requests]
    assert paths[0] == "/robots.txt"
    assert paths.count("/robots.txt") == 1


def test_requests_say_who_asks_and_nothing_else(crawl: Crawl, site: Site) -> None:
    for _, headers in site.requests:
        assert re.fullmatch(r"Broadsheet/\d+\.\d+\.\d+", headers["user-agent"])
        assert "cookie" not in headers


def test_a_feed_holds_the_record_byte_for_byte_wherever_it_is_made(site: Site, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    crawl = scrapy(
        *("crawl", "article", "-a", f"url={site.url('/umlaute')}", "-a", "allow_private=1", "-O", str(out)),
        folder=tmp_path,
        env={"SCRAPY_SETTINGS_MODULE": "scrapers.settings"},
    )
    assert crawl.code == 0
    page = Page(
        content=GOOD["/umlaute"].payload,
        url=site.url("/umlaute"),
        encoding="cp1252",
        fetched_at=crawl.records[0]["fetched_at"],
    )
    assert out.read_bytes() == msgspec.json.encode(record_of(clean_page(page))) + b"\n"


def test_scrapy_knows_the_spiders() -> None:
    assert scrapy("list").out == "archive\narticle\nnews\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nothing to fetch: give -a url=https://… or -a urls_file=FILE (- for standard input)"),
        (("-a", "urls_file=missing.txt"), "missing.txt: no such file"),
        (("-a", "url=https://example.org/", "-O", "/dev/null/out.jsonl"), "/dev/null/out.jsonl: cannot be written"),
    ],
)
def test_what_somebody_mistyped_costs_one_line(arguments: tuple[str, ...], message: str) -> None:
    crawl = scrapy("crawl", "article", *arguments)
    assert crawl.code == 2
    assert crawl.log.splitlines()[-1].endswith(f": error: {message}")
    assert not BUG.search(crawl.log)


def test_an_empty_list_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("# nothing today\n\n")
    crawl = scrapy("crawl", "article", "-a", f"urls_file={tmp_path / 'urls.txt'}")
    assert crawl.code == 1
    assert "nothing to fetch: no URL was given" in crawl.log
    assert "Traceback" not in crawl.log


# What a page or a list may try, to reach what only this machine can reach.

SPELLINGS = (
    "127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. 127.000.000.001 localhost"
    " LOCALHOST. x.localhost 0.0.0.0 0 [::1] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::]"
    " user:pass@127.0.0.1 example.org@127.0.0.1 １２７.０.０.１ ①②⑦.⓪.⓪.① 127。0。0。1"
).split()


@pytest.fixture
def canary() -> Iterator[Site]:
    """Nobody may ask it anything; it listens on both loopback addresses."""
    with serving({"/": "secret", "/robots.txt": Answer("")}) as running:
        yield running


def test_a_list_cannot_reach_this_machine(canary: Site) -> None:
    urls = [f"http://{spelling}:{canary.port}/" for spelling in SPELLINGS]
    crawl = scrapy("crawl", "article", "-a", "urls_file=-", *FAST, stdin="\n".join(urls))
    assert canary.requests == []
    assert crawl.stat("item_dropped_count") + crawl.stat("broadsheet/repeated") == len(SPELLINGS)
    reasons = set(crawl.failures.values())
    assert all(reason.startswith(("private address refused: ", "user name")) for reason in reasons), reasons
    assert not BUG.search(crawl.log), crawl.log


def test_a_public_page_cannot_send_a_crawl_here(canary: Site) -> None:
    """The public web is played by a proxy, which is asked for http://news.example/… and answers for it."""
    targets = [f"http://{spelling}:{canary.port}/" for spelling in SPELLINGS]
    hops = {f"/hop{number}": redirect(target) for number, target in enumerate(targets)}
    refreshes = {
        f"/refresh{number}": f'<meta http-equiv="refresh" content="0; url={target}"><p>Moved</p>'
        for number, target in enumerate(targets)
    }
    metadata = {"/metadata": redirect("http://169.254.169.254/latest/meta-data/"), "/robots.txt": redirect(targets[0])}
    far = {f"http://news.example{path}": page for path, page in (hops | refreshes | {"/ok": story("Far")}).items()}
    far |= {f"http://sick.example{path}": page for path, page in metadata.items()}
    far |= {"http://news.example/metadata": metadata["/metadata"]}
    with serving(far) as proxy:
        urls = [url for url in far if not url.endswith("robots.txt")]
        crawl = scrapy(
            *("crawl", "article", "-a", "urls_file=-", *FAST, "-s", "RETRY_TIMES=0"),
            stdin="\n".join(urls),
            env={"http_proxy": proxy.url(), "no_proxy": ""},
        )
        asked = {path for path, _ in proxy.requests if not path.endswith(ASKED_OF_EVERY_SITE)}
    assert canary.requests == []
    assert asked == set(urls) - {"http://sick.example/metadata"}
    assert crawl.stat("broadsheet/articles") == 1
    assert set(crawl.failures) == set(urls) - {"http://news.example/ok"}
    wanted = ("private address refused: ", "user name", "redirect refused: ", "not a valid")
    assert not [reason for reason in crawl.failures.values() if not reason.startswith(wanted)]
    assert not BUG.search(crawl.log), crawl.log


def test_a_name_that_leads_here_is_refused_where_it_is_looked_up(canary: Site) -> None:
    crawl = scrapy(
        *("crawl", "article", "-a", f"url=http://rebind.example:{canary.port}/", *FAST),
        *("-s", "TWISTED_DNS_RESOLVER=lying_resolver.LyingResolver"),
    )
    assert canary.requests == []
    assert list(crawl.failures.values()) == ["private address refused: rebind.example is 127.0.0.1"]


def test_credentials_stay_with_their_host(tmp_path: Path) -> None:
    with serving({"/": story("Elsewhere")}) as other:
        with serving({"/": redirect(other.url("/").replace("127.0.0.1", "localhost"))}) as own:
            crawl = scrapy(
                *("crawl", "article", "-a", f"url={own.url()}", "-a", "allow_private=true", *FAST),
                *("-s", "HTTPAUTH_USER=u", "-s", "HTTPAUTH_PASS=p", "-s", f"HTTPAUTH_DOMAIN={own.host}:{own.port}"),
            )
        assert crawl.code == 0
        assert [headers.get("authorization") is not None for path, headers in own.requests if path == "/"] == [True]
        assert {headers.get("authorization") for path, headers in other.requests} == {None}


# From Python: what the command line is built on.

DRIVER = """
import json, sys
from scrapers.run import run_article_spider

def tell(kind, *what):
    print(json.dumps([kind, *what]), flush=True)

def article(article):
    tell("article", article.url)
    if "disk-full" in sys.argv:
        raise OSError("no space left")

try:
    outcome = run_article_spider(
        [line.strip() for line in sys.stdin],
        on_article=article,
        on_failure=lambda failure: tell("failure", failure.source, failure.reason),
        on_skipped=lambda article, why: tell("skipped", article.url, why),
        workers=1,
        allow_private=True,
        keep_all="all" in sys.argv,
        scrapy_settings={"DOWNLOAD_DELAY": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "8", "RETRY_TIMES": "0"},
    )
    tell("outcome", outcome._asdict())
except OSError as error:
    tell("raised", str(error))
"""


class Driven:
    """A Python program that uses run_article_spider, in a process group of its own."""

    def __init__(self, urls: Iterable[str], *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write("\n".join(urls))
        self._process.stdin.close()
        self._process.stdin = None

    def first(self) -> list[Any]:
        """What it tells first; waits for it."""
        assert self._process.stdout is not None
        line: list[Any] = json.loads(self._process.stdout.readline())
        return line

    def interrupt(self) -> None:
        """Ctrl-C: to the whole group, as a terminal sends it."""
        os.killpg(self._process.pid, signal.SIGINT)

    def told(self) -> list[list[Any]]:
        out, error = self._process.communicate(timeout=60)
        assert error == ""
        return [json.loads(line) for line in out.splitlines()]


def until(condition: Any) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_every_url_is_accounted_for(site: Site) -> None:
    site.pages["/notice"] = "<html><body><p></p></body></html>"
    urls = [site.url(path) for path in ("/story", "/moved", "/missing", "/notice", "/story")]
    told = Driven([*urls, "no url"]).told()
    assert ["article", site.url("/story")] in told
    assert ["article", site.url("/story?moved=1")] in told
    assert ["failure", site.url("/missing"), "404 Not Found"] in told
    assert [line[:2] for line in told if line[0] == "skipped"] == [["skipped", site.url("/notice")]]
    wanted = {"articles": 2, "skipped": 1, "failed": 2, "repeated": 1, "unfinished": [], "interrupted": False}
    assert told[-1] == ["outcome", wanted]


def test_pages_that_are_no_articles_can_be_kept(site: Site) -> None:
    site.pages["/notice"] = "<html><body><p></p></body></html>"
    told = Driven([site.url("/notice")], "all").told()
    assert told[0] == ["article", site.url("/notice")]


def test_an_error_while_saving_ends_the_crawl_and_comes_out(site: Site) -> None:
    urls = [site.url(f"/story?number={number}") for number in range(40)]
    told = Driven(urls, "disk-full").told()
    assert [line[0] for line in told] == ["article", "raised"]
    assert told[-1] == ["raised", "no space left"]


def test_ctrl_c_lets_what_is_under_way_finish() -> None:
    with serving({"/story": story("Done"), "/slow": Answer(story("Slow"), delay=6.0)}) as site:
        driven = Driven([site.url("/story"), site.url("/slow")])
        assert driven.first() == ["article", site.url("/story")]
        until(lambda: "/slow" in site.hits)
        driven.interrupt()
        told = driven.told()
    assert ["article", site.url("/slow")] in told
    assert told[-1][1]["interrupted"] is True
    assert told[-1][1]["unfinished"] == []


def test_a_second_ctrl_c_stops_at_once() -> None:
    with serving({"/story": story("Done"), "/never": Answer(story("Never"), delay=60.0)}) as site:
        driven = Driven([site.url("/story"), site.url("/never")])
        assert driven.first() == ["article", site.url("/story")]
        until(lambda: "/never" in site.hits)
        begun = time.monotonic()
        driven.interrupt()
        time.sleep(0.5)  # two signals at the same moment are one
        driven.interrupt()
        told = driven.told()
    assert time.monotonic() - begun < 20
    assert told[-1][1]["interrupted"] is True
    assert told[-1][1]["unfinished"] == [site.url("/never")]


# In somebody else's project.

SPIDER = """
import scrapy
from scrapers.pages import page_of

class Theirs(scrapy.Spider):
    name = "theirs"

    async def start(self):
        for path in ("/story", "/report.html", "/private/story"):
            yield scrapy.Request(self.site + path)

    def parse(self, response):
        yield page_of(response)
        yield {"seen": response.url}
"""
SETTINGS = """
SPIDER_MODULES = ["theirs"]
ADDONS = {"scrapers.addon.BroadsheetAddon": 500}
BROADSHEET_ALLOW_PRIVATE = True
DOWNLOAD_DELAY = 0.25
LOG_LEVEL = "INFO"
"""


def test_the_add_on_cleans_in_another_project(site: Site, tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = theirs.settings\n")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "__init__.py").write_text(SPIDER)
    (tmp_path / "theirs" / "settings.py").write_text(SETTINGS)
    out = str(tmp_path / "out.jsonl")
    crawl = scrapy("crawl", "theirs", "-a", f"site={site.url('')}", "-O", out, folder=tmp_path)
    assert crawl.code == 0
    assert {"seen": site.url("/story")} in crawl.records
    assert {"seen": site.url("/report.html")} in crawl.records
    records = [record for record in crawl.records if "seen" not in record]
    assert [record["title"] for record in records] == ["The bridge"]
    assert_valid(records[0])
    assert crawl.failures == {site.url("/report.html"): "not a web page: PDF"}
    assert "'DOWNLOAD_DELAY': 0.25" in crawl.log
    assert "'DOWNLOAD_MAXSIZE': 10485760" in crawl.log
    assert "RobotsTxtMiddleware" not in crawl.log
    assert not BUG.search(crawl.log), crawl.log
