"""A proxy that disturbs the first attempt of each request with an idempotency key.

The proxy forwards the request and drops the response, or it sends its own response and forwards nothing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from tests import tls

_KEY_HEADERS = ("Idempotency-Key", "amz-sdk-invocation-id")
_REQUEST_HEADERS = ("Authorization", "Content-Type", *_KEY_HEADERS)
_TIMEOUT_SECONDS = 30
_PAGE = b"<html>"


@dataclass(frozen=True)
class ProxyResponse:
    """The proxy's own response. Its body is HTML."""

    status: int
    headers: Mapping[str, str]


class _Handler(BaseHTTPRequestHandler):
    """Forwards requests, except the first attempt of each request with an idempotency key."""

    server: "_Proxy"

    def do_GET(self) -> None:
        """Forward the request and the response."""
        self._forward(b"")

    def do_POST(self) -> None:
        """Forward the request and the response, except the first request with an idempotency key."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = next((key for name in _KEY_HEADERS if (key := self.headers[name])), None)
        first = key not in self.server.seen
        self.server.seen.add(key)
        if first and self.server.own_response:
            self._respond(self.server.own_response.status, self.server.own_response.headers, _PAGE)
        else:
            self._forward(body, lost=first)

    def _forward(self, body: bytes, *, lost: bool = False) -> None:
        response = httpx.request(
            self.command,
            self.server.url + self.path,
            content=body,
            headers={name: self.headers[name] for name in _REQUEST_HEADERS if name in self.headers},
            timeout=_TIMEOUT_SECONDS,
            verify=tls.UNUSED,
        )
        if not lost:
            content_type = {"Content-Type": response.headers["Content-Type"]}
            self._respond(response.status_code, content_type, response.content)

    def _respond(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Log nothing."""


class _Proxy(ThreadingHTTPServer):
    """Stores the service's URL and the idempotency keys of earlier requests."""

    def __init__(self, url: str, own_response: ProxyResponse | None) -> None:
        """Listen on a free port of loopback."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = url
        self.own_response = own_response
        self.seen: set[str | None] = set()


@contextmanager
def losing_proxy(url: str, own_response: ProxyResponse | None = None) -> Iterator[str]:
    """Run a proxy in front of a service during the block. Yield its URL."""
    with _Proxy(url, own_response) as proxy:
        thread = Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            thread.join()
