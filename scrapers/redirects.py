"""Redirects are followed wherever their address can be read, and named where it cannot."""

from __future__ import annotations

import re

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response

BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


class Redirects(RedirectMiddleware):
    """In the place of Scrapy's, which raises ValueError at an address that is none and at one in Latin-1."""

    def process_response(  # type: ignore[override]  # without the argument `spider`, which Scrapy gives up
        self, request: Request, response: Response
    ) -> Request | Response:
        """The request for where this answer sends on to, or the answer."""
        try:
            return super().process_response(request, _readable(response))
        except ValueError:  # "http://[" and the like lead nowhere: the answer becomes the reason
            return response


def _readable(response: Response) -> Response:
    """The answer with a Location that can be decoded: bytes that are no UTF-8 escaped, as browsers send them on."""
    location = response.headers.get("Location")
    if location is None:
        return response
    try:
        location.decode("utf-8")
    except UnicodeDecodeError:
        escaped = BEYOND_ASCII.sub(lambda found: b"%%%02X" % found[0][0], location)
        return response.replace(headers={**response.headers, "Location": escaped})
    return response
