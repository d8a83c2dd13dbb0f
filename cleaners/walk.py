"""The walk every page takes: segment → judges → assemble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

import msgspec
from lxml import etree

from cleaners.assemble import assemble
from cleaners.embedded import add_body
from cleaners.fixpoint import Cleaned, clean_lines
from cleaners.judges import NOBODY, conventions, first_opinion
from cleaners.judges.asides import name_captions, without_asides
from cleaners.judges.enclosed import with_enclosed
from cleaners.judges.learned import Judgement, Learned
from cleaners.judges.learned_text import LearnedText
from cleaners.judges.rules import Rules
from cleaners.judges.second_opinion import second_opinion
from cleaners.live import may_be_live, with_times
from cleaners.metadata import (
    Completeness,
    Metadata,
    Testimony,
    bears_out,
    declared,
    find_headline,
    find_images,
    find_summary,
    judge_completeness,
    language_of,
    lead_of,
    plain_language,
    read_head,
    read_metadata,
    read_testimony,
)
from cleaners.options import Options
from cleaners.rights import read_rights
from cleaners.segment import Document, segment_html
from cleaners.segment_text import segment_text
from items import Article, ArticleKind, Block, Flaw, Page, Verdict

DEFAULT = Options()
# What the language of a page is first told by, before anybody knows which of its text is the article.
SAMPLE_BLOCK = 80  # characters: shorter blocks are menus more often than prose
SAMPLE = 3000  # characters
TEXT_SAMPLE = 1000  # of a text, which has less around its prose, and is looked at several times
Look = Callable[[Page, etree._Element | None, Article], Any]
"""Told a page, its tree (None: it holds no element), which is to be read only, and its article: what else is wanted."""
ANNOUNCERS = frozenset(("feed", "news_sitemap"))
FOUND_IN_SCRIPT = "the text stands only in the JSON of a script, at {}"
# A page for judges to warm up with: long enough for a guess at its language.
WARM = "<h1>A headline</h1>\n" + 4 * (
    "<p>The first page is no slower than the others, because everything that the judges know was read for this one, on"
    " the 3rd of May 2024, and nothing is left to be read by those that come after it.</p>\n"
)


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
    return clean_pages([page], options)[0]


def clean_pages(pages: Sequence[Page], options: Options = DEFAULT) -> list[Article]:
    """The articles of many pages, in their order: texts are cleaned together, which is several times faster."""
    lines = iter(_clean_lines([page for page in pages if page.form == "text"], options))
    return [_clean_html(page, options) if page.form == "html" else next(lines) for page in pages]


def clean_and_look(page: Page, options: Options, look: Look) -> tuple[Article, Any]:
    """The article of an HTML page, and what `look` sees in the page that was parsed for it: so it is parsed once."""
    document = segment_html(page)
    article = _clean_document(page, document, options)
    return article, look(page, document.tree, article)


# What judges have learned or been told is a constant of the package, read when first needed.
rules = cache(Rules.load)
learned = cache(Learned.load)
learned_text = cache(LearnedText.load)


@cache
def warm_up(form: Literal["html", "text"]) -> None:
    """Reads what cleaning a page of this form needs, so that no page is charged with it."""
    clean_page(Page(content=WARM, form=form), Options(second_opinion="never"))


def _clean_html(page: Page, options: Options) -> Article:
    return _clean_document(page, segment_html(page), options)


def _clean_document(page: Page, document: Document, options: Options) -> Article:
    # What had to be brought within bounds is not for witnesses who would parse the page as it came.
    measured = msgspec.structs.replace(page, content="") if document.flaws else page
    testimony = read_testimony(document.tree, measured)
    document.headline = find_headline(testimony)
    held = add_body(document, testimony)
    document.language = page.language or language_of_page(document, testimony)
    ruled = rules()(document)
    judgement = _judge_html(document, ruled, options, announced=_is_announced(page))
    said = learned().verdicts(judgement, document if options.explain else None)
    body = settle(document, testimony, (ruled, said), options)
    whole = judge_completeness(testimony, document.blocks, body.text)
    flaws = (*document.flaws, *testimony.head.flaws)
    if held is not None:
        whole = msgspec.structs.replace(whole, evidence=(*whole.evidence, FOUND_IN_SCRIPT.format(held)))
    shown = testimony.head if held is None else read_head(document.tree)  # that body may show pictures, too
    article = _article(page, body.metadata, judgement.kind, whole, flaws)
    article = with_images(article, shown.pictures, testimony, body)
    article = msgspec.structs.replace(article, rights=read_rights(testimony.head, page.signals, page.fetched_at))
    article = assemble(page, body.blocks, body.verdicts, options, article)
    blocks = with_times(article.blocks, document.tree if may_be_live(shown) else None, testimony.graph.article)
    return article if blocks == article.blocks else msgspec.structs.replace(article, blocks=blocks)


def with_images(article: Article, pictures: Sequence[etree._Element], testimony: Testimony, body: Body) -> Article:
    """The article with those of the page's pictures that are its own; the first leads where the page names none."""
    kept = [block for block, verdict in zip(body.blocks, body.verdicts, strict=True) if verdict.keep]
    images = find_images(pictures, kept, testimony.graph, testimony.url, article.image)
    lead = lead_of(images) if article.image is None else None
    if lead is None:
        return msgspec.structs.replace(article, images=images)
    return msgspec.structs.replace(article, images=images, image=lead.value, fields=article.fields | {"image": lead})


