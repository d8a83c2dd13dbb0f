"""How the answers are laid over the pages that the judge learns from."""

from __future__ import annotations

from cleaners.segment import segment_html
from items import Page
from training.pages import Sample, make_sample

SAYS = "The ferry left on time for the first time in eleven years, and nobody on the quay knew what to say"
ITEM = "First of all the rope was new, and strong."
PAGE = f"""<div><p>{SAYS}, he said.</p><ul><li>{ITEM}</li>
<li><a href="/x">Read on about the rope of the year</a></li></ul><p>{SAYS}, she said.</p>
<aside><ul><li>Somewhere else entirely there is a list.</li></ul></aside><p>{SAYS}, they said.</p>
<ul><li>After the article comes another list.</li></ul></div>"""
TRUTH = {"id": "1", "site": "example.org", "text": "\n\n".join(f"{SAYS}, {who} said." for who in ("he", "she", "they"))}


def sample(name: str) -> Sample:
    found = make_sample(name, TRUTH, segment_html(Page(content=PAGE)))
    assert found is not None
    return found


def test_a_list_among_the_paragraphs_of_news_is_taught_as_body() -> None:
    taught = sample("fundus")
    texts = [block.text for block, content in zip(taught.document.blocks, taught.content, strict=True) if content]
    assert [text for text in texts if not text.startswith("The ferry")] == [ITEM]


def test_what_else_the_news_answers_leave_out_inside_the_body_teaches_nothing() -> None:
    taught = sample("fundus")
    silent = [block.text for block, weight in zip(taught.document.blocks, taught.weight, strict=True) if not weight]
    assert silent == ["Read on about the rope of the year", "Somewhere else entirely there is a list."]


def test_other_answers_are_taken_as_they_are() -> None:
    taught = sample("wcxb")
    assert taught.content.sum() == 3
    assert (taught.weight > 0).all()
    assert abs(float(taught.weight.sum()) - 1) < 1e-6
