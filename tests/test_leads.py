"""Only pages that link to something new are read for links."""

from __future__ import annotations

from scrapers.spiders.leads import Leads

HOST = "www.example.org"


def test_a_page_is_read_until_all_it_links_to_is_known():
    leads = Leads()
    page = b'<p><a href="/a">A</a> <a class=x href=/b?id=1>B</a></p>'
    assert leads.has_new(page, HOST)
    assert not leads.has_new(page, HOST)
    assert leads.has_new(page + b'<a href="/b?id=2">', HOST)


def test_what_a_feed_named_is_known():
    leads = Leads()
    leads.add(["https://www.example.org/a", "https://www.example.org/b?id=1"])
    assert not leads.has_new(b"<a href='https://example.org/a#top'>A</a><a href='/b?id=1'>", HOST)


def test_other_sites_mails_and_scripts_are_nothing_new():
    leads = Leads()
    assert not leads.has_new(b'<a href="mailto:a@example.org"><a href="javascript:x()"><a href="#top">', HOST)
    assert not leads.has_new(b'<a href="https://other.example/story"><a href="//other.example/story">', HOST)
    assert leads.has_new(b'<a href="//www.example.org/story">', HOST)
