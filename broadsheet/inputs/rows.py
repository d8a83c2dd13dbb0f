"""A row of a corpus, whatever it is stored in, and the page in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast, get_type_hints

import msgspec

from items import Failure, Page

LONGEST_LANGUAGE = 35  # characters; RFC 5646 asks that much room for a tag
MOST_NAMED = 12


class Fields(msgspec.Struct, frozen=True):
    """What a corpus calls the fields that are read."""

    text: str = "text"
    html: str = "html"
    url: str = "url"
    id: str = "id"

    def content(self) -> str:
        """The names of what there has to be, for a message."""
        return f'neither "{self.html}" nor "{self.text}"'

    def names(self) -> dict[str, str]:
        """Our name of every field that is read → the corpus' name."""
        return {**msgspec.structs.asdict(self), "title": "title", "language": "language", "fetched_at": "fetched_at"}


OUR_NAMES = Fields()


class Row(msgspec.Struct, frozen=True):
    """One row: a page ("html") or a text ("text"). Fields we do not know are left alone."""

    id: str | int | None = None
    url: str | None = None
    html: str | None = None
    text: str | None = None
    title: str | None = None
    language: str | None = None
    fetched_at: str | None = None


def row_type(fields: Fields) -> type[Row]:
    """A Row that is decoded from the corpus' own names of fields."""
    ours = [(name, kind, None) for name, kind in get_type_hints(Row).items()]
    return cast("type[Row]", msgspec.defstruct("Row", ours, rename=fields.names(), frozen=True))


def page_of(row: Row, place: str, fields: Fields, present: Iterable[str] = ()) -> Page | Failure:
    """The page in a row. `present`: the fields it has, for the message where it has none that is wanted."""
    content = row.html if row.html is not None else row.text
    if content is None:
        return Failure(place, f"has {fields.content()}{listed(present)}")
    return Page(
        content=content,
        form="html" if row.html is not None else "text",
        url=row.url or None,
        id=None if row.id is None else str(row.id),
        language=primary_language(row.language),
        title=row.title or None,
        fetched_at=row.fetched_at or None,
    )


def listed(present: Iterable[str]) -> str:
    """The fields there are, as the end of a message."""
    names = list(present)
    more = ", …" if len(names) > MOST_NAMED else ""
    return f" (it has: {', '.join(names[:MOST_NAMED])}{more})" if names else ""


def primary_language(tag: str | None) -> str | None:
    """ "de-AT" → "de"; None for what is no language tag."""
    primary = (tag or "")[:LONGEST_LANGUAGE].replace("_", "-").split("-")[0].lower()
    return primary if 2 <= len(primary) <= 3 and primary.isascii() and primary.isalpha() else None
