"""Puts the cleaning into somebody else's Scrapy project: `ADDONS = {"scrapers.addon.BroadsheetAddon": 500}`."""

from __future__ import annotations

import re
from importlib import import_module

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from scrapers.decompression import Decompression
from scrapers.manners.contact import Introduction
from scrapers.manners.patience import Patience
from scrapers.pipelines import CleanPipeline, RecordPipeline
from scrapers.politeness import RobotsGate
from scrapers.safety import AddressGuard
from scrapers.tdmrep import Reservations

MIDDLEWARES = "DOWNLOADER_MIDDLEWARES"
PIPELINES = "ITEM_PIPELINES"

# Of our own settings those that make a crawl careful; what a project is called and how it retries is its own affair.
CAREFUL = (
    "ROBOTSTXT_OBEY",
    "DOWNLOAD_DELAY",
    "DOWNLOAD_DELAY_JITTER",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "DOWNLOAD_TIMEOUT",
    "DOWNLOAD_MAXSIZE",
    "DOWNLOAD_WARNSIZE",
    "DOWNLOAD_FAIL_ON_DATALOSS",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "REDIRECT_MAX_TIMES",
    "METAREFRESH_MAXDELAY",
    "TELNETCONSOLE_ENABLED",
    "REMOTE_CONTROL_ENABLED",
    "FEED_EXPORT_ENCODING",
    "LOG_FORMATTER",
)
OWN = re.compile("BROADSHEET_").match


class BroadsheetAddon:
    """Items of the type `items.Page` come out as records; all other items pass untouched.

    Whatever the project, a spider or the command line sets stays as it is.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """Adds ours with the priority of add-ons, which is below that of a project."""
        ours = import_module("scrapers.settings")
        for name in (*CAREFUL, *filter(OWN, dir(ours))):
            settings.set(name, getattr(ours, name), priority="addon")
        for scheme, handler in ours.DOWNLOAD_HANDLERS.items():
            settings["DOWNLOAD_HANDLERS"].set(scheme, handler, priority="addon")
        _replace(settings, RobotsTxtMiddleware, RobotsGate, 100)
        _replace(settings, HttpCompressionMiddleware, Decompression, 590)
        settings.setdefault_in_component_priority_dict(MIDDLEWARES, Reservations, 110)
        settings.setdefault_in_component_priority_dict(MIDDLEWARES, Introduction, 490)
        settings.setdefault_in_component_priority_dict(MIDDLEWARES, Patience, 555)
        settings.setdefault_in_component_priority_dict(MIDDLEWARES, AddressGuard, 560)
        settings.setdefault_in_component_priority_dict(PIPELINES, CleanPipeline, 300)
        settings.setdefault_in_component_priority_dict(PIPELINES, RecordPipeline, 900)


def _replace(settings: BaseSettings, theirs: type, ours: type, place: int) -> None:
    """Puts our middleware in the place of Scrapy's, unless the project has moved or removed that one itself."""
    chosen = {load_object(path) for path in settings.getdict(MIDDLEWARES)}
    if theirs not in chosen:
        settings.set_in_component_priority_dict(MIDDLEWARES, theirs, None)
        settings.setdefault_in_component_priority_dict(MIDDLEWARES, ours, place)
