"""Is this the whole article? What the page says of its length, against the text there is, and how the text ends."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from html import unescape
from importlib.resources import files
from typing import Literal, NamedTuple

import msgspec

from cleaners.metadata.json_ld import page_key, text_of
from cleaners.metadata.plain_fields import access
from cleaners.metadata.testimony import Testimony
from cleaners.metadata.urls import absolute
from items import Block

Verdict = Literal["full", "truncated", "teaser", "paywalled", "merged"]  # of items.Status all but "empty"

WORDS = tomllib.loads((files("cleaners.metadata") / "more_words.toml").read_text("utf-8"))
PAY = tuple(WORDS["pay"])
CONTINUE = tuple(WORDS["continue"]) + PAY
ENDS_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\[\.\.\.\])\W{0,3}$")
# What the address of an article's second page adds to that of its first.
SECOND_PAGE = re.compile(
    r"[/?&.,_-]{0,2}(?:(?:page|seite|pagina|pg|p|s)[=/_-]?)?(?:[2-9]|[1-9]\d)/?(?:\.html?)?", re.IGNORECASE
)
PAGE_OF = re.compile(
    rf"(?:{'|'.join(WORDS['page'])})\s(\d{{1,2}})\s?(?:{'|'.join(WORDS['of'])})\s?(\d{{1,2}})\b", re.IGNORECASE
)
SUFFIX = re.compile(r"\.html?$")
TAG = re.compile(r"<[^<>]{1,300}>")
LONGEST_BODY = 200_000
LONGEST_MARK = 90
CLOSE = 3  # blocks after the last of the text in which "continue reading" is about this article
# A text shorter than this share of what the page says of it, and by this many words, is cut. Word counts of pages
# include captions and boxes, so they are believed less than a body given in full.
SHARE_OF_BODY, MISSING_OF_BODY = 0.75, 40
SHARE_OF_COUNT, MISSING_OF_COUNT = 0.5, 120
MERGED = 2.5
FEWEST_MERGED = 150
SHORTEST = 150
MOST_PAGES = 30
MOST_BLOCKS = 400
FEWEST_WORDS = 30  # of a body or count that says anything


class Completeness(msgspec.Struct, frozen=True, kw_only=True):
    """verdict: "full" where nothing speaks against it. evidence: what does, in words for a person."""

    verdict: Verdict
    evidence: tuple[str, ...] = ()


class Sign(NamedTuple):
    """One thing that speaks against the text being the whole article and nothing else."""

    verdict: Verdict
    evidence: str


def judge_completeness(testimony: Testimony, blocks: list[Block], text: str) -> Completeness:
    """Whether `text` is the whole article.

    blocks: the page's.
    """
    lengths = Lengths(_count(text), _count(text_of_body(testimony)), _stated_count(testimony), _count(_fed(testimony)))
    signs = [*_signs_of_length(lengths), *_signs_on_page(testimony, blocks, text, lengths)]
    if not signs:
        return Completeness(verdict="full")
    order: tuple[Verdict, ...] = ("paywalled", "truncated", "teaser", "merged")
    verdict = min((sign.verdict for sign in signs), key=order.index)
    return Completeness(verdict=verdict, evidence=tuple(sign.evidence for sign in signs))


def text_of_body(testimony: Testimony) -> str:
    """JSON-LD's articleBody without its markup; nothing where it is missing or too short to say anything."""
    body = testimony.graph.article.get("articleBody")
    if not isinstance(body, str):
        return ""
    plain = unescape(TAG.sub(" ", unescape(body[:LONGEST_BODY])))
    return plain if _count(plain) >= FEWEST_WORDS else ""


def _fed(testimony: Testimony) -> str:
    """The article's text as a feed gave it; nothing where none did, or what it gave is itself no whole text."""
    announced = testimony.page.announced
    content = (announced.content or "")[:LONGEST_BODY] if announced else ""
    plain = unescape(TAG.sub(" ", content))
    return plain if _count(plain) >= FEWEST_WORDS else ""


