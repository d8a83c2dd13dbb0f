"""What is said about a page's rights outside of it: in the headers of the response, and in its origin's robots.txt."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from protego import Protego
from scrapy.http import Response

from items import Signal

HEADERS = ("X-Robots-Tag", "tdm-reservation", "tdm-policy", "Content-Usage")
ROBOTS = "broadsheet_robots"
"""The key of request.meta under which RobotsGate leaves an origin's robots.txt (bytes)."""
# Crawlers that gather what models are trained on, by the names they give in robots.txt.
AI_AGENTS = (
    "AI2Bot", "Amazonbot", "anthropic-ai", "Applebot-Extended", "Bytespider", "CCBot", "ChatGPT-User", "Claude-Web",
    "ClaudeBot", "cohere-ai", "Diffbot", "FacebookBot", "Google-Extended", "GPTBot", "Meta-ExternalAgent",
    "OAI-SearchBot", "omgili", "PerplexityBot", "Timpibot", "YouBot",
)  # fmt: skip
LONGEST_RAW = 500


def signals_of(response: Response, at: str) -> tuple[Signal, ...]:
    """Everything said in headers and robots.txt about this response. at: when, ISO 8601 in UTC."""
    found = [
        Signal(name.lower(), value.decode("utf-8", "replace")[:LONGEST_RAW], at)
        for name in HEADERS
        for value in response.headers.getlist(name)
    ]
    robots = response.request.meta.get(ROBOTS) if response.request is not None else None
    if robots:
        found += [Signal(source, raw, at) for source, raw in _in_robots(robots, response.url)]
    return tuple(found)


def _in_robots(robots: bytes, url: str) -> Iterator[tuple[str, str]]:
    parser, named, usages = _read(robots)
    closed = [agent for agent in named if not parser.can_fetch(url, agent)]
    if closed:
        yield "robots.txt", f"disallows {', '.join(closed)}"
    path = urlsplit(url).path or "/"
    fitting = [(where, usage) for where, usage in usages if path.startswith(where)]
    if fitting:
        yield "robots.txt content-usage", max(fitting, key=lambda one: len(one[0]))[1]


@lru_cache(maxsize=64)
def _read(robots: bytes) -> tuple[Protego, list[str], list[tuple[str, str]]]:
    """The rules, the AI agents that are named in them, and what Content-Usage says for which paths."""
    text = robots.decode("utf-8", "replace")
    lowered = text.lower()
    named = [agent for agent in AI_AGENTS if agent.lower() in lowered]
    return Protego.parse(text), named, list(_usages(text)) if "content-usage" in lowered else []


def _usages(text: str) -> Iterator[tuple[str, str]]:
    """Path → preferences, of the groups for everybody and for us."""
    ours, in_head = False, False
    for line in text.splitlines():
        name, _, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip()
        if name == "user-agent":
            ours = (in_head and ours) or value.lower() in ("*", "broadsheet")
            in_head = True
        elif name:
            in_head = False
            if name == "content-usage" and ours:
                where, _, rest = value.partition(" ") if value.startswith("/") else ("/", "", value)
                yield where, rest.strip()[:LONGEST_RAW]
