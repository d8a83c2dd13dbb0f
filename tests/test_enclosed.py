"""What stands between parts of the body in their container stays, and links in a container of their own go."""

from __future__ import annotations

import pytest

from cleaners.judges.enclosed import Homes, with_enclosed
from cleaners.segment import segment_html
from items import Page, Place, Verdict

KEEP = Verdict(True, "learned", "article", 0.95)
DOUBTED = Verdict(False, "learned", "boilerplate", 0.7)
HALF_KEPT = Verdict(True, "learned", "article", 0.6)
BODY = (
    "<p>The ferry left on time for the first time in eleven years, and nobody on the quay knew what to say of it.</p>"
)
MARKED = "Nobody knew what to say"


def verdict_on(html: str, said: Verdict = DOUBTED) -> Verdict:
    """The verdict on the one block of a page that says MARKED, all others being kept."""
    blocks = segment_html(Page(content=f"<body>{html}</body>")).blocks
    verdicts = [said if MARKED in block.text else KEEP for block in blocks]
    decided = with_enclosed(blocks, verdicts)
    return next(each for each, block in zip(decided, blocks, strict=True) if MARKED in block.text)


@pytest.mark.parametrize(
    "block",
    [
        f"<blockquote><p>“{MARKED}.”</p></blockquote>",
        f"<p>{MARKED}.</p>",
        f"<h3>{MARKED}</h3>",
        f'<h3><a href="/q">{MARKED}</a></h3>',
        f"<pre>{MARKED}</pre>",
        f"<table><tr><td>{MARKED}</td><td>1</td></tr></table>",
        f'<ul><li><a href="/q">{MARKED}</a></li></ul>',
    ],
)
def test_what_the_body_goes_on_after_in_the_same_container_stays(block: str) -> None:
    verdict = verdict_on(f"<div>{BODY}{block}{BODY}</div>")
    assert (verdict.keep, verdict.rule) == (True, "enclosed")


def test_one_shared_container_is_enough_but_for_a_quotation() -> None:
    assert verdict_on(f"<div>{BODY}<h3>{MARKED}</h3></div><div>{BODY}</div>").keep
    quote = f"<blockquote><p>“{MARKED}.”</p></blockquote>"
    assert not verdict_on(f"<div>{BODY}{quote}</div><div>{BODY}</div>").keep


@pytest.mark.parametrize(
    "page",
    [
        "<div>{0}<aside><p>{1}.</p></aside>{0}</div>",
        "<div>{0}<p>{1}.</p></div>",
        "<div><p>{1}.</p>{0}</div>",
        '<div>{0}<p><a href="/q">{1}</a></p>{0}</div>',
        "<div>{0}<figure><figcaption>{1}.</figcaption></figure>{0}</div>",
        "<div>{0}<aside><blockquote>“{1}.”</blockquote></aside>{0}</div>",
    ],
)
def test_a_box_a_link_a_caption_or_what_stands_at_an_end_is_the_judges_to_decide(page: str) -> None:
    assert verdict_on(page.format(BODY, MARKED)) == DOUBTED


def test_a_paragraph_of_links_stays_only_where_hardly_anything_speaks_against_it() -> None:
    links = f'<p><a href="/q">{MARKED}</a></p>'
    even = Verdict(False, "learned", "boilerplate", 0.55)
    assert verdict_on(f"<div>{BODY}{links}{BODY}</div>", even).keep
    assert not verdict_on(f"<div>{BODY}{links}</div><div>{BODY}</div>", even).keep
    assert not verdict_on(f"<div>{BODY}{links}{BODY}</div>", Verdict(False, "learned", "boilerplate", 0.65)).keep


def test_what_the_judge_or_a_rule_is_sure_of_is_not_looked_at_again() -> None:
    page = f"<div>{BODY}<p>{MARKED}.</p>{BODY}</div>"
    for said in (Verdict(False, "learned", "boilerplate", 0.9), Verdict(False, "rules", "share", 0.7)):
        assert verdict_on(page, said) == said


def test_links_in_a_container_of_their_own_go_where_the_judge_doubted_them() -> None:
    island = f'<div>{BODY}</div><div><p><a href="/q">{MARKED}</a></p></div><div>{BODY}</div>'
    assert verdict_on(island, HALF_KEPT).rule == "island"
    assert verdict_on(island, KEEP) == KEEP
    assert verdict_on(island.replace("<p>", "<p>and so ").replace(MARKED, MARKED * 2), HALF_KEPT) == HALF_KEPT
    assert verdict_on(island.replace("</a>", ".</a>"), HALF_KEPT) == HALF_KEPT
    assert verdict_on(f'<div>{BODY}<p><a href="/q">{MARKED}</a></p>{BODY}</div>', HALF_KEPT) == HALF_KEPT


def test_a_home_is_found_without_climbing_the_same_wrappings_again() -> None:
    outer = Place("div", "", None, 0, 0, hidden=False)
    place = outer
    for number in range(1, 5000):
        place = Place("ul" if number % 2 else "li", "", place, number, number, hidden=False)
    climbs = []

    class Counting(Homes):
        def __call__(self, place: Place | None) -> Place | None:
            before = len(self.known)
            home = super().__call__(place)
            climbs.append(len(self.known) - before)
            return home

    homes = Counting()
    items = [Place("li", "", place, 5000 + number, 5000, hidden=False) for number in range(3)]
    assert all(homes(item) is outer for item in (*items, *items))
    assert climbs == [5000, 1, 1, 0, 0, 0]
