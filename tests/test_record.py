"""The record keeps what the schema promises, whatever an article holds."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from records import ARTICLES, RECORDS
from schema_check import SCHEMA, VALIDATOR, assert_valid

from cleaners import Options, clean
from cleaners.fingerprint import knowledge_hash, settings_hash
from items import Article, Block, Change, Image, Judged, Verdict
from output import Record, RecordBlock, record_of
from output.schema import PATH, fields_table, main, schema_text

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "record.md"
FIELDS = """schema_version id url canonical_url title authors published modified language publisher section tags image
images summary license rights text blocks word_count kind status evidence flaws access fetched_at cleaner_version
cleaner_settings version previous changes cluster first_seen other_urls fields removed""".split()


def removal(text: str, *, keep: bool = False, confidence: float = 0.5, position: int = 0) -> Judged:
    return Judged(Block("paragraph", text), Verdict(keep, "rules", "share_bar", confidence, "a share bar"), position)


def test_published_schema_is_what_the_types_give():
    assert PATH.read_text(encoding="utf-8") == schema_text(), "run: python -m output.schema"
    assert main(["--check"]) == 0


def test_schema_is_valid_itself():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert {"$id", "title", "description"} <= set(SCHEMA)


def test_fields_stand_in_the_promised_order():
    assert list(SCHEMA["properties"]) == FIELDS
    assert SCHEMA["required"] == FIELDS[:-1]


@pytest.mark.parametrize("part", [SCHEMA, *SCHEMA["$defs"].values()], ids=lambda part: part["title"])
def test_every_field_has_a_promise_and_no_other_is_allowed(part):
    assert part["additionalProperties"] is False
    for name, field in part["properties"].items():
        assert field["description"].endswith((".", "…")), name
        if {"type": "null"} in field.get("anyOf", []):
            assert "Null: " in field["description"], name


@given(ARTICLES)
@settings(max_examples=300)
def test_any_article_makes_a_valid_record(article: Article):
    record = record_of(article)
    assert_valid(record)
    assert msgspec.json.decode(msgspec.json.encode(record), type=Record) == record


@given(RECORDS)
def test_same_record_gives_same_bytes(record: Record):
    assert msgspec.json.encode(record) == msgspec.json.encode(msgspec.convert(msgspec.to_builtins(record), Record))


def test_text_passes_byte_for_byte():
    text = "One\u2028line \t\n\nÄ日本 \U0001f600 \x00"
    assert record_of(Article(id="1", text=text)).text == text


def test_lone_surrogates_become_the_replacement_character():
    record = record_of(Article(id="\ud800", title="a\udfffb", authors=("\udc00",), text="\ud83d\ude00"))
    assert (record.id, record.title, record.authors, record.text) == ("\ufffd", "a\ufffdb", ("\ufffd",), "\U0001f600")


def test_no_line_changes_the_order_of_what_stands_around_it():
    hostile = "a\u202eb\u2066c\u2069\u202a"
    article = Article(
        id="1",
        title=hostile,
        authors=(hostile, "\u202e"),
        publisher="\u202e\u2069",
        section=hostile,
        tags=(hostile,),
        summary=hostile,
        images=(Image(url="https://x.example/1", caption=hostile, credit=hostile),),
        changes=(Change(what="changed", position=None, before=hostile, after="b"),),
        text="\u200fשלום \u202bעולם\u202c",
    )
    record = record_of(article)
    assert record.title == record.section == record.summary == "abc"
    assert record.authors == record.tags == ("abc",)
    assert record.publisher is None
    assert (record.images[0].caption, record.images[0].credit) == ("abc", "abc")
    assert record.changes[0].before == "abc"
    assert record.text == article.text  # where scripts need such marks they stay


@pytest.mark.parametrize(
    ("published", "kept"),
    [
        ("2024-03-18", True),
        ("2024-03-18T09:30", True),
        ("2024-03-18T09:30:00", True),
        ("2024-03-18T09:30:00.25Z", True),
        ("2024-03-18T09:30:00+05:30", True),
        ("2024-03-18 09:30", False),
        ("2024-03-18T09:30:00Z\n", False),
        ("18 March 2024", False),
        ("٢٠٢٤-03-18", False),
        ("", False),
    ],
)
def test_a_date_in_another_form_is_not_passed_on(published, kept):
    record = record_of(Article(id="1", published=published, modified=published))
    assert record.published == record.modified == (published if kept else None)
    assert_valid(record)


@pytest.mark.parametrize(
    ("fetched_at", "kept"),
    [("2024-03-18T09:30:00Z", True), ("2024-03-18T09:30:00+02:00", False), ("2024-03-18", False)],
)
def test_the_time_of_fetching_is_utc(fetched_at, kept):
    assert record_of(Article(id="1", fetched_at=fetched_at)).fetched_at == (fetched_at if kept else None)


@pytest.mark.parametrize(("language", "kept"), [("en", True), ("haw", True), ("EN", False), ("en-US", False)])
def test_a_language_is_a_code(language, kept):
    assert record_of(Article(id="1", language=language)).language == (language if kept else None)


def test_empty_is_null():
    record = record_of(Article(id="1", url="", title="", publisher="", summary="", authors=("", "Ada"), tags=("",)))
    assert (record.url, record.title, record.publisher, record.summary) == (None, None, None, None)
    assert (record.authors, record.tags) == (("Ada",), ())


def test_level_is_absent_where_there_is_none():
    blocks = (Block("heading", "Why", level=2), Block("paragraph", "Because."))
    record = record_of(Article(id="1", blocks=blocks))
    assert record.blocks == (RecordBlock("heading", "Why", 2), RecordBlock("paragraph", "Because."))
    assert json.loads(msgspec.json.encode(record))["blocks"] == [
        {"kind": "heading", "text": "Why", "level": 2},
        {"kind": "paragraph", "text": "Because."},
    ]


def test_removed_is_absent_unless_somebody_asked():
    assert b'"removed"' not in msgspec.json.encode(record_of(Article(id="1")))
    assert b'"removed":[]' in msgspec.json.encode(record_of(Article(id="1", judged=())))


def test_removed_names_what_went_and_why_in_page_order():
    judged = (removal("Share", position=0), removal("Kept", keep=True, position=1), removal("Follow", position=2))
    record = record_of(Article(id="1", judged=judged))
    assert json.loads(msgspec.json.encode(record))["removed"] == [
        {
            "text": text,
            "judge": "rules",
            "rule": "share_bar",
            "confidence": 0.5,
            "reason": "a share bar",
            "position": position,
        }
        for text, position in (("Share", 0), ("Follow", 2))
    ]


@pytest.mark.parametrize(
    ("given_confidence", "said"),
    [
        (2 / 3, "0.667"),
        (0.1 + 0.2, "0.3"),
        (1, "1.0"),
        (7.5, "1.0"),
        (-0.0, "0.0"),
        (math.nan, "0.0"),
        (-math.inf, "0.0"),
    ],
)
def test_confidence_has_a_stable_number_of_digits(given_confidence, said):
    record = record_of(Article(id="1", judged=(removal("Share", confidence=given_confidence),)))
    assert f'"confidence":{said},' in msgspec.json.encode(record).decode()


@pytest.mark.parametrize(
    "change",
    [
        {"schema_version": 2},
        {"unknown": 1},
        {"id": None},
        {"title": ""},
        {"published": "yesterday"},
        {"fetched_at": "2024-03-18T09:30:00+02:00"},
        {"kind": "advert"},
        {"word_count": -1},
        {"blocks": [{"kind": "paragraph", "text": "x", "level": None}]},
        {"removed": None},
    ],
    ids=str,
)
def test_the_schema_refuses_what_is_not_promised(change):
    valid = json.loads(msgspec.json.encode(record_of(Article(id="1"))))
    assert VALIDATOR.is_valid(valid)
    assert not VALIDATOR.is_valid({**valid, **change})


@pytest.mark.parametrize("missing", FIELDS[:-1])
def test_every_field_stands_in_every_record(missing):
    record = json.loads(msgspec.json.encode(record_of(Article(id="1"))))
    del record[missing]
    assert not VALIDATOR.is_valid(record)


def test_the_documentation_says_what_the_schema_says():
    assert fields_table() in DOCS.read_text(encoding="utf-8"), "paste: python -m output.schema --fields"


def test_the_documented_example_is_a_record():
    (example,) = re.findall("```json\n(.*?)```", DOCS.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert_valid(example)
    assert set(json.loads(example)) == set(FIELDS)


def test_the_settings_hash_tells_what_changes_articles_and_nothing_else():
    plain = settings_hash(Options())
    assert re.fullmatch("[0-9a-f]{8}", plain)
    assert settings_hash(Options(explain=True)) == plain
    assert settings_hash(Options(body=Options().body - {"tables"})) != plain
    assert settings_hash(Options(strictness="thorough")) != plain
    assert record_of(clean("<article><p>One.</p></article>")).cleaner_settings == plain


def test_the_settings_hash_changes_with_what_the_judges_know(monkeypatch, tmp_path):
    before = knowledge_hash()
    shutil.copytree(ROOT / "cleaners", tmp_path / "cleaners")
    rules = tmp_path / "cleaners" / "rules" / "share.toml"
    rules.write_text(rules.read_text() + "\n# a remark\n")
    monkeypatch.setattr("cleaners.fingerprint.files", lambda _: tmp_path / "cleaners")
    knowledge_hash.cache_clear()
    changed = knowledge_hash()
    knowledge_hash.cache_clear()
    assert changed != before
