"""What the sinks write, read by the programs people read it with."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import msgspec
import polars
import pyarrow.parquet
import pytest
from records import save, some_record

import output
from items import Article
from output import Record, record_of
from output.columns import NAMES

RECORDS = [some_record(number) for number in range(50)]


def test_parquet_in_duckdb(tmp_path):
    save(tmp_path / "out.parquet", RECORDS)
    found = duckdb.sql(
        f"SELECT id, authors[1], len(blocks), blocks[2].level, published::timestamptz FROM '{tmp_path}/out.parquet'"
        " WHERE title LIKE 'Title 7 %'"
    ).fetchall()
    assert [row[:4] for row in found] == [("id-7", "Ada", 2, 2)]
    assert duckdb.sql(f"SELECT * FROM '{tmp_path}/out.parquet'").columns == list(NAMES)


def test_parquet_in_polars(tmp_path):
    save(tmp_path / "out.parquet", RECORDS)
    table = polars.read_parquet(tmp_path / "out.parquet")
    assert table.columns == list(NAMES)
    assert table["id"].to_list() == [record.id for record in RECORDS]
    assert table["text"].to_list() == [record.text for record in RECORDS]
    assert table["tags"].dtype == polars.List(polars.String)
    assert table["word_count"].dtype == polars.Int64


def test_parquet_has_row_groups_and_the_version_of_the_schema(tmp_path, monkeypatch):
    monkeypatch.setattr("output.row_groups.TOGETHER", 20)
    monkeypatch.setattr("output.row_groups.GROUP", 1)
    save(tmp_path / "out.parquet", RECORDS)
    found = pyarrow.parquet.read_metadata(tmp_path / "out.parquet")
    assert [found.row_group(number).num_rows for number in range(found.num_row_groups)] == [20, 20, 10]
    assert found.metadata[b"broadsheet.schema_version"] == b"1"
    assert list(output.read(tmp_path / "out.parquet")) == RECORDS


def datasette(*arguments: object) -> object:
    command = [sys.executable, "-m", "datasette", *map(str, arguments)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_sqlite_in_datasette(tmp_path):
    save(tmp_path / "out.sqlite", RECORDS)
    (tables,) = datasette("inspect", tmp_path / "out.sqlite").values()
    assert tables["tables"]["articles"]["count"] == 50
    found = datasette(tmp_path / "out.sqlite", "--get", "/out/articles.json?_search=7&_shape=array&_searchmode=raw")
    assert [row["id"] for row in found] == ["id-7"]
    assert set(NAMES) < set(found[0])


def test_sqlite_keeps_every_version(tmp_path):
    versions = [some_record(1, text) for text in ("one", "two", "three")]
    save(tmp_path / "out.sqlite", [*versions, versions[0], some_record(2)])
    assert list(output.read(tmp_path / "out.sqlite")) == [versions[2], some_record(2)]
    with sqlite3.connect(tmp_path / "out.sqlite") as db:
        kept = [json.loads(row[0])["text"] for row in db.execute("SELECT record FROM versions WHERE record NOT NULL")]
        assert kept == ["one", "two"]
        assert db.execute("SELECT count(*) FROM articles_fts('three')").fetchone() == (1,)
        assert db.execute("SELECT count(*) FROM articles_fts('two')").fetchone() == (0,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("content", "said"), [(b"no database at all, but long enough", "not a database"), (None, "is not ours")]
)
def test_a_database_of_somebody_else_is_one_line(tmp_path, content, said):
    path = tmp_path / "theirs.db"
    if content is None:
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE articles (headline TEXT)")
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(output.OutputError, match=said):
        output.open(path)
    assert path.read_bytes() == before


FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''@x", "'quoted'", "a=1"]


def test_csv_has_no_cell_that_a_spreadsheet_would_run(tmp_path):
    records = [record_of(Article(id=text, title=text, text=text, authors=(text,))) for text in FORMULAS]
    save(tmp_path / "out.csv", records)
    with (tmp_path / "out.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == list(NAMES)
    assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r＝"))]
    assert list(output.read(tmp_path / "out.csv")) == records


def test_huggingface_lines_have_the_three_names_corpus_tools_expect(tmp_path):
    save(tmp_path / "out.jsonl", RECORDS[:1], "huggingface")
    row = json.loads((tmp_path / "out.jsonl").read_text())
    assert list(row) == ["text", "id", "metadata"]
    assert row["metadata"]["title"] == RECORDS[0].title
    assert list(output.read(tmp_path / "out.jsonl")) == RECORDS[:1]


def test_warc_passes_an_outside_check(tmp_path):
    save(tmp_path / "out.warc.gz", RECORDS)
    command = [str(Path(sys.executable).with_name("warcio")), "check", "-v", str(tmp_path / "out.warc.gz")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.count("digest pass") == 50


def test_a_record_of_today_in_a_table_of_yesterday(tmp_path):
    save(tmp_path / "out.sqlite", RECORDS[:1])
    with sqlite3.connect(tmp_path / "out.sqlite") as db:
        db.execute("ALTER TABLE articles DROP COLUMN section")
    save(tmp_path / "out.sqlite", [msgspec.structs.replace(RECORDS[1], section="City")])
    sections = [record.section for record in output.read(tmp_path / "out.sqlite") if isinstance(record, Record)]
    assert sections == [None, "City"]
