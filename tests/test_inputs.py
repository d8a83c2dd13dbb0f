"""What people have lying around becomes pages; what cannot be read is named, and the rest is read all the same."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from broadsheet.errors import BadInput
from broadsheet.inputs import Given, check_inputs, read_inputs
from items import Failure, Page

HTML = b"<!doctype html><p>The lighthouse is dark.</p>"


def read(*names: object) -> list[Given]:
    return list(read_inputs(str(name) for name in names))


def reasons(found: list[Given]) -> list[tuple[str, str]]:
    return [(given.page.source, given.page.reason) for given in found if isinstance(given.page, Failure)]


def pages(found: list[Given]) -> list[Page]:
    return [given.page for given in found if isinstance(given.page, Page)]


@pytest.mark.parametrize(
    ("name", "form"), [("a.html", "html"), ("a.HTM", "html"), ("a.xhtml", "html"), ("a.txt", "text"), ("a.md", "text")]
)
@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_single_files(tmp_path: Path, name: str, form: str, packing: str) -> None:
    pack = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[packing]
    (tmp_path / (name + packing)).write_bytes(pack(HTML))
    (given,) = read(tmp_path / (name + packing))
    assert given.page == Page(content=HTML, form=form)


def test_a_folder_is_read_in_order_of_names_and_leaves_other_files_alone(tmp_path: Path) -> None:
    for name in ["b/2.html", "a/10.html", "a/9.txt", "notes.pdf", "a/x.css"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(HTML)
    found = [Path(given.name).relative_to(tmp_path).as_posix() for given in read(tmp_path)]
    assert found == ["a/10.html", "a/9.txt", "b/2.html"]


def test_a_folder_without_pages_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.css").write_text("p {}")
    ((source, reason),) = reasons(read(tmp_path))
    assert source == str(tmp_path)
    assert reason.startswith("holds no pages")


def rows(*lines: Any) -> bytes:
    return b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)


def test_rows_keep_their_ids_and_their_order(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl.zst"
    lines = rows(
        {"id": "x", "url": "https://a.example/1", "html": "<p>one</p>"},
        b"",
        {"id": 7, "text": "two", "language": "de-AT", "extra": [1]},
        {"text": ""},
    )
    file.write_bytes(zstandard.compress(lines))
    assert pages(read(file)) == [
        Page(content="<p>one</p>", id="x", url="https://a.example/1"),
        Page(content="two", form="text", id="7", language="de"),
        Page(content="", form="text"),
    ]


def test_a_bad_row_is_named_by_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_bytes(rows({"text": "a"}, b'{"text": ', [1], {"id": "only"}, {"text": 5}, b"\xff\xfe", {"text": "b"}))
    found = read(file)
    assert [page.content for page in pages(found)] == ["a", "b"]
    assert [source for source, _ in reasons(found)] == [f"{file} line {number}" for number in (2, 3, 4, 5, 6)]
    assert 'neither "html" nor "text"' in dict(reasons(found))[f"{file} line 4"]


@pytest.mark.parametrize("bomb", [b'{"text":' + b"[" * 100_000, b'{"a":' * 100_000])
def test_nested_rows_do_not_end_the_run(tmp_path: Path, bomb: bytes) -> None:
    (tmp_path / "a.jsonl").write_bytes(rows(bomb, {"text": "b"}))
    found = read(tmp_path / "a.jsonl")
    assert len(reasons(found)) == 1
    assert len(pages(found)) == 1


@pytest.mark.parametrize("cut", [20, 200])
@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_cut_corpus_gives_what_it_holds_and_says_so(tmp_path: Path, ending: str, cut: int) -> None:
    file = tmp_path / f"corpus.jsonl.{ending}"
    pack = gzip.compress if ending == "gz" else zstandard.ZstdCompressor(write_content_size=False).compress
    whole = rows(*({"text": f"row {number} {number**number % 10**300}"} for number in range(2000)))
    file.write_bytes(pack(whole)[:-cut])
    found = read(file)
    assert reasons(found)[-1] == (str(file), "is cut short: its compressed stream ends early")
    assert 500 < len(pages(found)) <= 2000


def test_packed_streams_may_follow_one_another(tmp_path: Path) -> None:
    one, two = rows({"text": "a"}) + b"\n", rows({"text": "b"})
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(one) + gzip.compress(two) + b"\0" * 512)
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress(one) + zstandard.compress(two))
    assert [page.content for page in pages(read(tmp_path))] == ["a", "b", "a", "b"]


def test_broken_gzip_is_named(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(HTML * 50))
    packed[12:20] = b"\xff" * 8
    (tmp_path / "a.html.gz").write_bytes(packed)
    ((_, reason),) = reasons(read(tmp_path / "a.html.gz"))
    assert reason.startswith("is broken: ")


@pytest.mark.parametrize(
    ("start", "name"), [(b"%PDF-1.7\n", "a PDF"), (b"\x89PNG\r\n", "a PNG image"), (b"PK\x03\x04", "a ZIP archive")]
)
def test_other_things_called_html_are_refused(tmp_path: Path, start: bytes, name: str) -> None:
    (tmp_path / "a.html").write_bytes(start + b"rest")
    assert [reason for _, reason in reasons(read(tmp_path / "a.html"))] == [f"is {name}, not a page or a text"]


def warc(*bodies: tuple[str, str, bytes], packed: bool = True) -> bytes:
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=packed)
    for status, content_type, body in bodies:
        headers = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            "https://a.example/x", "response", payload=io.BytesIO(body), http_headers=headers
        )
        writer.write_record(record)
    return stream.getvalue()


@pytest.mark.parametrize("packed", [True, False])
def test_html_answers_of_an_archive_are_pages(tmp_path: Path, packed: bool) -> None:
    file = tmp_path / ("a.warc.gz" if packed else "a.warc")
    file.write_bytes(
        warc(
            ("200 OK", "text/html; charset=iso-8859-1", HTML),
            ("404 Not Found", "text/html", b"gone"),
            ("200 OK", "image/png", b"\x89PNG"),
            packed=packed,
        )
    )
    (page,) = pages(read(file))
    assert (page.content, page.url, page.encoding) == (HTML, "https://a.example/x", "cp1252")
    assert page.fetched_at is not None


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("cut", [30, 3000])
def test_a_cut_archive_never_gives_half_a_page(tmp_path: Path, packed: bool, cut: int) -> None:
    body = HTML + b"".join(b"%d " % (number**5) for number in range(3000))
    whole = warc(*[("200 OK", "text/html", body)] * 2, packed=packed)
    file = tmp_path / ("a.warc.gz" if packed else "a.warc")
    file.write_bytes(whole[:-cut])
    found = read(file)
    assert [page.content for page in pages(found)] == [body]
    assert len(reasons(found)) == 1


@pytest.mark.parametrize(
    ("given", "form"),
    [(rows({"html": "<p>a"}), "html"), (rows({"text": "a"}), "text"), (HTML, "html"), (b"Just a line.\n", "text")],
)
@pytest.mark.parametrize("packed", [True, False])
def test_standard_input_is_known_by_its_first_bytes(
    monkeypatch: pytest.MonkeyPatch, given: bytes, form: str, packed: bool
) -> None:
    stream = io.BytesIO(gzip.compress(given) if packed else given)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(stream)))  # type: ignore[arg-type]
    assert [page.form for page in pages(read("-"))] == [form]


def test_inputs_that_cannot_be_are_found_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"x")
    (tmp_path / "no-ending").write_bytes(HTML)
    check_inputs(["-", str(tmp_path), str(tmp_path / "no-ending")])
    with pytest.raises(BadInput, match="no such file"):
        check_inputs([str(tmp_path / "missing.html")])
    with pytest.raises(BadInput, match="not a kind of file"):
        check_inputs([str(tmp_path / "a.docx")])


def test_csv_rows_that_cannot_be_used_are_named_by_their_row(tmp_path: Path) -> None:
    file = tmp_path / "corpus.csv"
    file.write_bytes(
        b'\xef\xbb\xbfid;text;note\r\n1;"two\nlines; and ""quotes""";x\r\n2;too;many;fields\r\n'
        b"3;caf\xe9;x\r\n\r\n4;;x\r\n"
    )
    found = read(file)
    assert [(page.id, page.content) for page in pages(found)] == [("1", 'two\nlines; and "quotes"'), ("4", "")]
    assert reasons(found) == [
        (f"{file} row 3", "has 4 fields where the header has 3"),
        (f"{file} row 4", "is not UTF-8"),
    ]


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_a_header_without_text_is_one_message(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"corpus.{ending}"
    content = b"id,body\n1,a\n2,b\n"
    file.write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
    assert reasons(read(file)) == [(str(file), 'its header has neither "html" nor "text" (it has: id, body)')]


def test_parquet_rows(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    file = tmp_path / "corpus.parquet"
    rows = [{"id": n, "text": None if n == 300 else f"text {n}", "more": [n]} for n in range(500)]
    pytest.importorskip("pyarrow.parquet").write_table(pa.Table.from_pylist(rows), file)
    found = read(file)
    assert [page.id for page in pages(found)] == [str(n) for n in range(500) if n != 300]
    assert [source for source, _ in reasons(found)] == [f"{file} row 301"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"id": 1, "body": "x"}], 'has neither "html" nor "text" among its columns (it has: id, body)'),
        ([{"text": 5}], '"text" holds int, not text'),
        (None, "cannot be read as Parquet: "),
    ],
)
def test_parquet_that_holds_no_text_is_one_message(tmp_path: Path, rows: Any, said: str) -> None:
    pa = pytest.importorskip("pyarrow")
    file = tmp_path / "corpus.parquet"
    if rows is None:
        file.write_bytes(b"PAR1 but not really PAR1")
    else:
        pytest.importorskip("pyarrow.parquet").write_table(pa.Table.from_pylist(rows), file)
    ((_, reason),) = reasons(read(file))
    assert said in reason
