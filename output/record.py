"""The JSON we promise, version 1. `output/record.schema.json` is made from these types and those of its parts.

The descriptions are the promise: what a field holds, in which form, and what null means. Every field stands in every
record, in this order; only `removed` and a block's `level` and `time` are left out where there is nothing to say.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from items import Access, ArticleKind, Flaw, Status
from output.forms import Date, Filled, Language, Moment
from output.origins import RecordFields
from output.parts import RecordBlock, RecordChange, RecordImage, RecordRights, RemovedBlock

VERSION: Final = 1


class Record(Struct, frozen=True, kw_only=True, gc=False):
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
    other_urls: Annotated[
        tuple[Filled, ...],
        Meta(
            description="Other addresses under which a crawl met this article, those it was led on from among them, as"
            " far as it knew when the record was written. A crawl writes an article down when it first meets it; what"
            " it meets later stands in its state file, and in what is exported from there. Empty: none."
        ),
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
