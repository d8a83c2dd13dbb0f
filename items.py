"""The hall between the rooms: the nouns that flow. Page → Block → Verdict → Article.

Everything here is a frozen value: comparable, picklable, safe to send to another process. Nothing here knows how a
page is fetched, judged or saved. What a page has hundreds of is kept from the garbage collector (`gc=False`): frozen
values cannot refer to each other in a circle.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

BlockKind = Literal["paragraph", "standfirst", "heading", "list_item", "quote", "code", "table", "caption"]
ArticleKind = Literal["article", "index", "product", "forum", "other"]
Status = Literal["full", "truncated", "teaser", "paywalled", "merged", "empty", "withheld"]
ChangeKind = Literal["added", "removed", "changed"]
Access = Literal["free", "paywalled", "unknown"]
# What can be wrong with a page that was cleaned all the same. The upper ones cost text, the lower ones do not.
Flaw = Literal[
    "cut_short",
    "too_large",
    "too_many_tags",
    "too_many_blocks",
    "undecodable",
    "rescued",
    "too_many_attributes",
    "long_attribute",
    "nested_too_deep",
    "never_closed",
    "json_ld_too_large",
    "text_in_script",
]
COSTLY: frozenset[Flaw] = frozenset(
    ("cut_short", "too_large", "too_many_tags", "too_many_blocks", "undecodable", "rescued")
)


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed, a news sitemap or a listing said of a page before it was fetched: one more witness for its metadata.

    Everything as the announcement wrote it, without markup; what it did not say stays None or empty.
    """

    source: str
    """Who announced it: "feed", "news_sitemap", "sitemap", "listing"."""
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    """As written (RFC 822, ISO 8601): the reader of dates knows both."""
    modified: str | None = None
    language: str | None = None
    """A language tag: "de", "pt-BR", "eng"."""
    publisher: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    """The address of the picture it was announced with."""
    summary: str | None = None
    content: str | None = None
    """The article's text where the announcement carries all of it (content:encoded, content_html), markup allowed."""


class Signal(msgspec.Struct, frozen=True):
    """One thing a publisher says about what may be done with a page."""

    source: str
    """Where it stands: "meta robots", "x-robots-tag", "tdm-reservation", "content-usage", "robots.txt", …"""
    raw: str
    """What it says, as written."""
    at: str | None = None
    """When it was read: ISO 8601, UTC. None: not known (a saved page)."""


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """What a publisher wishes for a page, and every signal that says so."""

    noindex: bool = False
    noarchive: bool = False
    nofollow: bool = False
    reserved: bool = False
    """Text and data mining, or the training of models, is reserved."""
    policy: str | None = None
    """The address of the policy under which it may be licensed."""
    signals: tuple[Signal, ...] = ()

    @property
    def withholds(self) -> bool:
        """Whether the text is not to be stored."""
        return self.noindex or self.noarchive


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be cleaned: one HTML page, or one text that somebody else scraped, with what is known of it."""

    content: bytes | str
    """HTML as bytes from the wire or as decoded text; for `form="text"` the text."""
    form: Literal["html", "text"] = "html"
    url: str | None = None
    """Where it came from (after redirects). None: not known."""
    id: str | None = None
    """The id the input row carried; the article keeps it. None: an id is derived."""
    encoding: str | None = None
    """The character set the transport named (Content-Type). None: it named none."""
    language: str | None = None
    """ISO 639-1 code somebody vouches for. None: to be found out."""
    title: str | None = None
    """The headline as whoever gave the page has it (an input row). None: not given."""
    announced: Announced | None = None
    """What announced the page, where something did."""
    fetched_at: str | None = None
    """When it was fetched: ISO 8601, UTC. None: not known (a saved page)."""
    flaws: tuple[Flaw, ...] = ()
    """What was wrong with it before anybody looked inside: "cut_short"."""
    signals: tuple[Signal, ...] = ()
    """What was said about its rights outside of it: in headers, robots.txt, tdmrep.json."""


class Place(msgspec.Struct, frozen=True, eq=False, gc=False):
    """Where in the HTML tree a block stands: its nearest containing elements, innermost first through `parent`.

    Places are shared: all blocks of one container have the same Place, so work done per Place is done once.
    """

    tag: str
    names: str
    """The element's class, id, role and similar attribute values, joined by spaces, as written."""
    parent: Place | None
    number: int
    """Position of the element in document order among the page's places, from 0: a key for per-place tables."""
    depth: int
    hidden: bool
    """The element or one around it is marked hidden (hidden, aria-hidden, display:none)."""


