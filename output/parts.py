"""The objects inside a record: blocks, pictures, rights, changes. Their descriptions are promises like the record's."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from items import BlockKind, ChangeKind
from output.forms import Date, Filled, Moment

CONFIDENCE_DIGITS = 3


class RecordBlock(Struct, frozen=True, gc=False):
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
    time: (
        Annotated[
            Date,
            Meta(
                description="When this entry of a live blog was written, as exact as the page says it. Every block of"
                " an entry carries it. Absent: the article is no live blog, or the block stands in none of its entries."
            ),
        ]
        | UnsetType
    ) = UNSET


class RemovedBlock(Struct, frozen=True, gc=False):
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


class RecordChange(Struct, frozen=True, gc=False):
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


class RecordImage(Struct, frozen=True, gc=False):
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


class RecordSignal(Struct, frozen=True, gc=False):
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


class RecordRights(Struct, frozen=True, kw_only=True, gc=False):
    """What the publisher wishes for the page."""

    noindex: Annotated[bool, Meta(description="The page says noindex: its text is not stored by a crawl.")]
    noarchive: Annotated[bool, Meta(description="The page says noarchive: its text is not stored by a crawl.")]
    nofollow: Annotated[bool, Meta(description="The page says nofollow.")]
    reserved: Annotated[
        bool, Meta(description="Text and data mining, or the training of models, is reserved by any of the signals.")
    ]
    policy: Annotated[Filled | None, Meta(description="The address of the policy for licences. Null: none named.")]
    signals: Annotated[tuple[RecordSignal, ...], Meta(description="Every signal, as written. Empty: none was found.")]
