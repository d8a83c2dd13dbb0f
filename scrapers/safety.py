"""Where a crawl may connect: to public addresses, over http and https.

Every request passes `AddressGuard`, redirects, meta refreshes and robots.txt included. What a host name means is judged
where it is looked up for the connection (`PublicResolver`), so an answer that changes between a check and the
connection changes nothing.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import load_object
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from scrapers.failures import Refused

logger = logging.getLogger(__name__)

NOT_HTTP = "not an http or https address"
PRIVATE = "private address refused"

GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291, 2.4; everything else in IPv6 is reserved or of local meaning
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the IPv4 address in its last 32 bits is the one reached
LOOPBACK = IPv4Address("127.0.0.1")
# Clouds answer here with the machine's credentials: Azure on a public address, Oracle in a range that older Pythons
# take for public. The others (169.254.169.254, 100.100.100.200, fd00:ec2::254) are private for everybody.
METADATA = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))
REFUSALS_REMEMBERED = 1000


class AddressRefused(Refused):
    """The address is none that a crawl may connect to."""


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address belongs to one machine on the open internet."""
    if isinstance(address, IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
        return address in GLOBAL_UNICAST and address.is_global
    return address.is_global and not address.is_multicast and not any(address in network for network in METADATA)


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to: mapped, 6to4 or NAT64."""
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """The address a host spells out, in any of the spellings that the system's own lookup understands.

    "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "127.0.0.1." are addresses, and "localhost" is one by
    RFC 6761; "example.org" is none.
    """
    host = host.strip("[]").rstrip(".").partition("%")[0].lower()
    if host == "localhost" or host.endswith(".localhost"):
        return LOOPBACK
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError, ValueError):
        return None


def why_refused(url: str, *, allow_private: bool) -> str | None:
    """What in the URL itself forbids a request, in one line; None: nothing does.

    Host names are not looked up here: what they mean is judged when a connection is made.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port  # a port that is none raises too
    except ValueError:
        return "not a valid address"
    if parts.scheme not in ("http", "https"):
        return NOT_HTTP
    if "@" in parts.netloc:
        return "user name in the address"
    if not host or not _is_sound(host.rstrip(".")):
        return "not a valid host name"
    address = literal_address(host)
    if address is None or allow_private or is_public(address):
        return None
    return f"{PRIVATE}: {address}"


def _is_sound(host: str) -> bool:
    """Whether a lookup of the host can be tried at all (Twisted's never ends on an over-long label)."""
    try:
        return bool(host.encode("idna"))
    except UnicodeError:
        return ":" in host  # an IPv6 address


@implementer(IHostnameResolver)
class PublicResolver:
    """A name resolver that passes on only public addresses of what another one finds.

    The names in `trusted` (the proxies somebody configured) are passed on as they are. `refused` says which names were
    answered with private addresses only, and with which.
    """

    def __init__(self, inner: Any, trusted: frozenset[str] = frozenset()) -> None:
        self._inner = inner
        self._trusted = trusted
        self.refused: dict[str, str] = {}

    def resolveHostName(  # noqa: N802  # Twisted's interface
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """See twisted.internet.interfaces.IHostnameResolver."""
        receiver = resolutionReceiver
        if hostName not in self._trusted:
            receiver = _PublicOnly(resolutionReceiver, hostName, self)
        return self._inner.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)

    def remember(self, host: str, refused: str | None) -> None:
        """Notes that the host's only addresses were refused, or (None) that it has others now."""
        self.refused.pop(_ascii(host), None)
        if refused is not None:
            if len(self.refused) >= REFUSALS_REMEMBERED:
                self.refused.clear()
            self.refused[_ascii(host)] = refused


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Stands between a resolver and whoever asked, and keeps private addresses back."""

    def __init__(self, receiver: Any, host: str, resolver: PublicResolver) -> None:
        self._receiver = receiver
        self._host = host
        self._resolver = resolver
        self._passed = False
        self._refused: str | None = None

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:  # noqa: N802, N803
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        found = literal_address(address.host)
        if found is not None and is_public(found):
            self._passed = True
            self._receiver.addressResolved(address)
        else:
            self._refused = address.host

    def resolutionComplete(self) -> None:  # noqa: N802
        self._resolver.remember(self._host, None if self._passed else self._refused)
        self._receiver.resolutionComplete()


class AddressGuard:
    """Downloader middleware: lets no request out to an address that is refused.

    One crawl that forbids private addresses forbids them to its whole operating-system process, since all crawls in it
    share one name resolver.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._allow_private = crawler.settings.getbool("BROADSHEET_ALLOW_PRIVATE")
        self._proxies = _proxies(crawler.settings)
        self._resolver: PublicResolver | None = None
        if not self._allow_private:
            _warn_of_other_lookups(crawler.settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises AddressRefused."""
        reason = why_refused(request.url, allow_private=self._allow_private)
        if reason is not None:
            raise AddressRefused(reason)
        if urlparse_cached(request).hostname in self._proxies:
            raise AddressRefused("address of the proxy")
        if not self._allow_private:
            # Each time anew: Scrapy or another component may have installed a resolver since.
            self._resolver = _guarded_resolver(self._proxies)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raises AddressRefused where a name was not found because its addresses were kept back."""
        host = urlparse_cached(request).hostname or ""
        if self._resolver is None or not isinstance(exception, CannotResolveHostError):
            return
        address = self._resolver.refused.get(_ascii(host))
        if address is not None:
            raise AddressRefused(f"{PRIVATE}: {host} is {address}") from exception


def _guarded_resolver(trusted: frozenset[str]) -> PublicResolver:
    from twisted.internet import reactor  # noqa: PLC0415  # importing it installs one: not before Scrapy has

    anything: Any = reactor
    resolver = anything.nameResolver
    if not isinstance(resolver, PublicResolver):
        resolver = PublicResolver(resolver, trusted)
        anything.installNameResolver(resolver)
    return resolver


def _proxies(settings: BaseSettings) -> frozenset[str]:
    """The hosts that HttpProxyMiddleware will send requests through."""
    if not settings.getbool("HTTPPROXY_ENABLED"):
        return frozenset()
    proxies = (proxy if "//" in proxy else f"//{proxy}" for scheme, proxy in getproxies().items() if scheme != "no")
    return frozenset(host for proxy in proxies if (host := urlsplit(proxy).hostname))


def _warn_of_other_lookups(settings: BaseSettings) -> None:
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    for scheme in ("http", "https"):
        path = handlers.get(scheme)
        if path and not issubclass(load_object(path), HTTP11DownloadHandler):
            logger.warning("%s looks up %s host names itself: private addresses are not refused there", path, scheme)


def _ascii(host: str) -> str:
    """One spelling for a name: Twisted looks up "bücher.example" where the request says "xn--bcher-kva.example"."""
    try:
        return host.lower().encode("idna").decode("ascii")
    except UnicodeError:
        return host.lower()
