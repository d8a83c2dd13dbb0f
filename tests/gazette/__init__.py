"""A newspaper on loopback for the tests of whole crawls: pages from code, and a log of every request as the oracle.

with printed(Paper(articles=300)) as gazette:
    crawl(gazette.home)
    assert gazette.asked() == …
"""

from gazette.paper import Paper, Story
from gazette.press import Gazette, Request, printed

__all__ = ["Gazette", "Paper", "Request", "Story", "printed"]