def _count(text: str) -> int:
    """Words; for scripts without spaces half the characters."""
    words = len(text.split())
    return max(words, len(text) // 2) if words and len(text) > words * 25 else words


def _is_cut(found: int, stated: int, share: float, missing: int) -> bool:
    return found < stated * share and stated - found > missing


class Lengths(NamedTuple):
    """Words: of the text found, of JSON-LD's articleBody, its wordCount, and of what a feed gave. 0: not known."""

    found: int
    body: int
    counted: int
    fed: int

    def is_whole(self) -> bool:
        """Whether a body given in full bears the text out."""
        return self.body > 0 and not _is_cut(self.found, self.body, SHARE_OF_BODY, MISSING_OF_BODY)

    def is_short(self) -> bool:
        """Whether the text is as short as what stands before a paywall."""
        return self.found < SHORTEST or _is_cut(self.found, self.counted, SHARE_OF_BODY, MISSING_OF_BODY)


def _signs_of_length(lengths: Lengths) -> Iterator[Sign]:
    found, body, counted, fed = lengths
    if _is_cut(found, body, SHARE_OF_BODY, MISSING_OF_BODY):
        yield Sign("truncated", f"articleBody has {body} words, the text {found}")
    if body >= FEWEST_MERGED and found > body * MERGED:
        yield Sign("merged", f"articleBody has {body} words, the text {found}")
    if not body and _is_cut(found, counted, SHARE_OF_COUNT, MISSING_OF_COUNT):
        yield Sign("truncated", f"wordCount is {counted}, the text has {found}")
    if _is_cut(found, fed, SHARE_OF_BODY, MISSING_OF_BODY):
        yield Sign("truncated", f"the feed gave {fed} words, the text has {found}")


def _signs_on_page(testimony: Testimony, blocks: list[Block], text: str, lengths: Lengths) -> Iterator[Sign]:
    if lengths.is_whole():
        return
    mark = _continue_mark(blocks, text)
    if mark:
        yield Sign("paywalled" if _says(mark, PAY) else "teaser", f'under the text stands "{mark}"')
    elif lengths.found < SHORTEST and ENDS_CUT.search(text[-10:]):
        yield Sign("teaser", f"the text has {lengths.found} words and breaks off")
    second = _second_page(testimony)
    if second:
        yield Sign("truncated", f"the page names {second} as the next one")
    numbers = _page_numbers(blocks)
    if numbers and int(numbers[1]) < int(numbers[2]) <= MOST_PAGES:
        yield Sign("truncated", f'the page says "{numbers[0]}"')
    said = access(testimony.graph, testimony.head)
    if said and said.value == "paywalled" and (mark or lengths.is_short()):
        yield Sign("paywalled", "the page says that it is not free")


def _page_numbers(blocks: list[Block]) -> re.Match[str] | None:
    """A short line that ends with "page 1 of 3"."""
    short = (block.text for block in blocks[:MOST_BLOCKS] if len(block.text) <= 30 and block.text[-1:].isdecimal())
    return next((match for text in short if (match := PAGE_OF.search(text))), None)


def _stated_count(testimony: Testimony) -> int:
    value = text_of(testimony.graph.article.get("wordCount")).strip()[:7]
    return int(value) if value.isdecimal() and FEWEST_WORDS <= int(value) <= 50_000 else 0


def _continue_mark(blocks: list[Block], text: str) -> str | None:
    """The "continue reading" that is the text's last line or stands right under it."""
    last = text.rstrip().rsplit("\n", 1)[-1]
    if _is_mark(last):
        return last
    at = next((number for number in range(len(blocks) - 1, -1, -1) if blocks[number].text == last), None)
    if at is None or not last:
        return None
    return next((block.text for block in blocks[at + 1 : at + 1 + CLOSE] if _is_mark(block.text)), None)


def _is_mark(line: str) -> bool:
    return len(line) <= LONGEST_MARK and _says(line, CONTINUE)


def _says(line: str, beginnings: tuple[str, ...]) -> bool:
    return line.lstrip("…. »>[(").lower().startswith(beginnings)


def _second_page(testimony: Testimony) -> str | None:
    """The next page of the same article, as <link rel="next"> names it; not the next article."""
    url = testimony.url
    for href in testimony.head.links.get("next", ())[:3]:
        address = absolute(url, href)
        own = SUFFIX.sub("", page_key(url)) if url else ""
        if (
            address
            and own
            and _bare(address).startswith(own)
            and SECOND_PAGE.fullmatch(_bare(address)[len(own) :][:30])
        ):
            return address
    return None


def _bare(address: str) -> str:
    """Without scheme and www, but with its query."""
    return address.split("#", 1)[0].split("://", 1)[-1].removeprefix("www.").lower()
