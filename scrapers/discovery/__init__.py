"""Where articles are announced: feeds, sitemaps, home and section pages; and which address is which article's.

Pure functions over bytes and addresses. Nothing here fetches, remembers or knows Scrapy.
"""
