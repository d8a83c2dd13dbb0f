"""python -m benchmarks.pages FOLDS [BENCH]: pages cleaned out of fold, beside every installed peer.

FOLDS holds the judges that `python -m training.train --folds FOLDS` writes; each is asked only about sites it never
saw. Measured with BENCH's own score.py; speed and memory are `benchmarks.speed` and `benchmarks.memory`. With --floor
the figures are compared with benchmarks/floor.json: exit status 1 where one fell below it. A better figure raises the
floor; only editing the file lowers it.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from cleaners.judges.learned import Learned
from cleaners.judges.second_opinion import ask_trafilatura, second_opinion
from cleaners.options import Options, SecondOpinion
from cleaners.walk import settle
from training.pages import FOLDS, Sample, read_samples

SETS = ("wcxb", "fundus", "snippets", "not-articles")
NEWS = Options(body=frozenset(("standfirst", "headings")))
EVERY = Options()
FLOOR = Path(__file__).with_name("floor.json")
SLACK = 0.002  # figures move by this much with versions of the libraries
Row = dict[str, Any]
Judges = list[Learned]


def ours(sample: Sample, judge: Learned, ask: SecondOpinion) -> tuple[Row, bool]:
    """The record of a page as `clean` makes it, by the given judge; and whether it asked for a second opinion."""
    document = sample.document
    judgement = judge.judge(document, sample.ruled)
    asked = ask == "always" or (ask == "unsure" and judge.is_unsure(judgement))
    if asked:
        judgement = judge.reconsider(judgement, second_opinion(document))
    options = NEWS if sample.set == "fundus" else EVERY
    body = settle(document, sample.testimony, (sample.ruled, judge.verdicts(judgement)), options)
    kept = [block.text for block, verdict in zip(body.blocks, body.verdicts, strict=True) if verdict.keep]
    return {"id": f"{sample.set}/{sample.id}", "text": "\n\n".join(kept), "kind": judgement.kind}, asked


def peers() -> dict[str, Callable[[str], str]]:
    """Every other extractor that is installed: HTML → body."""
    found: dict[str, Callable[[str], str]] = {"trafilatura": ask_trafilatura}
    if importlib.util.find_spec("justext"):
        found["jusText"] = _justext
    if importlib.util.find_spec("readability"):
        found["readability-lxml"] = _readability
    if importlib.util.find_spec("resiliparse"):
        found["resiliparse"] = _resiliparse
    if importlib.util.find_spec("newspaper"):
        found["newspaper4k"] = _newspaper
    return found


def _justext(html: str) -> str:
    import justext  # noqa: PLC0415

    paragraphs = justext.justext(html.encode(), justext.get_stoplist("English"))
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


def _readability(html: str) -> str:
    from lxml.html import fromstring  # noqa: PLC0415
    from readability import Document as Readable  # noqa: PLC0415

    return "\n".join(str(text) for text in fromstring(Readable(html).summary()).itertext())


def _resiliparse(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415

    return str(extract_plain_text(html, main_content=True))


def _newspaper(html: str) -> str:
    import newspaper  # noqa: PLC0415

    return str(newspaper.article("http://localhost/", input_html=html, fetch_images=False).text)


def attempt(extract: Callable[[str], str], html: str) -> str:
    """What the extractor finds; "" where it fails, as its users would have it."""
    try:
        return extract(html)
    except Exception as failure:
        print(f"a peer failed: {failure!r:.100}", file=sys.stderr)
        return ""


def score(bench: Path, rows: list[Row]) -> dict[str, Row]:
    """The benchmark's own figures of these rows, and the share of pages with a word F1 under 0.8."""
    scorer = _scorer(bench)
    out = {row["id"]: row for row in rows}
    figures: dict[str, Row] = scorer.score_pages(out, 0)
    for name in ("wcxb", "fundus"):
        pages = scorer.rows(bench / "truth" / f"{name}.jsonl")
        found = [scorer.word_f1(page["text"], (out.get(f"{name}/{page['id']}") or {}).get("text")) for page in pages]
        figures.get(name, {})["pages_under_0.8"] = sum(f1 < 0.8 for f1 in found) / len(found)
    return figures


def _scorer(bench: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", bench / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(bench / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def flat(figures: dict[str, Row]) -> dict[str, float]:
    """The figures of the floor: one name each, more is better."""
    chosen = {
        f"{name} {figure}": figures[name][figure]
        for name in ("wcxb", "fundus")
        for figure in ("word_f1", "exact", "pages_without_residue", "pages_without_loss")
    }
    chosen["snippets f1"] = figures["snippets"]["snippet_f1"]
    chosen["not-articles told apart"] = 1 - figures["not-articles"]["taken_for_articles"]
    chosen["wcxb articles found"] = figures["wcxb"]["taken_for_articles"]
    return chosen


def hold_floor(figures: dict[str, float], path: Path = FLOOR) -> list[str]:
    """Raises the floor to what was reached, and names what fell below it; then the floor stays as it was."""
    floor: dict[str, float] = json.loads(path.read_text()) if path.exists() else {}
    fallen = [name for name, value in figures.items() if value < floor.get(name, 0.0) - SLACK]
    if not fallen:
        raised = {name: round(max(value, floor.get(name, 0.0)), 4) for name, value in figures.items()}
        path.write_text(json.dumps(raised, indent=1) + "\n")
    return [f"{name}: {figures[name]:.4f}, was {floor[name]:.4f}" for name in fallen]


def table(name: str, figures: dict[str, Row]) -> None:
    """Prints one line a set."""
    for group, row in figures.items():
        numbers = {key: value for key, value in row.items() if isinstance(value, float)}
        low_high = f" [{row['word_f1_95'][0]:.3f}, {row['word_f1_95'][1]:.3f}]" if "word_f1_95" in row else ""
        print(f"{name:24} {group:13}{low_high}", *(f"{key} {value:.4f}" for key, value in numbers.items()), flush=True)


def main() -> int:
    """The command line; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folds", type=Path)
    parser.add_argument("bench", nargs="?", type=Path, default=Path("../shared/bench"))
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--floor", action="store_true")
    args = parser.parse_args()
    samples = list(read_samples(args.bench, SETS))
    judges = [Learned.load(args.folds / str(number)) for number in range(FOLDS)]
    reached: dict[str, float] = {}
    choices: tuple[SecondOpinion, ...] = ("never", "unsure", "always")
    for ask in choices:
        rows, asked = zip(*(ours(sample, judges[sample.fold], ask) for sample in samples), strict=True)
        figures = score(args.bench, list(rows))
        table(f"ours, {ask} asking ({sum(asked) / len(asked):.0%})", figures)
        if ask == "unsure":
            reached = flat(figures)
    for name, extract in ({} if args.no_peers else peers()).items():
        found = [{"id": f"{s.set}/{s.id}", "text": attempt(extract, s.document.html)} for s in samples]
        table(name, score(args.bench, found))
    fallen = hold_floor(reached) if args.floor else []
    print(*fallen, sep="\n", file=sys.stderr)
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
