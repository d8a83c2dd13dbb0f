"""The JSON we promise, version 1. `output/record.schema.json` is made from these types.

The descriptions are the promise: what a field holds, in which form, and what null means. Every field stands in every
record, in this order; only `removed` and a block's `level` are left out where there is nothing to say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from items import (
    Access,
    Article,
    ArticleKind,
    Block,
    BlockKind,
    Change,
    ChangeKind,
    Field,
    Flaw,
    Image,
    Judged,
    Rights,
    Status,
)

VERSION: Final = 1
CONFIDENCE_DIGITS = 3
HEADLINE = "headline"  # the rule by which a block that says the title and nothing else leaves the body

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
ZONE = "(Z|[+-][0-9]{2}:[0-9]{2})"

DATE = f"^{DAY}(T{CLOCK}{ZONE}?)?$"
MOMENT = f"^{DAY}T{CLOCK}(Z|[+]00:00)$"
LANGUAGE = "^[a-z]{2,3}$"

Filled = Annotated[str, Meta(min_length=1)]
Date = Annotated[str, Meta(pattern=DATE)]
Moment = Annotated[str, Meta(pattern=MOMENT)]
Language = Annotated[str, Meta(pattern=LANGUAGE)]


class RecordBlock(Struct, frozen=True):
    """One block of the article."""

    kind: Annotated[
        BlockKind,
        Meta(
            description="What the block is. standfirst: the introduction set apart from the body. list_item: one item"
            " of a list. code: preformatted text. table: one row of a table, its cells separated by ' | '. caption: the"
            " text of a picture, only where captions were asked for as part of the body."
        ),
    ]
    text: Annotated[
        str,
        Meta(
            description="The block's text without markup. From HTML: white space squeezed, line breaks of the page kept"
            " as newlines. From plain text: the line byte for byte, list and heading signs included."
        ),
    ]
    level: (
        Annotated[
            int,
            Meta(
                ge=1,
                description="Heading: 1 to 6. List item: nesting depth, 1 for the outermost. Absent: the block has no"
                " level.",
            ),
        ]
        | UnsetType
    ) = UNSET


class RemovedBlock(Struct, frozen=True):
    """One block of the page that is not part of the article, and why."""

    text: Annotated[str, Meta(description="The block's text, as in `blocks`.")]
    judge: Annotated[str, Meta(description="Which judge decided: 'rules', 'learned', 'second_opinion', …")]
    rule: Annotated[
        str, Meta(description="Which of the judge's reasons, as a stable name: 'comment_form/en', 'dom/comments', …")
    ]
    confidence: Annotated[
        float,
        Meta(ge=0, le=1, description=f"How sure the judge is, from 0 to 1, rounded to {CONFIDENCE_DIGITS} digits."),
    ]
    reason: Annotated[
        str, Meta(description="The same for a person, in a few words. Empty: the rule's name says it all.")
    ]
    position: Annotated[
        int, Meta(ge=0, description="Where the block stood among all blocks of the page, in page order, from 0.")
    ]


class RecordChange(Struct, frozen=True):
    """One difference between two versions of an article."""

    what: Annotated[ChangeKind, Meta(description="Whether a paragraph was added, removed or changed.")]
    position: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            description="Where the paragraph stands in `blocks`, from 0; one that was removed: where it would stand."
            " Null: it is the title."
        ),
    ]
    before: Annotated[str | None, Meta(description="Its text in the version before. Null: it was added.")]
    after: Annotated[str | None, Meta(description="Its text in this version. Null: it was removed.")]


class RecordImage(Struct, frozen=True):
    """One picture of the article."""

    url: Annotated[Filled, Meta(description="The picture's absolute address, of several sizes the largest.")]
    caption: Annotated[
        Filled | None, Meta(description="What stands under it, without the credit. Null: it has no caption.")
    ]
    credit: Annotated[
        Filled | None,
        Meta(description="Who took it or owns it, as the page writes it, without 'Photo:' or '©'. Null: nobody named."),
    ]
    position: Annotated[
        int, Meta(ge=0, description="How many of `blocks` stand before it: 0 for a picture above the text.")
    ]


SOURCE = "Who says so: 'json_ld', 'h1', 'og', … The names are explained in docs/metadata.md."
CONFIDENT = (
    f"How often a value decided like this was right on pages looked at, from 0 to 1, {CONFIDENCE_DIGITS} digits."
)
VALUE = (
    "What was found, also where it was not sure enough to be given: the record's own field is null or empty then."
    " Absent: nobody asked for an explanation."
)
AGREES = "Who else says the same. Absent: nobody asked for an explanation."
CONFLICTS = "Who says something else. Absent: nobody asked for an explanation."


class RecordField(Struct, frozen=True, kw_only=True):
    """Where the value of a field comes from."""

    source: Annotated[str, Meta(description=SOURCE)]
    confidence: Annotated[float, Meta(ge=0, le=1, description=CONFIDENT)]
    value: Annotated[str, Meta(description=VALUE)] | UnsetType = UNSET
    agrees: Annotated[tuple[str, ...], Meta(description=AGREES)] | UnsetType = UNSET
    conflicts: Annotated[tuple[str, ...], Meta(description=CONFLICTS)] | UnsetType = UNSET


class RecordList(Struct, frozen=True, kw_only=True):
    """Where the values of a field that holds several come from."""

    source: Annotated[str, Meta(description=SOURCE)]
    confidence: Annotated[float, Meta(ge=0, le=1, description=CONFIDENT)]
    value: Annotated[tuple[str, ...], Meta(description=VALUE)] | UnsetType = UNSET
    agrees: Annotated[tuple[str, ...], Meta(description=AGREES)] | UnsetType = UNSET
    conflicts: Annotated[tuple[str, ...], Meta(description=CONFLICTS)] | UnsetType = UNSET


class RecordFields(Struct, frozen=True, kw_only=True):
    """Where the metadata comes from, field by field."""

    title: Annotated[RecordField, Meta(description="Of `title`. Absent, as the others here: nothing was found.")] | (
        UnsetType
    ) = UNSET
    authors: Annotated[RecordList, Meta(description="Of `authors`.")] | UnsetType = UNSET
    published: Annotated[RecordField, Meta(description="Of `published`.")] | UnsetType = UNSET
    modified: Annotated[RecordField, Meta(description="Of `modified`.")] | UnsetType = UNSET
    language: Annotated[RecordField, Meta(description="Of `language`.")] | UnsetType = UNSET
    publisher: Annotated[RecordField, Meta(description="Of `publisher`.")] | UnsetType = UNSET
    section: Annotated[RecordField, Meta(description="Of `section`.")] | UnsetType = UNSET
    tags: Annotated[RecordList, Meta(description="Of `tags`.")] | UnsetType = UNSET
    image: Annotated[RecordField, Meta(description="Of `image`.")] | UnsetType = UNSET
    summary: Annotated[RecordField, Meta(description="Of `summary`.")] | UnsetType = UNSET
    license: Annotated[RecordField, Meta(description="Of `license`.")] | UnsetType = UNSET
    canonical_url: Annotated[RecordField, Meta(description="Of `canonical_url`.")] | UnsetType = UNSET
    access: Annotated[RecordField, Meta(description="Of `access`.")] | UnsetType = UNSET


class RecordSignal(Struct, frozen=True):
    """One thing a publisher says about what may be done with the page."""

    source: Annotated[
        str,
        Meta(
            description="Where it stands: 'meta robots', 'x-robots-tag', 'tdm-reservation', 'content-usage',"
            " 'robots.txt', …"
        ),
    ]
    raw: Annotated[str, Meta(description="What it says, as written.")]
    at: Annotated[Moment | None, Meta(description="When it was read: ISO 8601, UTC. Null: not known (a saved page).")]


class RecordRights(Struct, frozen=True, kw_only=True):
    """What the publisher wishes for the page."""

    noindex: Annotated[bool, Meta(description="The page says noindex: its text is not stored by a crawl.")]
    noarchive: Annotated[bool, Meta(description="The page says noarchive: its text is not stored by a crawl.")]
    nofollow: Annotated[bool, Meta(description="The page says nofollow.")]
    reserved: Annotated[
        bool, Meta(description="Text and data mining, or the training of models, is reserved by any of the signals.")
    ]
    policy: Annotated[Filled | None, Meta(description="The address of the policy for licences. Null: none named.")]
    signals: Annotated[tuple[RecordSignal, ...], Meta(description="Every signal, as written. Empty: none was found.")]


class Record(Struct, frozen=True, kw_only=True):
    """A clean article as JSON."""

    schema_version: Annotated[
        Literal[1],
        Meta(description="The version of this promise. Any change to the fields or to what they hold raises it."),
    ]
    id: Annotated[
        str,
        Meta(
            description="Names the article. The id the input row carried, as it was; otherwise derived, so that the"
            " same article gets the same id in every run."
        ),
    ]
    url: Annotated[Filled | None, Meta(description="Where the page came from, after redirects. Null: not known.")]
    canonical_url: Annotated[
        Filled | None,
        Meta(
            description="The one address of the article, the same for all its variants (trackers, AMP, print, case of"
            " the host). Null: neither the page nor its url gives one."
        ),
    ]
    title: Annotated[
        Filled | None,
        Meta(description="The headline, on one line, without the name of the site. Null: the page has none."),
    ]
    authors: Annotated[
        tuple[Filled, ...],
        Meta(description="The names of the people or bodies who wrote it, in the page's order. Empty: none is named."),
    ]
    published: Annotated[
        Date | None,
        Meta(
            description="When it was first published: ISO 8601, 'YYYY-MM-DD' where only the day is known, otherwise"
            " 'YYYY-MM-DDThh:mm', seconds and zone ('Z' or '±hh:mm') where known; without a zone it is the site's local"
            " time. Null: not known."
        ),
    ]
    modified: Annotated[
        Date | None, Meta(description="When it was last changed, in the form of `published`. Null: not known.")
    ]
    language: Annotated[
        Language | None,
        Meta(
            description="The language of the text, ISO 639-1 in lower case (639-3 where 639-1 has no code). Null: not"
            " known, or too little text to tell."
        ),
    ]
    publisher: Annotated[
        Filled | None, Meta(description="The name of the newspaper or site, as it writes it. Null: not known.")
    ]
    section: Annotated[
        Filled | None,
        Meta(description="The section or department it appeared in, as the page names it. Null: not known."),
    ]
    tags: Annotated[
        tuple[Filled, ...],
        Meta(description="Keywords the page gives for the article, in its order, each once. Empty: none given."),
    ]
    image: Annotated[
        Filled | None, Meta(description="The absolute address of the picture the page leads with. Null: none named.")
    ]
    images: Annotated[
        tuple[RecordImage, ...],
        Meta(
            description="The pictures of the article, in page order: those in its body and the one above it, not those"
            " of other articles, logos, portraits of authors or advertisements. Empty: none found."
        ),
    ]
    summary: Annotated[
        Filled | None,
        Meta(description="The publisher's own description of the article; never written by us. Null: none given."),
    ]
    license: Annotated[
        Filled | None,
        Meta(description="The address of the licence the page says its text is under. Null: it names none."),
    ]
    rights: Annotated[RecordRights, Meta(description="What the publisher wishes for the page, with the raw signals.")]
    text: Annotated[
        str,
        Meta(
            description="The body of the article, without the headline (that is `title`), captions and bylines. From"
            " HTML: the blocks joined by a blank line. From plain text: every line byte for byte, with the input's own"
            " line breaks, more than one blank line becoming one. Cleaned again, it stays the same. Empty: no body was"
            " found (see `status`)."
        ),
    ]
    blocks: Annotated[
        tuple[RecordBlock, ...],
        Meta(description="What `text` is made of, block by block, in page order. Empty: no body was found."),
    ]
    word_count: Annotated[
        int,
        Meta(
            ge=0,
            description="How many words `text` has; in scripts written without spaces every character counts as one.",
        ),
    ]
    kind: Annotated[
        ArticleKind,
        Meta(
            description="What the page is. article: one article. index: a front page, section or list of links."
            " product: something for sale. forum: a discussion. other: anything else, such as an error page or a"
            " consent wall."
        ),
    ]
    status: Annotated[
        Status,
        Meta(
            description="Whether this is the whole article. full: nothing speaks against it. truncated: some of it is"
            " known to be missing. teaser: the page shows only its beginning and leads on to the rest. paywalled: the"
            " rest is for subscribers. merged: more than this article is in it. empty: no body was found."
            " withheld: the publisher asks for the text not to be stored (see `rights`)."
        ),
    ]
    evidence: Annotated[
        tuple[Filled, ...],
        Meta(
            description="What speaks for `status`, in words for a person: 'articleBody has 812 words, the text 120'."
            " And where the text was found, if not in the page's HTML. Empty: nothing speaks against the whole article."
        ),
    ]
    flaws: Annotated[
        tuple[Flaw, ...],
        Meta(
            description="What was wrong with the page. Some of the text is missing, and `status` 'truncated' at best:"
            " cut_short (the transfer ended early, again and again), too_large, too_many_tags (the rest was not read),"
            " too_many_blocks (only the longest were read), undecodable (bytes that are no text; 'truncated' where they"
            " are in `text`), rescued (the cleaner gave up and a simpler one read it). No text is missing:"
            " too_many_attributes, long_attribute, nested_too_deep,"
            " never_closed (an element or comment that would have swallowed the rest), json_ld_too_large (not read),"
            " text_in_script (the text stands only in the JSON of a script, and was taken from there). Empty: nothing."
        ),
    ]
    access: Annotated[
        Access,
        Meta(
            description="Whether anybody may read it. free: the page says so. paywalled: the page says it is not, or"
            " shows only its beginning. unknown: the page says nothing."
        ),
    ]
    fetched_at: Annotated[
        Moment | None, Meta(description="When the page was fetched: ISO 8601, UTC. Null: not known (a saved page).")
    ]
    cleaner_version: Annotated[
        str, Meta(description="The version of the cleaner that made the record: same version, same page, same record.")
    ]
    cleaner_settings: Annotated[
        str,
        Meta(
            description="What it was cleaned with, as 8 hex digits: the same for the same settings and the same rules"
            " and weights of the judges."
        ),
    ]
    version: Annotated[
        int,
        Meta(
            ge=1,
            description="Which version of the article this is, counted by the crawl that watches it, from 1. A page"
            " cleaned once has version 1.",
        ),
    ]
    previous: Annotated[
        Moment | None,
        Meta(
            description="When the version before this one was fetched: ISO 8601, UTC. Null: this is the first, or that"
            " moment is not known."
        ),
    ]
    changes: Annotated[
        tuple[RecordChange, ...],
        Meta(
            description="What is different from the version before, paragraph by paragraph: the title first, then in"
            " the order of `blocks`. Empty: this is the first."
        ),
    ]
    cluster: Annotated[
        Filled | None,
        Meta(
            description="What articles that are copies of one another have in common, on whatever sites: the id of the"
            " one that a crawl saved first. Null: no crawl compared it with others."
        ),
    ]
    first_seen: Annotated[
        Filled | None,
        Meta(description="The address of that first article. Null: it is this one, or nothing was compared."),
    ]
    fields: Annotated[
        RecordFields,
        Meta(
            description="For every field of the metadata that was found: where it comes from and how sure that is. With"
            " an explanation also what it is, who agrees and who does not, and the guesses too unsure to be given."
        ),
    ]
    removed: (
        Annotated[
            tuple[RemovedBlock, ...],
            Meta(
                description="Every block of the page that is neither in `blocks` nor says the title alone, in page"
                " order, with its reason. Absent: nobody asked for an explanation."
            ),
        ]
        | UnsetType
    ) = UNSET


def record_of(article: Article) -> Record:
    """The record of a cleaned page; whatever the article holds, it keeps the promises above.

    Lone surrogates, which no UTF-8 file can hold, become U+FFFD. An empty text where null is promised, a date or a
    language in another form: null.
    """
    return Record(
        schema_version=VERSION,
        id=sound(article.id),
        url=_filled(article.url),
        canonical_url=_filled(article.canonical_url),
        title=_filled(article.title),
        authors=_each_filled(article.authors),
        published=_formed(DATE, article.published),
        modified=_formed(DATE, article.modified),
        language=_formed(LANGUAGE, article.language),
        publisher=_filled(article.publisher),
        section=_filled(article.section),
        tags=_each_filled(article.tags),
        image=_filled(article.image),
        images=tuple(map(_image, article.images)),
        summary=_filled(article.summary),
        license=_filled(article.license),
        rights=_rights(article.rights),
        text=sound(article.text),
        blocks=tuple(_block(block) for block in article.blocks),
        word_count=article.word_count,
        kind=article.kind,
        status=article.status,
        evidence=_each_filled(article.evidence),
        flaws=article.flaws,
        access=article.access,
        fetched_at=_formed(MOMENT, article.fetched_at),
        cleaner_version=sound(article.cleaner_version),
        cleaner_settings=sound(article.cleaner_settings),
        version=max(1, article.version),
        previous=_formed(MOMENT, article.previous),
        changes=tuple(map(_change, article.changes)),
        cluster=_filled(article.cluster),
        first_seen=_filled(article.first_seen),
        fields=_fields(article),
        removed=UNSET if article.judged is None else tuple(map(_removed, _gone(article.judged))),
    )


def sound(text: str) -> str:
    """The text as UTF-8 can hold it: lone surrogates replaced by U+FFFD, everything else untouched."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _filled(text: str | None) -> str | None:
    return sound(text) if text else None


