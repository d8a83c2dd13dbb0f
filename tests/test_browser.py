"""A site that needs a browser, crawled with Debian's Chromium."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from servers import Answer, redirect, serving
from test_news_manners import crawl, rss
from test_sources import written

from scrapers.browser import PROGRAMS, NoBrowser, browser_settings, guard_hops

STORY = "/town/2026/11/20/the-bridge-opens"
SHELL = (
    "<!doctype html><html><head><title>Gazette</title></head>"
    "<body><div id='root'></div><script src='/app.js'></script></body></html>"
)
APP = """
fetch('/data.json').then(answer => answer.json()).then(story => {
  document.title = story.title;
  const article = document.createElement('article');
  article.innerHTML = '<h1>' + story.title + '</h1>' + story.text.map(text => '<p>' + text + '</p>').join('');
  document.getElementById('root').append(article);
});
"""
TEXT = [
    f"Sentence {number} of the story of the bridge that was opened on Tuesday after nine years of work."
    for number in range(8)
]


@pytest.mark.skipif(not any(map(shutil.which, PROGRAMS)), reason="no Chromium on this machine")
def test_a_page_that_scripts_fill_is_read_in_a_browser(tmp_path: Path) -> None:
    with serving({}, "127.0.0.61") as site:
        site.pages |= {
            "/": "<p>x",
            "/feed": rss(site, [STORY, "/private/2026/11/20/not-for-robots"]),
            "/robots.txt": Answer("User-agent: *\nDisallow: /private/\n", type="text/plain"),
            STORY: SHELL,
            "/private/2026/11/20/not-for-robots": SHELL,
            "/app.js": Answer(APP, type="text/javascript"),
            "/data.json": Answer(json.dumps({"title": "The bridge opens", "text": TEXT}), type="application/json"),
        }
        home = f'[[site]]\nhome = "{site.url()}"\nfeeds = ["{site.url("/feed")}"]\n'
        done = crawl(tmp_path, "--sources", written(tmp_path, home))
        assert "1 needs a browser" in done.stderr
        assert "/app.js" not in site.hits

        done = crawl(tmp_path, "--sources", written(tmp_path, home + "browser = true\n"), "--state", "other.db")
        assert done.returncode == 0, done.stderr
        (record,) = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
        assert (record["title"], record["text"]) == ("The bridge opens", "\n\n".join(TEXT))
        assert "/private/2026/11/20/not-for-robots" not in site.hits
        agents = {headers["user-agent"] for path, headers in site.requests if path in (STORY, "/data.json")}
        assert all(agent.startswith("Broadsheet/") for agent in agents)


@pytest.mark.skipif(not any(map(shutil.which, PROGRAMS)), reason="no Chromium on this machine")
def test_a_page_in_a_browser_is_not_redirected_to_a_private_address() -> None:
    """A name stands for the newspaper: the browser alone is told where it is."""
    with serving({}, "127.0.0.62") as paper, serving({"/secret": "<p>for nobody"}, "127.0.0.63") as private:
        name = f"http://paper.example:{paper.url().rstrip('/').rpartition(':')[2]}"
        paper.pages |= {
            "/story": redirect(f"{name}/moved"),
            "/moved": redirect(private.url("/secret")),
            "/whole": redirect(f"{name}/there"),
            "/there": "<h1>There</h1><script>fetch('/hop')</script>",
            "/hop": redirect(private.url("/secret")),
        }
        asyncio.run(visit(name))
        assert [path for path in paper.hits if path != "/favicon.ico"] == [
            "/story",
            "/moved",
            "/whole",
            "/there",
            "/hop",
        ]
        assert not private.hits


async def visit(name: str) -> None:
    from playwright.async_api import Error, async_playwright  # noqa: PLC0415  # an extra

    options: Any = browser_settings([name])["PLAYWRIGHT_LAUNCH_OPTIONS"]
    options["args"] = [*options["args"], "--host-resolver-rules=MAP paper.example 127.0.0.62"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**options)
        refused, allowed = await browser.new_page(), await browser.new_page()
        for page in (refused, allowed):
            await guard_hops(page, allow_private=False)
        with pytest.raises(Error, match="ERR_ADDRESS_UNREACHABLE"):
            await refused.goto(f"{name}/story")
        answer = await allowed.goto(f"{name}/whole", wait_until="networkidle")
        assert answer.url == f"{name}/there"
        await browser.close()


def test_a_missing_browser_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBrowser, match="needs Chromium, on Debian: apt-get install chromium"):
        browser_settings(["https://e.org/"])
