"""Where an article's metadata comes from, a line a field, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from items import Article, Field

LONGEST_VALUE = 60
MOST_WITNESSES = 6


def metadata_lines(article: Article) -> Iterator[tuple[str, str, bool]]:
    """(field, what is known of it, whether it is given) for every field; guesses that were not sure enough say so."""
    widest = max(map(len, (*article.fields, "status")))
    for name, field in article.fields.items():
        given = bool(getattr(article, name, None))
        yield f"{name:{widest}}  ", f"{_value(field, given)}  [{_witnesses(field)}]", given
    if article.evidence:
        yield f"{'status':{widest}}  ", f"{article.status}  [{'; '.join(article.evidence)}]", True


def _value(field: Field, given: bool) -> str:
    value = field.value if isinstance(field.value, str) else ", ".join(field.value)
    short = value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
    return short if given else f"not given; a guess: {short}"


def _witnesses(field: Field) -> str:
    """ "json_ld, 96 % sure; agrees: og, title; conflicts: twitter"."""
    said = f"{field.source}, {field.confidence:.0%} sure"
    for word, witnesses in (("agrees", field.agrees), ("conflicts", field.conflicts)):
        if witnesses:
            more = len(witnesses) - MOST_WITNESSES
            said += f"; {word}: {', '.join(witnesses[:MOST_WITNESSES])}{f' and {more} more' if more > 0 else ''}"
    return said