def _each_filled(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sound(text) for text in texts if text)


def _rights(rights: Rights) -> RecordRights:
    return RecordRights(
        noindex=rights.noindex,
        noarchive=rights.noarchive,
        nofollow=rights.nofollow,
        reserved=rights.reserved,
        policy=_filled(rights.policy),
        signals=tuple(
            RecordSignal(sound(one.source), sound(one.raw), _formed(MOMENT, one.at)) for one in rights.signals
        ),
    )


def _formed(pattern: str, text: str | None) -> str | None:
    return text if text and "\n" not in text and re.match(pattern, text) else None


def _block(block: Block) -> RecordBlock:
    return RecordBlock(block.kind, sound(block.text), UNSET if block.level is None else block.level)


def _image(image: Image) -> RecordImage:
    return RecordImage(sound(image.url), _filled(image.caption), _filled(image.credit), max(0, image.position))


def _fields(article: Article) -> RecordFields:
    """With an explanation every field that was found, otherwise those whose value is given."""
    explained = article.judged is not None
    shown: dict[str, Any] = {
        name: (RecordList if name in LISTS else RecordField)(**_said(field, explained))
        for name, field in article.fields.items()
        if name in RecordFields.__struct_fields__ and (explained or getattr(article, name))
    }
    return RecordFields(**shown)


