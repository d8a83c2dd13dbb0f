"""Raw pages kept as WARC, read back, and cleaned again; archives of others as a source."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from records import some_record
from scrapy.http import Response
from servers import Answer, gzipped, redirect, serving
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

import output
from broadsheet.inputs import chosen_pages, read_inputs
from items import Failure, Page
from output import OutputError
from output.archive import Archive, ArchivedResponse
from output.archive_index import cdxj_line, surt
from output.archive_reading import captures
from scrapers.spiders.archive import ArchiveSpider
from scrapers.spiders.article import BadArgument
from scrapers.withheld import is_withheld

TESTS = Path(__file__).parent
HTML = ((b"Content-Type", b"text/html; charset=utf-8"),)


def story(title: str, extra: str = "") -> str:
    prose = "".join(
        f"<p>{title} was the talk of the harbour on day {day}, when the boats came back with nothing but rope and two"
        f" crates of lemons that nobody had ordered.</p>"
        for day in range(1, 7)
    )
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title><meta property=og:type content=article></head><body>"
        f"<article><h1>{title}</h1>{prose}{extra}</article></body></html>"
    )


def response(number: int, body: bytes | None = None) -> ArchivedResponse:
    body = story(f"Boat {number}").encode() if body is None else body
    return ArchivedResponse(
        f"https://example.org/{number}", f"2026-01-{1 + number % 28:02}T00:00:00Z", 200, "OK", HTML, body
    )


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "broadsheet", *map(str, arguments)]
    return subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False)


def warcio_check(folder: Path) -> None:
    """An outside reader finds every file whole and every digest right."""
    for path in folder.glob("*.warc.gz"):
        checker = Checker(type("Arguments", (), {"inputs": [str(path)], "verbose": False})())
        checker.process_all()
        assert checker.exit_value == 0, path


def records(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.glob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                found.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI")))
    return found


class TestKeeping:
    def test_an_outside_reader_finds_what_was_kept(self, tmp_path):
        archive = Archive(tmp_path)
        packed = gzip.compress(story("Packed").encode(), mtime=0)
        archive.keep(response(1))
        archive.keep(
            ArchivedResponse("https://example.org/ü?a=b c", "2026-01-02T00:00:00Z", 404, "", HTML, b"gone\r\n\r\n")
        )
        archive.keep(
            ArchivedResponse(
                "https://example.org/p",
                "2026-01-02T00:00:01Z",
                200,
                "OK",
                (*HTML, (b"Content-Encoding", b"gzip"), (b"Transfer-Encoding", b"chunked")),
                packed,
            )
        )
        archive.close()
        warcio_check(tmp_path)
        with (tmp_path / "broadsheet-00001.warc.gz").open("rb") as stream:
            found = {
                record.rec_headers.get_header("WARC-Target-URI"): (
                    record.http_headers.get_statuscode(),
                    record.content_stream().read(),
                )
                for record in ArchiveIterator(stream)
                if record.rec_type == "response"
            }
        assert found == {
            "https://example.org/1": ("200", story("Boat 1").encode()),
            "https://example.org/%C3%BC?a=b%20c": ("404", b"gone\r\n\r\n"),
            "https://example.org/p": ("200", story("Packed").encode()),
        }

    def test_the_same_payload_is_kept_once(self, tmp_path):
        for _ in range(2):
            archive = Archive(tmp_path)
            for number in range(3):
                archive.keep(response(number, story("Same").encode()))
            archive.close()
        kinds = [kind for kind, _ in records(tmp_path)]
        assert (kinds.count("response"), kinds.count("revisit"), kinds.count("warcinfo")) == (1, 5, 1)
        warcio_check(tmp_path)
        assert {capture.body for capture in captures(tmp_path)} == {story("Same").encode()}
        assert len(list(captures(tmp_path))) == 6

    def test_the_index_points_to_every_page(self, tmp_path):
        archive = Archive(tmp_path, largest_file=2000)
        for number in range(9):
            archive.keep(response(number, os.urandom(900) if number % 3 else story("Same").encode()))
        archive.close()
        assert len(list(tmp_path.glob("*.warc.gz"))) > 2
        lines = (tmp_path / "index.cdxj").read_text().splitlines()
        assert lines == sorted(lines)
        assert len(lines) == 9
        for line in lines:
            key, _, rest = line.split(" ", 2)
            entry = json.loads(rest)
            with (tmp_path / entry["filename"]).open("rb") as stream:
                stream.seek(int(entry["offset"]))
                member = stream.read(int(entry["length"]))
            (record,) = ArchiveIterator(io.BytesIO(member))
            assert record.rec_headers.get_header("WARC-Target-URI") == entry["url"]
            assert record.rec_headers.get_header("WARC-Payload-Digest") == f"sha1:{entry['digest']}"
            assert key == surt(entry["url"])

    @pytest.mark.parametrize(
        ("url", "key"),
        [
            ("https://www.Example.org/A?b=2&a=1", "org,example)/a?a=1&b=2"),
            ("http://example.org:8080", "org,example:8080)/"),
        ],
    )
    def test_addresses_of_one_site_sort_together(self, url, key):
        assert surt(url) == key

    def test_kills_lose_nothing_that_was_kept(self, tmp_path):
        code = """
