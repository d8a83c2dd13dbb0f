"""Serves the demo's newspapers on loopback: each on a port of its own, as if they were two hosts."""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from urllib.parse import unquote, urlsplit

from broadsheet.demo.newspaper import Newspaper, Story, bote, lantern
from broadsheet.demo.press import Edition, print_newspaper

LOOPBACK = "127.0.0.1"
PREFERRED_PORTS = (8731, 8732)
"""Fixed where they are free, so that addresses (and with them the records' ids) are the same from run to run."""


class Stand(ThreadingHTTPServer):
    """Sells one newspaper until it is closed."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, paper: Newspaper, port: int) -> None:
        super().__init__((LOOPBACK, port), Counter)
        self.paper = paper
        self.base = f"http://{LOOPBACK}:{self.server_address[1]}"
        self.edition: Edition = print_newspaper(paper, self.base)

    def server_bind(self) -> None:
        """Without the base class's look-up of the host's name, which takes seconds where there is no DNS."""
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        """A customer who walks away is nobody's error; anything else is told as usual."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    @property
    def urls(self) -> list[str]:
        """The addresses of the articles, newest first."""
        return [self.base + path for path in self.edition.articles]

    @property
    def index_urls(self) -> list[str]:
        """The addresses of the pages that only list articles: the front page first."""
        return [self.base + path for path in self.edition.indexes]


class Counter(BaseHTTPRequestHandler):
    """Answers one customer."""

    server: Stand
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def answer(self, *, with_body: bool) -> None:
        edition = self.server.edition
        response = edition.pages.get(unquote(urlsplit(self.path).path), edition.not_found)
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the demo's terminal is for the reader."""


class DemoServer:
    """Both newspapers on sale: `with DemoServer() as server: server.urls()`."""

    def __init__(self, ports: tuple[int, int] = PREFERRED_PORTS) -> None:
        """Takes these ports where they are free, others where not. 0: any free one."""
        self.ports = ports
        self.stands: list[Stand] = []
        self.threads: list[Thread] = []

    def open(self) -> DemoServer:
        """Begins to serve. Raises OSError where loopback has no free port."""
        self.stands = [_open_stand(paper, port) for paper, port in zip((lantern(), bote()), self.ports, strict=True)]
        self.threads = [Thread(target=stand.serve_forever, args=(0.05,), daemon=True) for stand in self.stands]
        for thread in self.threads:
            thread.start()
        return self

    def close(self) -> None:
        """Stops serving."""
        for stand, thread in zip(self.stands, self.threads, strict=True):
            stand.shutdown()
            thread.join()
            stand.server_close()
        self.stands, self.threads = [], []

    def __enter__(self) -> DemoServer:
        return self if self.stands else self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    def urls(self) -> list[str]:
        """The addresses of all articles of both newspapers."""
        return [url for stand in self.stands for url in stand.urls]

    def stories(self) -> dict[str, Story]:
        """Every article's story by its address; `story.expected` is what cleaning should give."""
        return {stand.base + path: story for stand in self.stands for path, story in stand.edition.articles.items()}


def _open_stand(paper: Newspaper, port: int) -> Stand:
    try:
        return Stand(paper, port)
    except OSError:  # somebody else has the port
        return Stand(paper, 0)
