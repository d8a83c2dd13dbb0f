"""The walk every page takes: segment → judges → assemble."""

from __future__ import annotations

from cleaners.assemble import assemble
from cleaners.judges import NOBODY, UNDISPUTED, conventions, first_opinion
from cleaners.judges.second_opinion import second_opinion
from cleaners.options import Options
from cleaners.segment import Document, segment_html
from cleaners.segment_text import segment_text
from items import Article, Page, Verdict

DEFAULT = Options()


def clean(html: bytes | str, url: str | None = None, *, options: Options = DEFAULT) -> Article:
    """The article on a page.

    html: the page's bytes as they came, or decoded text. url: where it came from, for canonical links and the id.
    Nothing is raised for what a page holds: one without an article comes back with `kind` or `status` saying so.
    """
    return clean_page(Page(content=html, url=url), options)


def clean_text(text: str, language: str | None = None, *, options: Options = DEFAULT) -> Article:
    """The article in a text that somebody else scraped; every line kept is kept as it is.

    language: its ISO 639-1 code where known.
    """
    return clean_page(Page(content=text, form="text", language=language), options)


def clean_page(page: Page, options: Options = DEFAULT) -> Article:
    """The article of a page of either form. A pure function of its arguments."""
    return _clean_html(page, options) if page.form == "html" else _clean_lines(page, options)


def _clean_html(page: Page, options: Options) -> Article:
    document = segment_html(page)
    document.headline = next((block.text for block in document.blocks if block.level == 1), None)
    verdicts = _judge_html(document, options)
    article = Article(id="", url=page.url, title=document.headline)
    return assemble(page, document.blocks, verdicts, options, article)


def _judge_html(document: Document, options: Options) -> list[Verdict]:
    opinions = [conventions.headline(document), second_opinion(document)]
    verdicts = first_opinion(opinions, NOBODY)
    return conventions.keep_to_body(document, verdicts, options.body_kinds())


def _clean_lines(page: Page, options: Options) -> Article:
    document = segment_text(page)
    verdicts = [UNDISPUTED] * len(document.blocks)
    return assemble(page, document.blocks, verdicts, options, Article(id="", url=page.url))
