"""A proxy that disturbs the first attempt of each creation.

The proxy forwards the request and drops the response, or it sends its own response and forwards nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from tests import tls

_REQUEST_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key")
_RESPONSE_HEADERS = ("Content-Type", "Idempotency-Replayed")
_TIMEOUT_SECONDS = 30
_PAGE = b"<html>"


@dataclass(frozen=True)
class ProxyResponse:
    """The proxy's own response. Its body is HTML."""

    status: int
    headers: dict[str, str]


class _Handler(BaseHTTPRequestHandler):
    """Forwards creations, and disturbs the first attempt of each."""

    server: "_Proxy"

    def do_POST(self) -> None:
        """Forward the request and the response.

        For the first request with an idempotency key, send the proxy's own response if there is one.
        Otherwise forward the request, but not the response.
        """
        headers = {name: self.headers[name] for name in _REQUEST_HEADERS}
        body = self.rfile.read(int(self.headers["Content-Length"]))
        first = headers["Idempotency-Key"] not in self.server.seen
        self.server.seen.add(headers["Idempotency-Key"])
        if first and self.server.own_response:
            self._respond(self.server.own_response.status, self.server.own_response.headers, _PAGE)
            return
        response = httpx.post(
            self.server.url + self.path,
            content=body,
            headers=headers,
            timeout=_TIMEOUT_SECONDS,
            verify=tls.UNUSED,
        )
        if not first:
            forwarded = {
                name: response.headers[name] for name in _RESPONSE_HEADERS if name in response.headers
            }
            self._respond(response.status_code, forwarded, response.content)

    def _respond(self, status: int, headers: dict[str, str], body: bytes) -> None:
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
        self.seen: set[str] = set()


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
