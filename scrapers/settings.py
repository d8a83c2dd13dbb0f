"""Scrapy's settings, as a polite and careful reader of newspapers wants them. docs/scrapy.md says which and why."""

from importlib.metadata import PackageNotFoundError, version

from scrapy.settings import default_settings


def _version() -> str:
    try:
        return version("broadsheet")
    except PackageNotFoundError:  # an egg: scrapyd gives it a name of its own
        return "egg"


BOT_NAME = "broadsheet"
SPIDER_MODULES = ["scrapers.spiders"]
NEWSPIDER_MODULE = "scrapers.spiders"
COMMANDS_MODULE = "scrapers.commands"

# Who we are, and where we may go
USER_AGENT = f"Broadsheet/{_version()}"
ROBOTSTXT_USER_AGENT = "Broadsheet"
ROBOTSTXT_OBEY = True
COOKIES_ENABLED = False

# One request to a host at a time, a second apart; many hosts at once
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 1
SCHEDULER_PRIORITY_QUEUE = "scrapers.manners.fair_queue.FairQueue"

# What may come back, and how long it may take
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = False  # what is cut short comes with a flag; scrapers.decompression asks for it again
DOWNLOAD_VERIFY_CERTIFICATES = True
REDIRECT_MAX_TIMES = 10
METAREFRESH_MAXDELAY = 5  # beyond it the page is meant to be read, and reloads itself
DOWNLOAD_HANDLERS: dict[str, str | None] = {
    "http": "scrapers.manners.handler.PoliteHandler",
    "https": "scrapers.manners.handler.PoliteHandler",
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "scrapy.resolver.CachingHostnameResolver"  # the default one knows no IPv6

# Again only where a second try may go better; after 429 Too Many Requests only when a Retry-After has passed
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 500, 502, 503, 504, 522, 524]
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    "twisted.internet.error.ConnectionClosed",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the failure itself is logged

DOWNLOADER_MIDDLEWARES: dict[str, int | None] = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapers.politeness.RobotsGate": 100,
    "scrapers.tdmrep.Reservations": 110,
    "scrapers.manners.contact.Introduction": 490,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapers.refresh.Refresh": 580,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapers.redirects.Redirects": 600,
    "scrapers.manners.patience.Patience": 555,  # looks at an answer before Scrapy's RetryMiddleware does
    "scrapers.safety.AddressGuard": 560,  # nearer to the wire than everything that makes requests of its own
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "scrapers.decompression.Decompression": 590,
    "scrapers.archiving.Archiving": 900,  # next to the wire: what it sees is what came
}
ITEM_PIPELINES = {
    "scrapers.pipelines.CleanPipeline": 300,
    "scrapers.pipelines.RecordPipeline": 900,
}

# Nobody steers a running crawl from outside
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# What is only switched off would be imported all the same, and aiohttp with it: a third of a second.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if not name.startswith(("scrapy.extensions.telnet.", "scrapy.extensions.remote_control."))
}

FEED_EXPORT_ENCODING = "utf-8"
FEED_EXPORTERS = {
    **dict.fromkeys(("jsonlines", "jsonl", "jl"), "scrapers.exporters.RecordLinesExporter"),
    "parquet": "scrapers.exporters.ParquetExporter",
}

LOG_LEVEL = "INFO"
LOG_FORMATTER = "scrapers.log.CalmLogFormatter"

# Ours
BROADSHEET_ARCHIVE = ""  # a folder in which every answer is kept as WARC; empty: nothing is kept
BROADSHEET_WORKERS = 0  # cleaning processes; 0: as many as the machine has cores
BROADSHEET_EXPLAIN = False  # records say what was removed, and why
BROADSHEET_ALL = False  # records of pages that are no articles too
BROADSHEET_ALLOW_PRIVATE = False  # loopback and private addresses may be fetched
BROADSHEET_RECHECKS = [1, 6, 24, 168]  # hours after it was first saved at which a crawl looks at an article again
BROADSHEET_DEPTH = 8  # links between the home page and what a crawl fetches
BROADSHEET_PAGE_SECONDS = 5.0  # CPU time that cleaning a page may take
BROADSHEET_PAGE_MEGABYTES = 512  # memory of a cleaning process
BROADSHEET_QUARANTINE = "quarantine"  # the folder where pages that broke the cleaner are set aside
BROADSHEET_CONTACT: str | None = None  # an e-mail or web address of whoever crawls, for the user agent
BROADSHEET_BUDGET: str | None = None  # the file that all crawls share; by default in the user's runtime folder
BROADSHEET_BROWSER_SITES: list[str] = []  # sites whose pages a browser fetches (docs/browser.md)
BROADSHEET_LEAST_RATE = 100.0  # bytes a second: a body that comes slower is given up; 0: none is
BROADSHEET_SLOW_SECONDS = 10.0  # how long it may come slower
BROADSHEET_LONGEST_WAIT = 60.0  # seconds that a request waits where a host asks for it; beyond it fails
BROADSHEET_KEEP_FREE = 100  # megabytes to leave on the disks of state file, output and archive; 0: none
BROADSHEET_TDMREP = True  # a site's /.well-known/tdmrep.json is asked for, once a day
BROADSHEET_BOUNDS: dict[str, float] = {}  # beyond which monitors complain: scrapers.complaints.Bounds
BROADSHEET_STORE_WITHHELD = False  # the text of pages that say noindex or noarchive is stored too
