"""Answers that never end: heads beyond measure, bodies in drops, and what the other hosts lose by them."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from contextlib import ExitStack

from scrapy import Request, signals
from scrapy.http import Response
from scrapy.utils.test import get_crawler
from servers import Answer, Site, serving
from test_scrapers_crawl import BUG, FAST, Crawl, scrapy, story

from scrapers.frontier.fates import LARGE, SLOW, of_failure
from scrapers.reasons import HEAD_TOO_LARGE
from scrapers.wire import MOST_CRUMBS, Pace

LARGE_HEAD = {f"X-{number}": "x" * 10_000 for number in range(40)}
MANY_LINES = {f"X-{number}": "x" for number in range(1100)}
LONG_LINE = {"X-Long": "x" * 40_000}
FAR_FROM_LARGE = {f"X-{number}": "x" * 1000 for number in range(100)}
ONE_WORKER = ("-s", "BROADSHEET_WORKERS=1")
HOSTS, PAGES, SLOW_PAGES = 9, 5, 20


def crawl(*urls: str, settings: tuple[str, ...] = ()) -> Crawl:
    done = scrapy(
        *("crawl", "article", "-a", "urls_file=-", "-a", "allow_private=true", *FAST, *ONE_WORKER, *settings),
        stdin="\n".join(urls),
    )
    assert not BUG.search(done.log), done.log
    return done


def test_a_head_beyond_measure_and_a_body_in_drops_are_given_up_by_their_names() -> None:
    heads = {"/bytes": LARGE_HEAD, "/lines": MANY_LINES, "/line": LONG_LINE, "/fine": FAR_FROM_LARGE}
    pages = {path: Answer(story(path), headers=headers) for path, headers in heads.items()}
    with serving({**pages, "/drops": Answer(story("Drops"), drip=0.2)}) as site:
        slow = ("-s", "BROADSHEET_SLOW_SECONDS=1", "-s", "DOWNLOAD_TIMEOUT=100")
        done = crawl(*(site.url(path) for path in site.pages), settings=slow)
        found = {url.removeprefix(site.url("")): reason for url, reason in done.failures.items()}
        assert found == {
            **dict.fromkeys(("/bytes", "/lines", "/line"), HEAD_TOO_LARGE),
            "/drops": "too slow: less than 100 bytes in 1 s",
        }
        assert sorted(site.hits) == sorted(site.pages)  # none of them is asked for again
    assert done.stat("broadsheet/articles") == 1
    assert [of_failure(reason).name for reason in (HEAD_TOO_LARGE, found["/drops"])] == [LARGE, SLOW]


def test_a_body_in_crumbs_is_given_up() -> None:
    crumbs = b"1\r\nx\r\n" * (3 * MOST_CRUMBS) + b"0\r\n\r\n"
    answer = Answer(crumbs, headers={"Transfer-Encoding": "chunked"}, announced=False)
    with serving({"/crumbs": answer, "/fine": story("Fine")}) as site:
        done = crawl(*map(site.url, site.pages))
        assert done.failures == {site.url("/crumbs"): "too slow: in pieces of less than 64 bytes"}
    assert done.stat("broadsheet/articles") == 1


def test_the_deadline_is_for_the_whole_answer() -> None:
    with serving({"/drops": Answer(story("Drops"), drip=0.2)}) as site:
        hurried = ("-s", "BROADSHEET_LEAST_RATE=0", "-s", "DOWNLOAD_TIMEOUT=2", "-s", "RETRY_TIMES=0")
        assert crawl(site.url("/drops"), settings=hurried).failures == {site.url("/drops"): "no answer in time"}


def test_a_slow_host_costs_the_others_nothing() -> None:
    """The slow host, first in the list, says nothing before the others were asked for nine pages in ten."""
    enough, asked = threading.Event(), []

    def good(name: str) -> Answer:
        asked.append(name)
        if len(asked) >= 0.9 * HOSTS * PAGES:
            enough.set()
        return Answer(story(name))

    def slow() -> Answer:
        kept.append(not enough.wait(60))
        return Answer(story("Slow"))

    kept: list[bool] = []
    with ExitStack() as stack:
        good_pages = {f"/{page}": (lambda page=page: good(f"page {page}")) for page in range(PAGES)}
        hosts: list[Site] = [stack.enter_context(serving(good_pages, f"127.0.0.{2 + host}")) for host in range(HOSTS)]
        sick = stack.enter_context(serving(dict.fromkeys((f"/{page}" for page in range(SLOW_PAGES)), slow)))
        urls = [host.url(path) for path in good_pages for host in hosts]
        late = [sick.url(path) for path in sick.pages]
        delays = ("-s", "DOWNLOAD_TIMEOUT=100", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=1")
        done = crawl(*late, *urls, settings=delays)
    assert not any(kept)
    assert done.stat("broadsheet/articles") == HOSTS * PAGES + len(late)


def test_no_request_is_held_once_its_body_came() -> None:
    crawler = get_crawler()
    one, _other = Pace(crawler), Pace(crawler)  # one a handler: both hear of every body

    async def fetched(request: Request) -> Response:
        crawler.signals.send_catch_log(signals.headers_received, request=request)
        crawler.signals.send_catch_log(signals.bytes_received, data=b"a body", request=request)
        return Response(request.url)

    def fetch() -> weakref.ref[Request]:
        request = Request("https://example.org/")
        asyncio.run(one.keep(request, fetched(request)))
        return weakref.ref(request)

    held = fetch()
    gc.collect()
    assert held() is None