class Body(NamedTuple):
    """What all judges together come to. text: what was kept before the caller's choice of body kinds."""

    blocks: Sequence[Block]
    verdicts: Sequence[Verdict]
    metadata: Metadata
    text: str


def settle(
    document: Document, testimony: Testimony, said: Sequence[Sequence[Verdict | None]], options: Options
) -> Body:
    """What the rules said, then what the learned judge said, and the conventions, brought to one verdict a block."""
    others = first_opinion(said, NOBODY)
    verdicts = first_opinion([conventions.headline(document), others], NOBODY)
    verdicts = conventions.with_sections(document.blocks, verdicts, others)
    verdicts = conventions.with_standfirst(document.blocks, verdicts, find_summary(testimony))
    verdicts = with_enclosed(document.blocks, verdicts)
    text = "\n\n".join(block.text for block, verdict in zip(document.blocks, verdicts, strict=True) if verdict.keep)
    metadata = read_metadata(testimony, document.blocks, text)
    blocks = conventions.name_paragraphs(document.blocks, verdicts)
    blocks = conventions.name_standfirst(blocks, verdicts, metadata.summary)
    verdicts = conventions.without_byline(blocks, verdicts, metadata.authors, metadata.published, metadata.named)
    blocks = name_captions(blocks, verdicts)
    verdicts = without_asides(blocks, verdicts)
    verdicts = conventions.keep_to_body(blocks, verdicts, options.body_kinds())
    return Body(blocks, verdicts, metadata, text)


def _judge_html(document: Document, ruled: Sequence[Verdict | None], options: Options, *, announced: bool) -> Judgement:
    """What the learned judge thinks, with trafilatura's opinion weighed in where that is wanted."""
    judgement = learned().judge(document, ruled, announced=announced)
    wanted = options.second_opinion
    if wanted == "always" or (wanted == "unsure" and learned().is_unsure(judgement)):
        return learned().reconsider(judgement, second_opinion(document))
    return judgement


def _is_announced(page: Page) -> bool:
    """Whether a feed or a news sitemap named the page as an article; a listing and a plain sitemap name all sorts."""
    return page.announced is not None and page.announced.source in ANNOUNCERS


def _article(
    page: Page, metadata: Metadata, kind: ArticleKind, whole: Completeness, flaws: tuple[Flaw, ...]
) -> Article:
    """The article without its body, which `assemble` adds."""
    known = msgspec.structs.asdict(metadata)
    fields = {name: value for name, value in known.items() if name in Article.__struct_fields__}
    if whole.verdict == "paywalled":
        fields["access"] = "paywalled"
    return Article(id="", url=page.url, kind=kind, status=whole.verdict, evidence=whole.evidence, flaws=flaws, **fields)


def _clean_lines(pages: Sequence[Page], options: Options) -> list[Article]:
    documents = [segment_text(page) for page in pages]
    told = Languages(TEXT_SAMPLE)
    cleaned = clean_lines(documents, learned_text(), options.strictness, [rules()], told.of, reasons=options.explain)
    return [_text_article(*each, options) for each in zip(pages, documents, cleaned, strict=True)]


def _text_article(page: Page, document: Document, cleaned: Cleaned, options: Options) -> Article:
    verdicts = list(cleaned.verdicts)
    if cleaned.title is not None:
        verdicts[cleaned.title] = conventions.HEADLINE
    title = page.title
    if title is None and cleaned.title is not None:
        title = document.blocks[cleaned.title].text.strip().lstrip("#").strip()
    article = Article(id="", url=page.url, title=title, language=page.language or cleaned.language)
    return assemble(page, document.blocks, verdicts, options, article)


def language_of_page(document: Document, testimony: Testimony) -> str | None:
    """The language of a page: what it says of itself, where its prose bears that out, or what the prose is in."""
    said = declared(testimony.head, testimony.graph)
    if said and bears_out(said[0][1], _sample(document.blocks)):
        return said[0][1]
    return Languages().of(document.blocks)


class Languages:
    """Tells the languages of texts; what was told of a text's sample before is not found out again."""

    def __init__(self, longest: int = SAMPLE) -> None:
        """longest: how many characters the language is told by."""
        self.longest = longest
        self.known: dict[str, str | None] = {}

    def of(self, blocks: Sequence[Block]) -> str | None:
        """The language of what looks like prose; None where there is too little to tell."""
        sample = _sample(blocks, self.longest)
        if sample not in self.known:
            found = None if (plain := plain_language(sample)) else language_of(sample)
            self.known[sample] = plain or (found[0] if found else None)
        return self.known[sample]


def _sample(blocks: Sequence[Block], longest: int = SAMPLE) -> str:
    """The beginning of what looks like prose."""
    sample = ""
    for block in blocks:
        if len(block.text) >= SAMPLE_BLOCK and block.link_chars * 2 < len(block.text):
            sample += block.text + "\n"
            if len(sample) >= longest:
                break
    return sample[:longest]
