"""File names in a folder: safe, stable, told apart."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path, PureWindowsPath

import msgspec
import pytest
from hypothesis import assume, given, settings
from records import ADDRESSED, TEXTS

from items import Article
from output import Record, record_of
from output.names import LONGEST_PART, file_name, host_folder, slug

NAME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}|undated)-.+-[0-9a-f]{8}\.json")


def caseless(name: str) -> str:
    """The name as a file system sees it that tells neither case nor composition apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def named(**fields: str) -> str:
    return str(file_name(record_of(Article(**{"id": "1", **fields})), ".json"))


@given(ADDRESSED)
@settings(max_examples=500)
def test_a_name_is_safe_on_every_file_system(record: Record):
    path = file_name(record, ".json")
    assert len(path.parts) == 2
    assert not path.is_absolute()
    for part in path.parts:
        assert 0 < len(part.encode("utf-8")) <= LONGEST_PART
        assert not set(part) & set('/\\<>:"|?*\x7f')
        assert not any(unicodedata.category(sign)[0] in "CZ" for sign in part)
        assert part[0] != "."
        assert part[-1] not in ". "
        assert not PureWindowsPath(part).is_reserved()
        assert part == caseless(part)
    assert NAME.fullmatch(path.name)


@given(ADDRESSED)
def test_a_record_has_one_name_whatever_else_it_holds(record: Record):
    other = msgspec.structs.replace(record, text="other", blocks=(), fetched_at=None, cleaner_version="9", tags=("x",))
    assert file_name(record, ".json") == file_name(record, ".json") == file_name(other, ".json")


@given(ADDRESSED, TEXTS)
def test_articles_are_told_apart_where_case_is_not(record: Record, other_id: str):
    assume(other_id != record.id and "\ufffd" not in record.id)
    other = record_of(Article(id=other_id))
    assume(other.id != record.id)
    twin = msgspec.structs.replace(record, id=other.id)
    assert caseless(str(file_name(record, ".json"))) != caseless(str(file_name(twin, ".json")))


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (
            {
                "url": "https://News.Example.org/a",
                "title": "It’s the Economy, again!",
                "published": "2024-03-18T09:30Z",
            },
            "news.example.org/2024-03-18-its-the-economy-again-6b86b273.json",
        ),
        ({"url": "http://127.0.0.1:8080/a/b.html"}, "127.0.0.1_8080/undated-b-6b86b273.json"),
        ({"url": "https://example.org/politik/gr%C3%B6%C3%9Fer/?page=2"}, "example.org/undated-grösser-6b86b273.json"),
        ({"url": "https://example.org/"}, "example.org/undated-untitled-6b86b273.json"),
        ({"title": "ROM und Köln"}, "local/undated-rom-und-köln-6b86b273.json"),
        ({"title": "हिन्दी में समाचार"}, "local/undated-हिन्दी-में-समाचार-6b86b273.json"),
        ({"title": "東京で大雪"}, "local/undated-東京で大雪-6b86b273.json"),
        ({"title": "../../etc/passwd"}, "local/undated-etc-passwd-6b86b273.json"),
        ({"title": "…", "url": "https://example.org/x"}, "example.org/undated-x-6b86b273.json"),
        (
            {"url": "https://amp.example.org/x", "canonical_url": "https://example.org/y", "title": "T"},
            "example.org/undated-t-6b86b273.json",
        ),
    ],
)
def test_names_by_example(fields, name):
    assert named(**fields) == name


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("https://../x", "local"),
        ("https://..%2f..%2fetc/x", "2f.._2fetc"),
        ("https://con/x", "_con"),
        ("https://nul.example/x", "_nul.example"),
        ("https://user:secret@example.org/x", "example.org"),
        ("https://[::1]:80/x", "1_80"),
        ("https://[/x", "local"),
        ("https://example.org:99999/x", "local"),
        ("https://example.org./x", "example.org"),
        ("https://münchen.example/", "münchen.example"),
        ("/home/somebody/page.html", "local"),
        ("", "local"),
    ],
)
def test_hosts_by_example(address, folder):
    assert host_folder(address) == folder


@pytest.mark.parametrize("title", ["STRASSE", "straße", "Strasse"])
def test_case_is_folded_in_every_script(title):
    assert slug(title) == "strasse"
    assert slug("ΌΣΟΣ Ǆ") == slug("\u039f\u0301σος ǆ") == "όσοσ-ǆ"


def test_long_hosts_leave_room_for_the_port():
    folder = host_folder(f"https://con.{'x' * 300}:65535/")
    assert folder.startswith("_con.")
    assert folder.endswith("x_65535")
    assert len(folder) == LONGEST_PART


def test_long_titles_are_cut_between_characters():
    assert slug("ä" * 1000) == "ä" * 60
    assert slug("word " * 1000).endswith("word")


def test_a_slug_is_a_file_name(tmp_path: Path):
    (tmp_path / Path(named(title="\U0001f600" * 300 + "日" * 300, url="http://" + "x" * 500)).name).touch()
