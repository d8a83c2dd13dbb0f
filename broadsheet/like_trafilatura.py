"""`extract`, shaped like `trafilatura.extract`, so that a program changes over by one line:

from broadsheet import extract  # was: from trafilatura import extract
"""

from __future__ import annotations

from cleaners import Options, clean
from cleaners.options import DEFAULT_BODY
from output.jsonl import json_line
from output.making import record_of
from output.markdown import markdown
from output.record import Record

FORMATS = ("txt", "markdown", "json")


def extract(
    filecontent: bytes | str,
    url: str | None = None,
    *,
    output_format: str = "txt",
    fast: bool = False,
    no_fallback: bool = False,
    include_tables: bool = True,
    with_metadata: bool = False,
    only_with_metadata: bool = False,
    target_language: str | None = None,
    **others: object,
) -> str | None:
    """The article's text on a page, or None where there is none.

    filecontent: the page's bytes, or decoded text. output_format: "txt", "markdown", or "json" (our record). fast,
    no_fallback: trafilatura itself is then never asked for a second opinion. only_with_metadata: None where title, date
    or address are missing. target_language: None where the text is in another language (ISO 639-1). Whatever else
    `trafilatura.extract` takes is taken and changes nothing: comments are never part of an article, and the same page
    always gives the same text.

    Raises ValueError for a format that we do not write.
    """
    if output_format not in FORMATS:
        raise ValueError(f"output_format {output_format!r}: it is one of {', '.join(FORMATS)}")
    options = Options(
        body=DEFAULT_BODY if include_tables else DEFAULT_BODY - {"tables"},
        second_opinion="never" if fast or no_fallback else "unsure",
    )
    article = clean(filecontent, url, options=options)
    if article.status == "empty" or (target_language and article.language not in (None, target_language)):
        return None
    if only_with_metadata and not (article.title and article.published and article.url):
        return None
    return _written(record_of(article), output_format, with_metadata)


def _written(record: Record, output_format: str, with_metadata: bool) -> str:
    if output_format == "json":
        return json_line(record).decode("utf-8")
    whole = markdown(record).decode("utf-8")
    front_matter, _, body = whole.partition("\n---\n\n")
    if output_format == "txt":
        return f"{front_matter}\n---\n{record.text}" if with_metadata else record.text
    return whole if with_metadata else body
