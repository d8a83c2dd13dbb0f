"""Feeds as Scrapy writes them, byte for byte like our own JSON lines."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

import msgspec
from itemadapter import ItemAdapter
from scrapy.exporters import BaseItemExporter, JsonLinesItemExporter

from scrapers.pipelines import OutputError, as_record, row_groups

logger = logging.getLogger(__name__)


class RecordLinesExporter(JsonLinesItemExporter):
    """JSON lines without the spaces that Python puts between keys and values."""

    def __init__(self, file: BytesIO, **kwargs: Any) -> None:
        kwargs.setdefault("separators", (",", ":"))
        super().__init__(file, **kwargs)


class ParquetExporter(BaseItemExporter):
    """Parquet with the record's columns; items that are no records are left out. Needs the extra `parquet`."""

    def __init__(self, file: BytesIO, **kwargs: Any) -> None:
        super().__init__(dont_fail=True, **kwargs)
        self._rows = row_groups(file)

    def export_item(self, item: Any) -> None:
        """Takes one record."""
        try:
            self._rows.write(as_record(msgspec.json.encode(ItemAdapter(item).asdict())))
        except OutputError as error:
            logger.warning("left out of the Parquet file: %s", error)

    def finish_exporting(self) -> None:
        """Writes the footer."""
        self._rows.finish()
