"""Feeds as Scrapy writes them, byte for byte like our own JSON lines."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import msgspec
from itemadapter import ItemAdapter
from scrapy.exporters import BaseItemExporter, JsonLinesItemExporter

from scrapers.pipelines import row_groups


class RecordLinesExporter(JsonLinesItemExporter):
    """JSON lines without the spaces that Python puts between keys and values."""

    def __init__(self, file: BytesIO, **kwargs: Any) -> None:
        kwargs.setdefault("separators", (",", ":"))
        super().__init__(file, **kwargs)


class ParquetExporter(BaseItemExporter):
    """Parquet with the record's columns; fields that a record does not have are left out. Needs the extra `parquet`."""

    def __init__(self, file: BytesIO, **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._rows = row_groups(file)

    def export_item(self, item: Any) -> None:
        """Takes one record."""
        self._rows.write(msgspec.json.encode(ItemAdapter(item).asdict()))

    def finish_exporting(self) -> None:
        """Writes the footer."""
        self._rows.finish()
