"""No page, feed, sitemap or robots.txt of a newspaper leads a crawl to this machine: a canary here hears nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from servers import Answer, Page, redirect, serving
from test_scrapers_crawl import ROOT, story
from test_scrapers_safety import LOOPBACK_SPELLINGS, PRIVATE_SPELLINGS

SPELLINGS = LOOPBACK_SPELLINGS + PRIVATE_SPELLINGS
SECRET = story("The secret of this machine")
ENTRY_POINTS = ("redirect", "refresh", "sitemap", "feed", "robots", "canonical")


def crawl(
    home: str, folder: Path, *settings: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    given = (
        "--feed",
        f"{home}feed.xml",
        "--sitemap",
        f"{home}news.xml",
        "--delay",
        "0",
        "--contact",
        "desk@example.org",
    )
    places = ("-o", str(folder / "out.jsonl"), "--state", str(folder / "state.db"))
    return subprocess.run(
        [sys.executable, "-m", "broadsheet", "crawl", home, *given, *places, *settings],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests"))), **(env or {})},
        timeout=180,
        check=False,
    )


def newspaper(home: str, target: Callable[[str], list[str]]) -> dict[str, Page]:
    """A newspaper all of whose ways lead where it should not be followed. target: addresses for an entry point."""
    hops = {f"/2026/11/26/hop-{n}.html": redirect(url) for n, url in enumerate(target("redirect"))}
    refreshes = {
        f"/2026/11/26/refresh-{n}.html": f'<meta http-equiv="refresh" content="0; url={url}"><p>Moved</p>'
        for n, url in enumerate(target("refresh"))
    }
    ways = "".join(
        f'<link rel="canonical" href="{url}"><link rel="next" href="{url}"><a rel="next" href="{url}">2</a>'
        for url in target("canonical")
    )
    last = {"/2026/11/26/bridge.html": story("The bridge").replace("<body>", f"<body>{ways}")}
    articles = {**hops, **refreshes, **last}
    links = "".join(f'<p><a href="{path}">The story that is told at {path}</a></p>' for path in articles)
    items = "".join(f"<item><title>x</title><link>{url}</link></item>" for url in target("feed"))
    places = "".join(f"<url><loc>{url}</loc></url>" for url in target("sitemap"))
    children = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in target("sitemap"))
    named = "".join(f"Sitemap: {url}\n" for url in target("robots"))
    return {
        **articles,
        "/": f"<html><body>{links}{ways}</body></html>",
        "/feed.xml": Answer(f"<rss version='2.0'><channel>{items}</channel></rss>", type="application/rss+xml"),
        "/news.xml": Answer(f"<urlset>{places}</urlset>", type="application/xml"),
        "/index.xml": Answer(f"<sitemapindex>{children}</sitemapindex>", type="application/xml"),
        # The connection ends with the answer, so that every request looks the name up anew.
        "/robots.txt": Answer(f"{named}Sitemap: {home}index.xml\n", type="text/plain", announced=False),
        "/.well-known/tdmrep.json": redirect(target("redirect")[0]),
    }


def titles(folder: Path) -> list[str]:
    lines = (folder / "out.jsonl").read_text().splitlines()
    return [json.loads(line)["title"] for line in lines]


def test_sixty_spellings_of_private_addresses_at_six_entry_points(tmp_path: Path) -> None:
    """A proxy plays the open internet, and would be asked for whatever was not refused."""
    assert len(SPELLINGS) >= 60
    with serving({"/": SECRET}) as canary:
        pages = newspaper("http://news.example/", lambda _: [f"http://{one}:{canary.port}/" for one in SPELLINGS])
        with serving({f"http://news.example{path}": page for path, page in pages.items()}) as proxy:
            done = crawl("http://news.example/", tmp_path, env={"http_proxy": proxy.url(), "no_proxy": ""})
            asked = {path.removeprefix("http://news.example") for path, _ in proxy.requests}
    assert canary.requests == []
    assert set(pages) <= asked
    assert not [path for path in asked if not path.startswith("/")]
    assert titles(tmp_path) == ["The bridge"], done.stderr


def test_names_of_the_newspaper_that_lead_here_and_names_that_change_where_they_lead(tmp_path: Path) -> None:
    with serving({}, "127.0.0.2") as far, serving({"/": SECRET}, port=far.port) as canary:
        home = f"http://news.example:{far.port}/"

        def target(entry: str) -> list[str]:
            return [
                f"http://{name}.news.example:{far.port}/2026/11/26/{entry}-secret.html" for name in ("intern", "turns")
            ]

        canary.pages.update({f"/2026/11/26/{entry}-secret.html": SECRET for entry in ENTRY_POINTS})
        far.pages.update(newspaper(home, target))
        done = crawl(home, tmp_path, "-s", "TWISTED_DNS_RESOLVER=rebinding_resolver.RebindingResolver")
        hosts = {headers["host"].partition(":")[0] for _, headers in far.requests}
    assert canary.requests == []
    assert hosts == {"news.example", "turns.news.example"}
    assert titles(tmp_path) == ["The bridge"], done.stderr
