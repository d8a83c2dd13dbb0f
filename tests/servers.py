"""Real web servers on loopback for tests: they answer as told, and remember what they were asked.

with serving({"/story": "<p>…", "/old": redirect("/story"), "/bomb": Answer(b"…", headers={…})}) as site:
    fetch(site.url("/story"))
    assert site.hits == ["/story"]
"""

from __future__ import annotations

import datetime
import gzip
import ipaddress
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ASKED_OF_EVERY_SITE = ("/robots.txt", "/.well-known/tdmrep.json")
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """What the server says to one path."""

    body: bytes | str = b""
    status: int = 200
    type: str | None = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the first byte."""
    cut: int | None = None
    """Send only so many bytes of the body (of the packed body, under gzip), then close the connection."""
    announced: bool = True
    """Content-Length is sent, and is that of the whole body even where `cut` sends less of it."""
    chunked: bool = False
    closed: bool = False
    """Close the connection without a word."""
    drip: float = 0.0
    """Seconds between the bytes of the body."""

    @property
    def payload(self) -> bytes:
        return self.body.encode() if isinstance(self.body, str) else self.body


Page = Answer | str | bytes | Callable[[], "Answer | str | bytes"]
"""What a path is answered with; a function is called for every request."""


def redirect(location: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": location})


def gzipped(body: bytes | str, part: float = 1.0) -> Answer:
    """A body under Content-Encoding: gzip; with `part` below 1 only the beginning of the stream, well announced."""
    packed = gzip.compress(body.encode() if isinstance(body, str) else body)
    return Answer(packed[: int(len(packed) * part)], headers={"Content-Encoding": "gzip"})


class Site:
    """A running server; `pages` may be changed while it runs. Paths it does not know are answered with 404."""

    def __init__(self, pages: Mapping[str, Page], host: str, server: ThreadingHTTPServer) -> None:
        self.pages = dict(pages)
        self.host = host
        self.port: int = server.server_address[1]
        self.scheme = "http"
        self.requests: list[tuple[str, Mapping[str, str]]] = []
        """Path and headers (lower-case names) of every request, in the order they came."""
        self.moments: list[float] = []
        """When each of them came: seconds of a clock that never goes back."""

    @property
    def hits(self) -> list[str]:
        """The paths asked for, without what is asked of every site."""
        return [path for path, _ in self.requests if path not in ASKED_OF_EVERY_SITE]

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    def answer(self, path: str) -> Answer:
        page = self.pages.get(path, self.pages.get(path.partition("?")[0]))
        if callable(page):
            page = page()
        if page is None:
            return Answer("<h1>Not found</h1>", status=404)
        return page if isinstance(page, Answer) else Answer(page)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.site.moments.append(time.monotonic())
        self.site.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answer = self.site.answer(self.path)
        time.sleep(answer.delay)
        if not answer.closed:
            self._head(answer)
            self._body(answer)
        if answer.closed or answer.cut is not None or not answer.announced:
            self.close_connection = True

    def _head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        if answer.type is not None:
            self.send_header("Content-Type", answer.type)
        if answer.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif answer.announced:
            self.send_header("Content-Length", str(len(answer.payload)))
        for name, value in answer.headers.items():
            sent = value.encode("utf-8", "surrogateescape").decode("latin-1")  # out as UTF-8, as browsers read it
            self.send_header(name, sent)
        self.end_headers()

    def _body(self, answer: Answer) -> None:
        sent = answer.payload if answer.cut is None else answer.payload[: answer.cut]
        if answer.chunked:
            end = b"0\r\n\r\n" if answer.cut is None else b""
            sent = f"{len(sent):x}\r\n".encode() + sent + b"\r\n" + end
        pieces = [sent] if not answer.drip else [sent[i : i + 1] for i in range(len(sent))]
        try:
            for piece in pieces:
                self.wfile.write(piece)
                time.sleep(answer.drip)
        except OSError:  # the client has had enough
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a client that goes away is no news


class _ServerV6(_Server):
    address_family = socket.AF_INET6


@contextmanager
def serving(pages: Mapping[str, Page], host: str = "127.0.0.1", *, port: int = 0, tls: bool = False) -> Iterator[Site]:
    """A server for the time of a `with` block, on a free port; with `tls` it shows a certificate nobody trusts."""
    handler = type("Handler", (_Handler,), {})
    server = (_ServerV6 if ":" in host else _Server)((host, port), handler)
    site = Site(pages, f"[{host}]" if ":" in host else host, server)
    handler.site = site  # type: ignore[attr-defined]
    if tls:
        server.socket = _untrusted(host).wrap_socket(server.socket, server_side=True)
        site.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> int:
    """A port on loopback where nobody listens."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port


def _untrusted(host: str) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        chain = Path(folder) / "chain.pem"
        chain.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context.load_cert_chain(chain)
    return context