LISTS = ("authors", "tags")


def _said(field: Field, explained: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"source": sound(field.source), "confidence": _confidence(field.confidence)}
    if explained:
        value = field.value
        said["value"] = sound(value) if isinstance(value, str) else tuple(map(sound, value))
        said["agrees"] = tuple(map(sound, field.agrees))
        said["conflicts"] = tuple(map(sound, field.conflicts))
    return said


def _change(change: Change) -> RecordChange:
    position = None if change.position is None else max(0, change.position)
    return RecordChange(change.what, position, _sound_or_none(change.before), _sound_or_none(change.after))


def _sound_or_none(text: str | None) -> str | None:
    return None if text is None else sound(text)


def _gone(judged: Iterable[Judged]) -> Iterable[Judged]:
    """What stands nowhere in the record: the headline does, as `title`."""
    return (one for one in judged if not one.verdict.keep and one.verdict.rule != HEADLINE)


def _removed(judged: Judged) -> RemovedBlock:
    return RemovedBlock(
        text=sound(judged.block.text),
        judge=sound(judged.verdict.judge),
        rule=sound(judged.verdict.rule),
        confidence=_confidence(judged.verdict.confidence),
        reason=sound(judged.verdict.reason),
        position=judged.position,
    )


def _confidence(value: float) -> float:
    """JSON knows no NaN: a judge that cannot say how sure it is, is not sure."""
    return 0.0 if math.isnan(value) else round(min(1.0, max(0.0, value)), CONFIDENCE_DIGITS)
