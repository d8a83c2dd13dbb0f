"""A page object for scrapy-poet: `zyte_common_items.Article` from any news page, cleaned here. Needs the extra `poet`.

    class MySpider(Spider):
        async def parse(self, response, page: BroadsheetArticlePage):
            yield await page.to_item()

or, for every Article that a project asks for:

    SCRAPY_POET_DISCOVER = ["scrapers.poet"]
"""

from __future__ import annotations

import asyncio
from typing import Any

import attrs
from web_poet import HttpResponse, WebPage, field, handle_urls
from web_poet.utils import cached_method
from zyte_common_items import Article as ZyteArticle
from zyte_common_items import ArticleMetadata, Author, Breadcrumb, Image

from items import Article, Page
from scrapers.pages import now
from scrapers.pipelines import clean_page


@handle_urls("", priority=100)
@attrs.define(kw_only=True)
class BroadsheetArticlePage(WebPage[ZyteArticle]):
    """What a response says, in Zyte's names. The cleaning happens once, in a thread."""

    response: HttpResponse

    @cached_method
    async def article(self) -> Article:
        """The article as Broadsheet has it."""
        page = Page(content=self.response.body, url=str(self.response.url), encoding=self.response.encoding)
        return await asyncio.to_thread(clean_page, page)

    @field
    async def headline(self) -> str | None:
        return (await self.article()).title

    @field
    async def url(self) -> str:
        return str(self.response.url)

    @field
    async def datePublished(self) -> str | None:  # noqa: N802  # Zyte's names
        return (await self.article()).published

    @field
    async def dateModified(self) -> str | None:  # noqa: N802
        return (await self.article()).modified

    @field
    async def authors(self) -> list[Author] | None:
        return [Author(name=name, nameRaw=name) for name in (await self.article()).authors] or None

    @field
    async def breadcrumbs(self) -> list[Breadcrumb] | None:
        section = (await self.article()).section
        return [Breadcrumb(name=section)] if section else None

    @field
    async def inLanguage(self) -> str | None:  # noqa: N802
        return (await self.article()).language

    @field
    async def mainImage(self) -> Image | None:  # noqa: N802
        image = (await self.article()).image
        return Image(url=image) if image else None

    @field
    async def description(self) -> str | None:
        return (await self.article()).summary

    @field
    async def articleBody(self) -> str | None:  # noqa: N802
        return (await self.article()).text or None

    @field
    async def canonicalUrl(self) -> str | None:  # noqa: N802
        return (await self.article()).canonical_url

    @field
    async def metadata(self) -> Any:
        sure = 1.0 if (await self.article()).objection is None else 0.0
        return ArticleMetadata(dateDownloaded=now(), probability=sure)
