"""Broadsheet fetches news pages and saves clean articles: the article, whole, and nothing else."""

from broadsheet.api import ScrapeFailed, scrape, scrape_many
from broadsheet.like_trafilatura import extract
from cleaners import Options, clean, clean_text
from items import Article, Block, Failure, Judged, Verdict

__all__ = [
    "Article",
    "Block",
    "Failure",
    "Judged",
    "Options",
    "ScrapeFailed",
    "Verdict",
    "clean",
    "clean_text",
    "extract",
    "scrape",
    "scrape_many",
]
