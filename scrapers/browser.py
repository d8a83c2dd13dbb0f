"""Pages that scripts fill, fetched with a browser: for the sites that a sources file says so of. docs/browser.md

Needs the extra `browser` (scrapy-playwright) and a Chromium of the system. The browser says who it is like every other
request of ours, and waits for its turn like them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from typing import Any

from scrapers.discovery.owners import site_of
from scrapers.safety import why_refused

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HANDLER = "scrapers.browser_handler.PoliteBrowser"
NOT_READ = frozenset(("image", "media", "font", "stylesheet"))
SECONDS = 30


class NoBrowser(Exception):
    """A browser is asked for and there is none; the message says what to install."""


def browser_settings(homes: Sequence[str], *, allow_private: bool = False) -> dict[str, object]:
    """Scrapy settings of a crawl that fetches the pages of some sites with a browser. Raises NoBrowser."""
    if find_spec("scrapy_playwright") is None:
        raise NoBrowser("a site with browser = true needs scrapy-playwright: pip install 'broadsheet[browser]'")
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise NoBrowser("a site with browser = true needs Chromium, on Debian: apt-get install chromium")
    arguments = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []  # Chromium has none for root
    return {
        "BROADSHEET_BROWSER_SITES": [site_of(home) for home in homes],
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER},
        "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": program, "args": arguments, "timeout": SECONDS * 1000},
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": SECONDS * 1000,
        "PLAYWRIGHT_MAX_CONTEXTS": 1,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 4,
        "PLAYWRIGHT_ABORT_REQUEST": any_address if allow_private else public_addresses,
    }


def browser_meta() -> dict[str, Any]:
    """The meta of a request that a browser is to make: the page is taken when the network has been quiet."""
    return {"playwright": True, "playwright_page_goto_kwargs": {"wait_until": "networkidle"}}


def public_addresses(request: Any) -> bool:
    """Whether a page's own request is not made: for what nobody reads, and to addresses that are refused."""
    return request.resource_type in NOT_READ or why_refused(request.url, allow_private=False) is not None


def any_address(request: Any) -> bool:
    """The same where private addresses are allowed."""
    return request.resource_type in NOT_READ or why_refused(request.url, allow_private=True) is not None


async def guard_hops(page: Any, *, allow_private: bool) -> None:
    """Has every request of a page judged by its address, redirects among them: of those Playwright tells nobody."""
    session = await page.context.new_cdp_session(page)

    async def judge(paused: Any) -> None:
        number = {"requestId": paused["requestId"]}
        with suppress(Exception):  # the page is closed already
            if why_refused(paused["request"]["url"], allow_private=allow_private) is None:
                await session.send("Fetch.continueRequest", number)
            else:
                await session.send("Fetch.failRequest", {**number, "errorReason": "AddressUnreachable"})

    session.on("Fetch.requestPaused", judge)
    await session.send("Fetch.enable", {"patterns": [{"urlPattern": "http*"}]})