class Block(msgspec.Struct, frozen=True, gc=False):
    """The unit of judgement: a paragraph, heading, list item, quote, table row, … or a line of plain text."""

    kind: BlockKind
    text: str
    """White space squeezed, line breaks (<br>, code) kept; for plain text the line byte for byte."""
    level: int | None = None
    """1 to 6 for a heading, nesting depth from 1 for a list item, otherwise None."""
    place: Place | None = None
    """None for plain text, and in a finished article."""
    link_chars: int = 0
    """How many characters of the text stand inside links."""
    inner: str = ""
    """Class and id values of the inline elements inside, joined by spaces: `<p><span class="byline">…`."""
    gap: int = 1
    """Plain text: blank lines before this line (0 or 1: more than one counts as one)."""
    time: str | None = None
    """When this entry of a live blog was written: ISO 8601, as exact as the page is. None: it is no entry."""


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What a judge decided about a block, and why."""

    keep: bool
    judge: str
    """The judge's name: "rules", "learned", "second_opinion", …"""
    rule: str
    """Which of the judge's reasons, as a stable name: "comment_form", "headline", …"""
    confidence: float
    """How sure, from 0 to 1."""
    reason: str = ""
    """The same for a person, in a few words. Empty: the rule's name says it all."""


class Judged(msgspec.Struct, frozen=True):
    """A block with the verdict that decided its fate."""

    block: Block
    verdict: Verdict
    position: int
    """Where the block stood on the page, from 0."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about one field of the metadata, and why.

    The value stands here even where the article's field is None for want of confidence.
    """

    value: Any
    """A string, or a tuple of strings for a field that holds several."""
    source: str
    """Who says so: "json_ld", "h1", "og", … (docs/metadata.md)."""
    agrees: tuple[str, ...] = ()
    """Who else says the same."""
    conflicts: tuple[str, ...] = ()
    """Who says something else."""
    confidence: float = 0.0
    """How often a value decided like this was right on the development pages, from 0 to 1."""


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of the article."""

    url: str
    """Absolute; of several sizes the largest."""
    caption: str | None = None
    credit: str | None = None
    """Who took it or owns it, as the page writes it, without "Photo:" or "©"."""
    position: int = 0
    """How many of the article's blocks stand before it."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between two versions of an article."""

    what: ChangeKind
    position: int | None
    """Where among the blocks of the newer version; of something removed, what it stood before. None: the title."""
    before: str | None = None
    after: str | None = None


class Sample(msgspec.Struct, frozen=True):
    """One removed line, shortened, by which a person can check the cleaner."""

    text: str
    rule: str
    words: int


class Tally(msgspec.Struct, frozen=True):
    """How much went from a page, and of which kind."""

    removed_words: int = 0
    kinds: dict[str, tuple[int, int]] = {}
    """By kind of residue: blocks and words."""
    samples: tuple[Sample, ...] = ()
    """The longest of the removed blocks, in page order."""


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """A cleaned page. What each field promises to readers of the JSON stands in `output/record.py`."""

    id: str
    url: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    publisher: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    images: tuple[Image, ...] = ()
    summary: str | None = None
    license: str | None = None
    rights: Rights = Rights()
    text: str = ""
    blocks: tuple[Block, ...] = ()
    word_count: int = 0
    kind: ArticleKind = "article"
    status: Status = "full"
    evidence: tuple[str, ...] = ()
    """What speaks for the status where it is not "full", in words for a person."""
    flaws: tuple[Flaw, ...] = ()
    access: Access = "unknown"
    fetched_at: str | None = None
    cleaner_version: str = ""
    cleaner_settings: str = ""
    version: int = 1
    previous: str | None = None
    changes: tuple[Change, ...] = ()
    cluster: str | None = None
    first_seen: str | None = None
    other_urls: tuple[str, ...] = ()
    fields: dict[str, Field] = {}
    """By name of the field: where its value comes from, and the guesses that were not sure enough to be given."""
    judged: tuple[Judged, ...] | None = None
    """Every block of the page with its verdict, in page order. None: nobody asked for an explanation."""
    tally: Tally | None = None
    """What went, counted. None: nobody asked for it."""

    @property
    def objection(self) -> str | None:
        """Why this is not to be saved as an article, in a few words for a person. None: it is one."""
        if self.kind != "article":
            return NO_ARTICLE[self.kind]
        return "no article text found" if self.status == "empty" else None


NO_ARTICLE: dict[ArticleKind, str] = {
    "index": "an index page, not an article",
    "product": "a product page, not an article",
    "forum": "a forum page, not an article",
    "other": "not an article",
}


class Failure(msgspec.Struct, frozen=True):
    """An input that gave no article, and why, in one line for a person."""

    source: str
    """The URL, the file, or the file and line ("corpus.jsonl line 7")."""
    reason: str
