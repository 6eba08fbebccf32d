"""Proxies in front of the service that disturb imports, exports and calls of SDKs.

``losing_proxy`` forwards the first attempt of each request with an idempotency key and drops the response,
or sends its own response and forwards nothing. ``hooked_proxy`` calls a function before it forwards a
request.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

from tests import tls

_KEY_HEADERS = ("Idempotency-Key", "amz-sdk-invocation-id")
_REQUEST_HEADERS = ("Authorization", "Content-Type", *_KEY_HEADERS)
_RESPONSE_HEADERS = ("Content-Type", "Retry-After", "x-amzn-ErrorType")
_TIMEOUT_SECONDS = 60
_PAGE = b"<html>"


@dataclass(frozen=True)
class ProxyResponse:
    """The proxy's own response. Its body is HTML."""

    status: int
    headers: Mapping[str, str]


class _Handler(BaseHTTPRequestHandler):
    """Forwards requests, or disturbs them."""

    server: "_Proxy"

    def do_GET(self) -> None:
        """Forward the request and the response, except the first request with an idempotency key."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = next((key for name in _KEY_HEADERS if (key := self.headers[name])), None)
        is_repeated = key in self.server.seen
        if not is_repeated:
            self.server.before(self.path)
        first = key is not None and not is_repeated
        if key is not None:
            self.server.seen.add(key)
        if first and self.server.own_response:
            self._respond(self.server.own_response.status, self.server.own_response.headers, _PAGE)
        else:
            self._forward(body, lost=first and self.server.is_losing)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the base class calls these names

    def _forward(self, body: bytes, *, lost: bool = False) -> None:
        try:
            response = httpx.request(
                self.command,
                self.server.url + self.path,
                content=body,
                headers={name: self.headers[name] for name in _REQUEST_HEADERS if name in self.headers},
                timeout=_TIMEOUT_SECONDS,
                verify=tls.UNUSED,
            )
        except httpx.TransportError:
            return  # The command gets no response either.
        if not lost:
            headers = {name: response.headers[name] for name in _RESPONSE_HEADERS if name in response.headers}
            self._respond(response.status_code, headers, response.content)

    def _respond(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        # The command may have ended.
        with suppress(OSError):
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Log nothing."""


class _Proxy(ThreadingHTTPServer):
    """Stores the service's URL, what to do with requests, and the idempotency keys of earlier requests."""

    def __init__(
        self,
        url: str,
        *,
        own_response: ProxyResponse | None = None,
        is_losing: bool = False,
        before: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Listen on a free port of loopback."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = url
        self.own_response = own_response
        self.is_losing = is_losing
        self.before = before
        self.seen: set[str] = set()


@contextmanager
def losing_proxy(url: str, own_response: ProxyResponse | None = None) -> Iterator[str]:
    """Run a proxy in front of a service during the block. Yield its URL."""
    with _running(_Proxy(url, own_response=own_response, is_losing=True)) as address:
        yield address


@contextmanager
def hooked_proxy(
    url: str, before: Callable[[str], None], own_response: ProxyResponse | None = None
) -> Iterator[str]:
    """Run a proxy in front of a service during the block. Yield its URL.

    ``before`` is called with the path of each request, but not with repeated batches.
    """
    with _running(_Proxy(url, before=before, own_response=own_response)) as address:
        yield address


@contextmanager
def _running(proxy: _Proxy) -> Iterator[str]:
    with proxy:
        thread = Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            thread.join()