import random, sys
import kill_moments
from output.archive import Archive
from test_archive import response
def work():
    archive = Archive(sys.argv[1])
    for number in range(random.randrange(10), 200):
        archive.keep(response(number))
        print(number, flush=True)
        archive.note(response(number).url, response(number).moment, b'{}')
for seed in range(8):
    random.seed(seed)
    assert kill_moments.killed_at(random.randrange(100, 3000), work)
Archive(sys.argv[1]).close()
"""
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path / "archive"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)])},
            capture_output=True,
            text=True,
            check=True,
        )
        said = [f"https://example.org/{number}" for number in done.stdout.split()]
        warcio_check(tmp_path / "archive")
        kept = [url for kind, url in records(tmp_path / "archive") if kind in ("response", "revisit")]
        assert len(said) <= len(kept) <= len(said) + 8
        assert {capture.url for capture in captures(tmp_path / "archive")} == set(kept) >= set(said)

    def test_a_torn_record_is_cut_off(self, tmp_path):
        archive = Archive(tmp_path)
        archive.keep(response(1))
        archive.close()
        path = tmp_path / "broadsheet-00001.warc.gz"
        whole = path.read_bytes()
        path.write_bytes(whole + gzip.compress(b"WARC/1.1\r\n" * 50)[:-20])
        Archive(tmp_path).close()
        assert path.read_bytes() == whole

    def test_two_at_once_are_refused(self, tmp_path):
        archive = Archive(tmp_path)
        with pytest.raises(OutputError, match="another run is writing"):
            Archive(tmp_path)
        archive.close()

    def test_a_folder_that_is_none_is_one_line(self, tmp_path):
        with pytest.raises(OutputError, match="no archive"):
            list(captures(tmp_path))
        (tmp_path / "file").touch()
        with pytest.raises(OutputError, match="file"):
            Archive(tmp_path / "file")


PAGES = {
    "/": redirect("/front"),
    "/front": "<html><body><h1>The Harbour</h1></body></html>",
    "/one": story("The lemons of Skerry", "<p>Nobody came for the crates.</p><p>Leave a Comment</p>"),
    "/two": gzipped(story("A rope too far")),
    "/three": Answer(story("Größe zählt").encode("latin-1", "replace"), type="text/html; charset=iso-8859-1"),
}


@pytest.fixture(scope="module")
def scraped(tmp_path_factory) -> Path:
    """A folder with `archive/` and `out.jsonl` of one scrape."""
    folder = tmp_path_factory.mktemp("scraped")
    with serving(PAGES) as running:
        urls = [running.url(path) for path in ("/", "/one", "/two", "/three", "/gone")]
        done = run(
            "scrape", *urls, "--allow-private", "-s", "DOWNLOAD_DELAY=0", "--archive", folder / "archive",
            "-o", folder / "out.jsonl", "--workers", 1,
        )  # fmt: skip
    assert done.returncode == 10, done.stderr
    return folder


class TestReclean:
    def test_every_answer_of_a_scrape_is_kept(self, scraped):
        warcio_check(scraped / "archive")
        kept = [url.rpartition("/")[2] for kind, url in records(scraped / "archive") if kind in ("response", "revisit")]
        assert sorted(set(kept) - {"robots.txt", "tdmrep.json"}) == ["", "front", "gone", "one", "three", "two"]

    def test_the_same_cleaner_gives_the_same_bytes_and_an_empty_report(self, scraped, tmp_path):
        for name in ("first.jsonl", "second.jsonl"):
            done = run(
                "reclean", scraped / "archive", "--from", scraped / "out.jsonl", "-o", tmp_path / name,
                "--report", tmp_path / "report.json", "--workers", 1,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            assert "3 articles compared, 0 changed\n" in done.stderr
            report = json.loads((tmp_path / "report.json").read_text())
            assert report["touched"] == report["gained"] == report["lost"] == []
        first, second = ((tmp_path / name).read_bytes() for name in ("first.jsonl", "second.jsonl"))
        assert first == second
        assert sorted(first.splitlines()) == sorted((scraped / "out.jsonl").read_bytes().splitlines())

    def test_with_one_rule_changed_the_report_names_exactly_the_articles_it_touches(self, scraped, tmp_path):
        shutil.copytree(TESTS.parent, tmp_path / "project", ignore=shutil.ignore_patterns(".*", "*.egg-info", "tests"))
        rules = tmp_path / "project" / "cleaners" / "rules" / "ad_label.toml"
        rules.write_text(with_phrase(rules.read_text(), "Nobody came for the crates."))
        done = subprocess.run(
            [
                sys.executable, "-P", "-m", "broadsheet", "reclean", str(scraped / "archive"),
                "--from", str(scraped / "out.jsonl"), "--report", str(tmp_path / "report.json"), "--workers", "1",
            ],
            env={**os.environ, "PYTHONPATH": str(tmp_path / "project")},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        report = json.loads((tmp_path / "report.json").read_text())
        (touched,) = report["touched"]
        assert touched["url"].endswith("/one")
        assert {"text", "blocks", "word_count"} <= set(touched["fields"])
        ((field_counts),) = report["by_site"].values()
        assert field_counts["text"] == 1
        assert "3 articles compared, 1 changed" in done.stderr
        assert "Nobody came for the crates." in done.stderr

    def test_only_some_pages(self, scraped):
        done = run("reclean", scraped / "archive", "--since", "2100-01-01")
        assert done.returncode == 10
        assert "0 articles made again" in done.stderr


RIGHTS = {
    "/open": story("The lemons"),
    "/header": Answer(story("A secret rope"), headers={"X-Robots-Tag": "noarchive"}),
    "/meta": gzipped(story("A secret crate").replace("<head>", "<head><META content='none' name=Robots>")),
    "/others": Answer(story("A boat"), headers={"X-Robots-Tag": "googlebot: noindex"}),
}


class TestWithheld:
    @pytest.fixture(scope="class", params=[0, 1], ids=["as it is", "stored all the same"])
    @classmethod
    def folder(cls, request, tmp_path_factory) -> Path:
        folder = tmp_path_factory.mktemp("withheld")
        with serving(RIGHTS) as running:
            done = run(
                "scrape", *map(running.url, RIGHTS), "--allow-private", "-s", "DOWNLOAD_DELAY=0", "--workers", 1,
                "--archive", folder / "archive", "-o", folder / "out.jsonl",
                "-s", f"BROADSHEET_STORE_WITHHELD={request.param}", "--all",
            )  # fmt: skip
        assert done.returncode == 0, done.stderr
        (folder / ("all" if request.param else "some")).touch()
        return folder

    def test_the_archive_holds_only_the_heads_of_such_pages(self, folder):
        warcio_check(folder / "archive")
        bodies = {capture.url.rpartition("/")[2]: bool(capture.body) for capture in captures(folder / "archive")}
        stored = (folder / "all").exists()
        assert bodies.items() >= {("open", True), ("others", True), ("header", stored), ("meta", stored)}
        (archive,) = (folder / "archive").glob("*.warc.gz")
        assert (b"A secret rope" in gzip.decompress(archive.read_bytes())) == stored
        assert (b"WARC-Truncated: unspecified" in gzip.decompress(archive.read_bytes())) != stored

    def test_recleaning_withholds_their_texts(self, folder):
        done = run("reclean", folder / "archive", "-o", folder / "again.jsonl", "--workers", 1)
        assert done.returncode == 0, done.stderr
        assert "secret" not in "".join(record.text for record in output.read(folder / "again.jsonl"))
        withheld = [record for record in output.read(folder / "again.jsonl") if record.status == "withheld"]
        assert len(withheld) == (2 if (folder / "all").exists() else 0)
        assert not any(record.text or record.blocks for record in withheld)

    def test_recleaning_keeps_what_the_earlier_output_has(self, folder):
        done = run(
            "reclean", folder / "archive", "--from", folder / "out.jsonl", "-o", folder / "same.jsonl", "--workers", 1
        )
        assert done.returncode == 0, done.stderr
        assert " 0 changed\n" in done.stderr
        texts = {record.url: record.text for record in output.read(folder / "out.jsonl") if record.text}
        assert {record.url: record.text for record in output.read(folder / "same.jsonl")} == texts
        assert len(texts) == (4 if (folder / "all").exists() else 2)


def with_phrase(rules: str, phrase: str) -> str:
    """The rules with one more English phrase that is removed wherever it stands."""
    head, key, rest = rules.partition("[en]\n")
    assert key
    before, anywhere, after = rest.partition("anywhere = '''\n")
    assert anywhere
    return f"{head}{key}{before}{anywhere}{phrase}\n{after}"


class TestArchivesAsASource:
    @pytest.fixture
    def archive(self, tmp_path) -> Path:
        archive = Archive(tmp_path / "kept")
        for number in range(20):
            archive.keep(response(number))
        archive.close()
        return tmp_path / "kept" / "broadsheet-00001.warc.gz"

    def pages(self, path: Path, **wanted) -> list[str]:
        chosen = chosen_pages(wanted.get("hosts", ()), wanted.get("since"), wanted.get("until"))
        given = read_inputs([str(path)], wanted=chosen)
        return ["failed" if isinstance(page, Failure) else page.url for _, page in given]

    def test_by_host_and_day(self, archive):
        assert len(self.pages(archive)) == 20
        assert self.pages(archive, hosts=["example.com"]) == []
        assert len(self.pages(archive, hosts=["org"])) == 20
        assert self.pages(archive, since="2026-01-19") == ["https://example.org/18", "https://example.org/19"]
        assert self.pages(archive, until="2026-01-01") == ["https://example.org/0"]

    def test_a_bad_record_costs_itself_alone(self, archive):
        index = [line.split(" ", 2) for line in (archive.parent / "index.cdxj").read_text().splitlines()]
        entry = next(json.loads(rest) for _, _, rest in index if json.loads(rest)["url"].endswith("/7"))
        content = bytearray(archive.read_bytes())
        middle = int(entry["offset"]) + int(entry["length"]) // 2
        content[middle : middle + 20] = bytes(20)
        archive.write_bytes(bytes(content))
        found = self.pages(archive)
        assert sorted(set(found) - {"failed"}) == sorted(f"https://example.org/{n}" for n in range(20) if n != 7)
        assert found.count("failed") == 1

    @pytest.mark.parametrize("seed", range(20))
    def test_whatever_is_broken_the_rest_is_read(self, archive, seed):
        chance = random.Random(seed)
        content = bytearray(archive.read_bytes())
        for _ in range(3):
            at = chance.randrange(len(content))
            content[at : at + 8] = chance.randbytes(8)
        archive.write_bytes(bytes(content))
        found = [url for url in self.pages(archive) if url != "failed"]
        assert len(found) >= 16
        assert len(set(found)) == len(found)

    def test_pages_saved_by_a_mirroring_tool_are_chosen_by_their_folder(self, tmp_path):
        for host in ("news.example.org", "example.com"):
            (tmp_path / host).mkdir()
            (tmp_path / host / "story.html").write_text(story(host))
        given = list(read_inputs([str(tmp_path)], wanted=chosen_pages(["example.org"], None, None)))
        assert [Path(name).parent.name for name, _ in given] == ["news.example.org"]

    def test_the_spider(self, archive, tmp_path):
        done = subprocess.run(
            [
                sys.executable, "-m", "scrapy", "crawl", "archive", "-a", f"path={archive.parent}",
                "-a", "since=2026-01-11", "-O", str(tmp_path / "out.jsonl"), "-s", "BROADSHEET_WORKERS=1",
            ],
            cwd=TESTS.parent,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        found = sorted(record.url for record in output.read(tmp_path / "out.jsonl"))
        assert found == sorted(f"https://example.org/{number}" for number in range(10, 20))


class TestTheSpiderGoesOn:
    """`-a output=…`: the same records as in one go, in the pages' order, once, whatever killed it."""

    @pytest.fixture
    def pages(self, tmp_path, monkeypatch) -> Path:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
        folder = tmp_path / "kept"
        for name, numbers in (("a", range(12)), ("b", range(12, 25))):
            archive = Archive(folder / name)
            for number in numbers:
                archive.keep(response(number))
            archive.close()
        (folder / "c.html").write_text(story("Lemons"))
        (folder / "d.html").write_bytes(b"%PDF-1.7\n")
        return folder

    @pytest.mark.parametrize("target", ["out.jsonl.gz", "out.parquet"])
    def test_killed_at_any_line(self, pages, tmp_path, target):
        code = """
import random, sys
import kill_moments
import output.parquet  # not once more in each process
from items import Page
from records import some_record
from output import as_json
from scrapers import bookmark
from scrapers.spiders.archive import ArchiveSpider
kill_moments.WATCHED += (bookmark.__file__,)
def work():
    spider = ArchiveSpider(path=sys.argv[1], output=sys.argv[2])
    spider.open_output()
    waiting = []
    for read in spider._numbered(spider.reading.start):
        place = 100 * "abcd".index(read.file[0]) + read.nth
        waiting.append((read, as_json(some_record(place)) if isinstance(read.outcome, Page) else None))
        if len(waiting) == 5:
            for one in reversed(waiting):  # the cleaner's answers come in any order
                spider.reading.settle(*one)
            spider.reading.commit()
            waiting.clear()
    for one in waiting:
        spider.reading.settle(*one)
    spider.reading.commit()
    spider.reading.close()
chance = random.Random(5)
print(sum(kill_moments.killed_at(chance.randrange(1, 600), work) for _ in range(12)))
work()
work()
"""
        path = os.pathsep.join([str(TESTS), str(TESTS.parent)])
        killed = subprocess.run(
            [sys.executable, "-c", code, pages, f"{tmp_path}/{target}"],
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(killed.stdout) > 5
        places = [*range(1, 13), *range(101, 114), 201]
        assert list(output.read(tmp_path / target)) == [some_record(place) for place in places]

    def test_from_the_command_line(self, pages, tmp_path):
        def run(*arguments: str) -> int:
            command = [sys.executable, "-m", "scrapy", "crawl", "archive", "-s", "BROADSHEET_WORKERS=1"]
            for argument in (f"path={pages}", f"output={tmp_path}/out.jsonl", *arguments):
                command += ["-a", argument]
            return subprocess.run(command, cwd=TESTS.parent, capture_output=True, check=False).returncode

        assert run() == 10  # d.html is no page
        once = [record.url for record in output.read(tmp_path / "out.jsonl")]
        assert once == [*(f"https://example.org/{number}" for number in range(25)), None]
        archive = Archive(pages / "e")
        archive.keep(response(30))
        archive.close()
        assert run() == 0
        assert [record.url for record in output.read(tmp_path / "out.jsonl")] == [*once, "https://example.org/30"]
        assert run("since=2026-01-01") == 3  # another choice of pages: the file is not of that run


def test_an_index_line_names_what_replay_tools_need(tmp_path):
    archive = Archive(tmp_path)
    archive.keep(response(1))
    archive.close()
    (line,) = (tmp_path / "index.cdxj").read_text().splitlines()
    assert line.startswith("org,example)/1 20260102000000 {")
    assert set(json.loads(line.split(" ", 2)[2])) == {
        "url", "mime", "status", "digest", "length", "offset", "filename",
    }  # fmt: skip
    assert cdxj_line.__doc__


def test_the_spider_reads_every_packing_in_a_folder(tmp_path):
    archive = Archive(tmp_path / "kept")
    archive.keep(response(1))
    archive.close()
    (packed,) = (tmp_path / "kept").glob("*.warc.gz")
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a.warc.zst").write_bytes(zstandard.compress(gzip.decompress(packed.read_bytes())))
    (folder / "b.html.zst").write_bytes(zstandard.compress(story("Lemons").encode()))
    (folder / "c.htm.gz").write_bytes(gzip.compress(story("Limes").encode()))
    found = list(ArchiveSpider(path=str(folder))._pages())
    assert [type(page) for page in found] == [Page] * 3, found


def test_the_spider_says_what_it_cannot_read(tmp_path):
    (tmp_path / "pages.zip").write_bytes(b"PK")
    for path, said in ((tmp_path / "pages.zip", "cannot be read"), (tmp_path, "holds nothing that can be read")):
        with pytest.raises(BadArgument, match=f"{path}: {said}; what can is .warc .html"):
            ArchiveSpider(path=str(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_meta_is_seen_in_every_encoding(encoding):
    for content, expected in (("noarchive", True), ("max-snippet:3", False)):
        page = f"<html><head><meta name=robots content='{content}'></head>{story('Lemons')}".encode(encoding)
        answer = Response("https://example.org/", headers={"Content-Type": "text/html"}, body=page)
        assert is_withheld(answer, "2026-01-01T00:00:00Z") is expected
