"""Where a record's metadata comes from, as it stands in `fields`."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from output.parts import CONFIDENCE_DIGITS

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


class RecordField(Struct, frozen=True, kw_only=True, gc=False):
    """Where the value of a field comes from."""

    source: Annotated[str, Meta(description=SOURCE)]
    confidence: Annotated[float, Meta(ge=0, le=1, description=CONFIDENT)]
    value: Annotated[str, Meta(description=VALUE)] | UnsetType = UNSET
    agrees: Annotated[tuple[str, ...], Meta(description=AGREES)] | UnsetType = UNSET
    conflicts: Annotated[tuple[str, ...], Meta(description=CONFLICTS)] | UnsetType = UNSET


class RecordList(Struct, frozen=True, kw_only=True, gc=False):
    """Where the values of a field that holds several come from."""

    source: Annotated[str, Meta(description=SOURCE)]
    confidence: Annotated[float, Meta(ge=0, le=1, description=CONFIDENT)]
    value: Annotated[tuple[str, ...], Meta(description=VALUE)] | UnsetType = UNSET
    agrees: Annotated[tuple[str, ...], Meta(description=AGREES)] | UnsetType = UNSET
    conflicts: Annotated[tuple[str, ...], Meta(description=CONFLICTS)] | UnsetType = UNSET


class RecordFields(Struct, frozen=True, kw_only=True, gc=False):
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
