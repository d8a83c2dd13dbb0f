"""Records to save: some plain ones, and arbitrary ones with every script, every odd character and every gap."""

from __future__ import annotations

import random
from pathlib import Path
from typing import get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

import output
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
    Signal,
    Status,
    Verdict,
)
from output import Record, record_of

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # a busy machine fails no test

# Surrogates included: a JSON input row can hold "\ud800".
TEXTS = st.text(st.characters(exclude_categories=()), max_size=60) | st.sampled_from(
    [
        "",
        " ",
        "\u2028",
        "\x00",
        "\x7f",
        "\x85",
        "\ufeff",
        "\ud83d",
        "\ud83d\ude00",
        "\udfff",
        "a\r\nb\n\nc",
        "'\"\\",
        "\f",
    ]
)
MAYBE = st.none() | TEXTS
URLS = st.none() | TEXTS | st.builds("https://{}/{}".format, TEXTS, TEXTS)
DATES = MAYBE | st.dates().map(str) | st.datetimes(timezones=st.timezones() | st.none()).map(lambda at: at.isoformat())
BLOCKS = st.builds(
    Block, st.sampled_from(get_args(BlockKind)), TEXTS, st.none() | st.integers(min_value=1, max_value=9)
)
VERDICTS = st.builds(Verdict, keep=st.booleans(), judge=TEXTS, rule=TEXTS, confidence=st.floats(width=64), reason=TEXTS)
JUDGED = st.builds(Judged, BLOCKS, VERDICTS, st.integers(min_value=0, max_value=10_000))

CHANGES = st.builds(
    Change,
    what=st.sampled_from(get_args(ChangeKind)),
    position=st.none() | st.integers(min_value=0, max_value=10_000),
    before=MAYBE,
    after=MAYBE,
)


def tuples_of(strategy: st.SearchStrategy, size: int = 4) -> st.SearchStrategy:
    return st.lists(strategy, max_size=size).map(tuple)


SMALL = st.integers(min_value=0, max_value=99)
WITNESSES = st.lists(st.sampled_from(["json_ld", "og", "h1", "title"]), max_size=3).map(tuple)
SHARES = st.floats(min_value=0, max_value=1)
ONE_FIELD = st.builds(Field, value=TEXTS, source=TEXTS, agrees=WITNESSES, conflicts=WITNESSES, confidence=SHARES)
SEVERAL_FIELD = st.builds(Field, value=tuples_of(TEXTS), source=TEXTS, confidence=SHARES)
IMAGES = st.builds(Image, url=st.just("https://example.org/a.jpg"), caption=MAYBE, credit=MAYBE, position=SMALL)
FIELDS = st.fixed_dictionaries(
    {}, optional={"title": ONE_FIELD, "published": ONE_FIELD, "access": ONE_FIELD, "authors": SEVERAL_FIELD}
)
ARTICLES: st.SearchStrategy[Article] = st.builds(
    Article,
    id=TEXTS,
    url=URLS,
    canonical_url=URLS,
    title=MAYBE,
    authors=tuples_of(TEXTS),
    published=DATES,
    modified=DATES,
    language=MAYBE | st.sampled_from(["en", "de", "haw"]),
    publisher=MAYBE,
    section=MAYBE,
    tags=tuples_of(TEXTS),
    image=URLS,
    images=tuples_of(
        st.builds(Image, url=st.just("https://example.org/a.jpg"), caption=MAYBE, credit=MAYBE, position=SMALL)
    ),
    summary=MAYBE,
    license=URLS,
    rights=st.builds(
        Rights,
        noindex=st.booleans(),
        noarchive=st.booleans(),
        nofollow=st.booleans(),
        reserved=st.booleans(),
        policy=URLS,
        signals=tuples_of(st.builds(Signal, TEXTS, TEXTS, DATES), 2),
    ),
    evidence=tuples_of(TEXTS),
    fields=FIELDS,
    text=TEXTS,
    blocks=tuples_of(BLOCKS),
    word_count=st.integers(min_value=0, max_value=10**9),
    kind=st.sampled_from(get_args(ArticleKind)),
    status=st.sampled_from(get_args(Status)),
    flaws=st.lists(st.sampled_from(get_args(Flaw)), max_size=3, unique=True).map(tuple),
    access=st.sampled_from(get_args(Access)),
    fetched_at=DATES,
    cleaner_version=TEXTS,
    cleaner_settings=TEXTS,
    version=st.integers(min_value=1, max_value=10**6),
    previous=DATES,
    changes=tuples_of(CHANGES),
    cluster=MAYBE,
    first_seen=URLS,
    other_urls=tuples_of(TEXTS, 2),
    judged=st.none() | tuples_of(JUDGED),
)
RECORDS: st.SearchStrategy[Record] = ARTICLES.map(record_of)
"""Any record at all."""
ADDRESSED: st.SearchStrategy[Record] = st.builds(
    Article, id=TEXTS, url=URLS, canonical_url=URLS, title=MAYBE, published=DATES
).map(record_of)
"""Records that differ in what names them alone."""


def noise(length: int, seed: int) -> str:
    return random.Random(seed).randbytes(length // 2).hex()


def some_record(number: int, text: str = "First.\n\nSecond.") -> Record:
    return record_of(
        Article(
            id=f"id-{number}",
            url=f"https://example.org/{number}",
            title=f"Title {number} — 東京 \u2028 \U0001f600",
            authors=("Ada", "Grace"),
            published="2024-03-18T09:30:00Z",
            text=text,
            blocks=(Block("paragraph", "First."), Block("heading", "Second.", level=2)),
            judged=(Judged(Block("paragraph", "Share"), Verdict(False, "rules", "share_bar", 2 / 3, "a bar"), 0),),
        )
    )


def save(target: str | Path, records: list[Record], format: str | None = None) -> None:
    with output.open(target, format) as sink:
        for record in records:
            sink.write(record)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
