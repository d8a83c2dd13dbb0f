"""Clean: bytes or text in, Article out. No network, no Scrapy, no writing."""

from cleaners.clean import clean, clean_page, clean_pages, clean_text
from cleaners.options import Options

__all__ = ["Options", "clean", "clean_page", "clean_pages", "clean_text"]
