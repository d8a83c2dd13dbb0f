"""Why a page that was cleaned is not saved as an article."""

from __future__ import annotations

from items import Article, Page
from scrapers.frontier.fates import BROWSER, EMPTY, NO_ARTICLE, PAYWALLED, Fate
from scrapers.shells import shell


def objection(article: Article) -> Fate | None:
    """Why a cleaned page is not to be saved; None: it is."""
    if article.kind != "article":
        return Fate(NO_ARTICLE, article.objection)
    if article.access == "paywalled" and article.status not in ("full", "merged"):
        return Fate(PAYWALLED, "only its beginning is shown")
    if article.status == "empty":
        return Fate(EMPTY, article.objection)
    return None


def in_a_browser(refused: Fate, page: object) -> Fate | None:
    """Where there is no article because scripts would have to write it; None: for another reason."""
    if refused.name not in (EMPTY, NO_ARTICLE) or not isinstance(page, Page) or not isinstance(page.content, bytes):
        return None
    reason = shell(page.content)
    return Fate(BROWSER, reason) if reason else None
