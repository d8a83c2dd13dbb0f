"""Feeds as Scrapy writes them, byte for byte like our own JSON lines."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from scrapy.exporters import JsonLinesItemExporter


class RecordLinesExporter(JsonLinesItemExporter):
    """JSON lines without the spaces that Python puts between keys and values."""

    def __init__(self, file: BytesIO, **kwargs: Any) -> None:
        kwargs.setdefault("separators", (",", ":"))
        super().__init__(file, **kwargs)
