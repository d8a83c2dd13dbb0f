"""Manners towards hosts. The log of a real server is the oracle."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from servers import Answer, Page, Site, serving

from scrapers.discovery.owners import host_of
from scrapers.manners.budget import Budget, Wait
from scrapers.manners.contact import BadContact, check_contact, check_size, counted, user_agent
from scrapers.manners.retry_after import seconds_to_wait

ROOT = Path(__file__).parent.parent
PAGE = "<html><body><p>A page.</p></body></html>"
DELAY = 0.3
CLOSE = 0.002  # seconds: two threads of the server may note their moments in the other order


@contextmanager
def crawling(
    *urls: str, folder: Path, delay: float = DELAY, settings: tuple[str, ...] = ()
) -> Iterator[subprocess.Popen[str]]:
    """`scrapy crawl article` over the URLs, in a process of its own."""
    listed = folder / f"urls-{len(list(folder.iterdir()))}.txt"
    listed.write_text("\n".join(urls))
    given = (f"DOWNLOAD_DELAY={DELAY}", f"BROADSHEET_BUDGET={folder / 'hosts.db'}", "BROADSHEET_WORKERS=1", *settings)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "scrapy", "crawl", "article", "-a", f"urls_file={listed}", "-a", "allow_private=1"),
            *(word for setting in given for word in ("-s", setting)),
        ],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def crawled(*urls: str, folder: Path, settings: tuple[str, ...] = ()) -> str:
    """The log of a crawl that came to its end."""
    with crawling(*urls, folder=folder, settings=settings) as process:
        log = process.communicate(timeout=60)[1]
    assert "Traceback" not in log
    return log


def gaps(site: Site) -> list[float]:
    return [after - before for before, after in zip(site.moments, site.moments[1:], strict=False)]


def paths(site: Site) -> list[str]:
    return [path for path, _ in site.requests]


def robots(rules: str, agent: str = "*") -> Answer:
    return Answer(f"User-agent: {agent}\n{rules}\n", type="text/plain")


class Busy:
    """Sends the first who comes away for two seconds, or until the second after the next."""

    def __init__(self, status: int, *, as_date: bool) -> None:
        self.status, self.as_date = status, as_date
        self.until = 0.0
        """Seconds since 1970."""

    def __call__(self) -> Answer:
        if self.until:
            return Answer(PAGE)
        self.until = float(int(time.time()) + 3) if self.as_date else time.time() + 2
        date = f"{datetime.fromtimestamp(self.until, UTC):%a, %d %b %Y %H:%M:%S} GMT"
        return Answer("later", status=self.status, headers={"Retry-After": date if self.as_date else "2"})


BUSY = {
    f"{status} {form}": Busy(status, as_date=form == "date") for status in (429, 503) for form in ("seconds", "date")
}
SITES: dict[str, dict[str, Page]] = {
    "plain": {f"/{number}": PAGE for number in range(5)}
    | {"/robots.txt": Answer("User-agent: *\nDisallow: /3\n", type="text/plain", delay=0.2)},
    "crawl delay": dict.fromkeys(("/a", "/b", "/c"), PAGE) | {"/robots.txt": robots("Crawl-delay: 0.8", "Broadsheet")},
    "request rate": dict.fromkeys(("/a", "/b", "/c"), PAGE) | {"/robots.txt": robots("Request-rate: 5/4s")},
    "endless delay": {"/a": PAGE, "/robots.txt": robots("Crawl-delay: 3600")},
    "robots 500": {"/a": PAGE, "/robots.txt": Answer(status=500)},
    "robots 429": {"/a": PAGE, "/robots.txt": Answer(status=429)},
    "robots silent": {"/a": PAGE, "/robots.txt": Answer(closed=True)},
    "robots endless": {
        "/a": PAGE,
        "/b": PAGE,
        "/robots.txt": robots("Disallow: /a\n" + ("# " + "x" * 97 + "\n") * 5300 + "Disallow: /b"),
    },
    "long wait": {"/a": Answer("later", status=429, headers={"Retry-After": "3600"}), "/b": PAGE},
    **{name: {"/a": busy, "/b": PAGE, "/c": PAGE} for name, busy in BUSY.items()},
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, Site], str, Path]]:
    """All of the above, each on an address of its own, the log of one crawl over them, and its folder."""
    folder = tmp_path_factory.mktemp("town")
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(serving(pages, f"127.0.0.{number}"))
            for number, (name, pages) in enumerate(SITES.items(), 2)
        }
        urls = [site.url(path) for site in sites.values() for path in site.pages if path != "/robots.txt"]
        settings = ("BROADSHEET_CONTACT=desk@example.org", "CONCURRENT_REQUESTS=64")
        yield sites, crawled(*urls, folder=folder, settings=settings), folder


Town = tuple[dict[str, Site], str, Path]


def test_a_delay_lies_between_any_two_requests_to_a_host(town: Town) -> None:
    for name, site in town[0].items():
        assert min(gaps(site), default=DELAY) >= DELAY - CLOSE, name


def test_no_path_is_asked_before_robots_txt_has_answered_nor_where_that_forbids_it(town: Town) -> None:
    assert all(paths(site)[0] == "/robots.txt" for site in town[0].values())
    plain = town[0]["plain"]
    assert plain.moments[1] - plain.moments[0] >= 0.2 + DELAY
    assert sorted(plain.hits) == ["/0", "/1", "/2", "/4"]


@pytest.mark.parametrize("name", ["crawl delay", "request rate"])
def test_what_robots_txt_asks_for_is_honoured(town: Town, name: str) -> None:
    site = town[0][name]
    assert len(site.hits) == 3
    assert min(gaps(site)[1:]) >= 0.8 - CLOSE


def test_a_crawl_delay_beyond_reason_closes_the_host(town: Town) -> None:
    assert town[0]["endless delay"].hits == []
    assert "robots.txt asks for 3600 seconds between two requests" in town[1]


@pytest.mark.parametrize("name", ["robots 500", "robots 429", "robots silent"])
def test_an_origin_whose_robots_txt_fails_is_not_asked(town: Town, name: str) -> None:
    assert town[0][name].hits == []


def test_only_the_first_half_mebibyte_of_robots_txt_counts(town: Town) -> None:
    assert town[0]["robots endless"].hits == ["/b"]


@pytest.mark.parametrize("name", BUSY)
def test_nothing_is_asked_inside_a_retry_after(town: Town, name: str) -> None:
    site = town[0][name]
    assert sorted(site.hits) == ["/a", "/a", "/b", "/c"]
    sent_away = paths(site).index("/a")
    waited = gaps(site)[sent_away]
    # The server's own clock said until when: since then, no less than up to there.
    assert waited >= (1 if BUSY[name].as_date else 2) - CLOSE
    began = time.time() - time.monotonic()
    assert began + site.moments[sent_away + 1] >= BUSY[name].until - CLOSE


def test_a_long_retry_after_is_left_for_another_time(town: Town) -> None:
    sites, log, folder = town
    site = sites["long wait"]
    assert "/a: 429 Too Many Requests" in log
    assert "/b: the host asked us to wait: until" in log
    assert site.hits == ["/a"]
    # Another crawl of this machine knows it too.
    asked = len(site.requests)
    assert "the host asked us to wait" in crawled(site.url("/b"), folder=folder)
    assert len(site.requests) == asked


def test_the_user_agent_names_a_contact(town: Town) -> None:
    agents = {headers["user-agent"] for site in town[0].values() for _, headers in site.requests}
    assert {agent.partition(" ")[2] for agent in agents} == {"(+mailto:desk@example.org)"}


def test_two_processes_share_one_budget(tmp_path: Path) -> None:
    pages = {f"/{number}": PAGE for number in range(6)}
    with serving(pages) as site:
        urls = [site.url(path) for path in pages]
        with crawling(*urls[:3], folder=tmp_path) as one, crawling(*urls[3:], folder=tmp_path) as other:
            assert one.wait(60) == other.wait(60)
        assert sorted(site.hits) == sorted(pages)
        assert min(gaps(site)) >= DELAY - CLOSE


def test_a_killed_crawl_blocks_nobody(tmp_path: Path) -> None:
    with serving({"/slow": Answer(PAGE, delay=20), "/story": PAGE}) as site:
        with crawling(site.url("/slow"), folder=tmp_path) as process:
            wait_until(lambda: "/slow" in site.hits)
            process.send_signal(signal.SIGKILL)
            process.wait()
        crawled(site.url("/story"), folder=tmp_path)
        assert site.hits == ["/slow", "/story"]


def test_large_crawls_need_a_contact() -> None:
    public, private = "https://news.example.org/", "http://127.0.0.1:8000/"
    check_size(100, [public], None)
    check_size(None, [public], "desk@example.org")
    check_size(None, [private], None)
    for pages in (101, None):
        with pytest.raises(BadContact, match="more than 100 pages needs a contact"):
            check_size(pages, [private, public], None)
    assert len(list(counted([public] * 100 + [private] * 100, None))) == 200
    with pytest.raises(BadContact):
        list(counted([public] * 101, None))
    for contact in ("nobody", "a b@example.org", "x\r\nEvil: 1@example.org", ""):
        with pytest.raises(BadContact):
            check_contact(contact)
    assert user_agent("B/1", "https://example.org/bot") == "B/1 (+https://example.org/bot)"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (b" 5 ", 5),
        ("0", 0),
        ("99999999999", 7 * 86400),
        ("Thu, 26 Nov 2026 10:01:00 GMT", 60),
        ("Thursday, 26-Nov-26 10:01:00 GMT", 60),
        ("Thu, 26 Nov 2026 09:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_in_all_its_forms(header: str | bytes | None, seconds: float | None) -> None:
    assert seconds_to_wait(header, datetime(2026, 11, 26, 10, tzinfo=UTC)) == seconds


def test_a_budget_in_one_process(tmp_path: Path) -> None:
    path = str(tmp_path / "hosts.db")
    one, other = Budget(path), Budget(path)
    first = one.begin("e.org", 30, 2)
    with pytest.raises(Wait) as waiting:
        other.begin("e.org", 30, 2)
    assert 29 < waiting.value.seconds <= 30
    other.begin("x.org", 30, 1)  # another host is another matter
    one.begin("e.org", 0, 2)
    with pytest.raises(Wait):  # both connections are taken
        other.begin("e.org", 0, 2)
    one.end(first, "e.org", rest=False)
    other.begin("e.org", 0, 2)
    one.close_host("x.org", 100)
    with pytest.raises(Wait) as closed:
        other.begin("x.org", 0, 5)
    assert closed.value.closed
    assert closed.value.seconds > 99


def test_a_clock_set_back_costs_one_delay_at_most(tmp_path: Path) -> None:
    path = tmp_path / "hosts.db"
    budget = Budget(str(path))
    budget.begin("e.org", 5, 9)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE hosts SET last_at = last_at + 86400")
    with pytest.raises(Wait) as waiting:
        budget.begin("e.org", 5, 9)
    assert waiting.value.seconds <= 5


def test_a_broken_budget_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "hosts.db"
    path.write_bytes(b"no database" * 1000)
    assert Budget(str(path)).begin("e.org", 1, 1) > 0
    assert Budget(str(tmp_path / "no" / "folder.db")).begin("e.org", 1, 1) > 0


def test_a_runtime_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "broadsheet").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    Budget().begin("e.org", 1, 1)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_whose_budget_it_is() -> None:
    assert host_of("https://E.org:443/x") == host_of("http://e.org./y") == "e.org"
    assert host_of("http://e.org:8080/") == "e.org:8080"


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not true():
        assert time.monotonic() < ends
        asyncio.run(asyncio.sleep(0.01))
