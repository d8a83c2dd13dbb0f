"""Why a URL gave no page, from what Scrapy says of it."""

from __future__ import annotations

from http import HTTPStatus

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    NotSupported,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.web.client import ResponseFailed

from scrapers.reasons import CUT_SHORT, TOO_LARGE, TOO_MANY_REDIRECTS, one_line

REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (CannotResolveHostError, "host name not found"),
    (DownloadConnectionRefusedError, "connection refused"),
    (DownloadTimeoutError, "no answer in time"),
    (ResponseDataLossError, CUT_SHORT),
    (DownloadCancelledError, TOO_LARGE),  # Scrapy cancels a download of its own accord for no other reason
    (UnsupportedURLSchemeError, "not an http or https address"),
    (NotSupported, "not an http or https address"),
    (SSL.Error, "no trusted TLS connection"),
    (ConnectionClosed, "connection closed before the answer was whole"),
    (ConnectError, "no connection"),
)


class Refused(IgnoreRequest):
    """A request that we do not make, or an answer that we do not take; the message is the reason."""


def reason_of(error: BaseException) -> str:
    """What kept a request from giving a page, from the exception Scrapy's errback receives."""
    if isinstance(error, HttpError):
        return reason_of_status(error.response)
    if isinstance(error, DownloadFailedError):
        return _reason_of_failed(error)
    for kind, reason in REASONS:
        if isinstance(error, kind):
            return reason
    if isinstance(error, Refused):
        return one_line(str(error))
    if isinstance(error, IgnoreRequest):
        return TOO_MANY_REDIRECTS if "redirections" in str(error) else one_line(str(error)) or "refused"
    return one_line(f"{type(error).__name__}: {error}")


def reason_of_status(response: Response) -> str:
    """ "404 Not Found"; the phrase is the standard's, never the server's."""
    location = response.headers.get("Location")
    if 300 <= response.status < 400 and location:
        return f"redirect refused: {one_line(location.decode('utf-8', 'replace'))}"
    try:
        return f"{response.status} {HTTPStatus(response.status).phrase}"
    except ValueError:
        return f"{response.status}"


def _reason_of_failed(error: DownloadFailedError) -> str:
    cause = error.__cause__
    if isinstance(cause, ResponseFailed):
        for failure in cause.reasons:
            for kind, reason in REASONS:
                if failure.check(kind):
                    return reason
    return "no proper HTTP answer"
