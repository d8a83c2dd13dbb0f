"""The server: prints a paper on loopback, answers conditional requests, and writes down every request."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Protocol

from servers import ASKED_OF_EVERY_SITE

from gazette.paper import Answer


class Printed(Protocol):
    """What can be put on sale: a paper, or a site full of traps."""

    base: str

    def answer(self, path: str) -> Answer | None: ...


@dataclass(frozen=True)
class Request:
    """One line of the log."""

    at: float
    path: str
    status: int
    headers: Mapping[str, str]


@dataclass
class Gazette:
    """A paper on sale."""

    paper: Printed
    base: str = ""
    log: list[Request] = field(default_factory=list)
    before: Callable[[str], None] = lambda path: None
    """Called before each answer."""

    @property
    def home(self) -> str:
        return f"{self.base}/"

    def asked(self) -> list[str]:
        """The paths asked for, what is asked of every site left out, in the order they came."""
        return [request.path for request in self.log if request.path not in ASKED_OF_EVERY_SITE]

    def twice(self, since: int = 0) -> Counter[str]:
        """How often each path was asked for beyond once, since a place in the log."""
        counts = Counter(request.path for request in self.log[since:] if request.path not in ASKED_OF_EVERY_SITE)
        return Counter({path: count - 1 for path, count in counts.items() if count > 1})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    gazette: Gazette

    def do_GET(self) -> None:
        self.gazette.before(self.path)
        status, media_type, body = self.gazette.paper.answer(self.path) or (404, "text/html", b"<h1>Not found</h1>")
        tag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        if status == 200 and self.headers.get("If-None-Match") == tag:
            status, body = 304, b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.gazette.log.append(Request(time.monotonic(), self.path, status, headers))
        try:
            self._send(status, media_type, body, tag)
        except OSError:  # the client was killed
            self.close_connection = True

    def _send(self, status: int, media_type: str, body: bytes, tag: str) -> None:
        self.send_response(status)
        if 300 <= status < 304:
            self.send_header("Location", body.decode())
        self.send_header("Content-Type", media_type)
        self.send_header("ETag", tag)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def printed(paper: Printed, host: str = "127.0.0.1", port: int = 0) -> Iterator[Gazette]:
    """Puts a paper on sale for the time of a `with` block."""
    gazette = Gazette(paper)
    handler = type("Handler", (_Handler,), {"gazette": gazette})
    server = _Server((host, port), handler)
    paper.base = gazette.base = f"http://{host}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield gazette
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
