"""A proxy that stands in the way the first time a creation comes by.

It gives no answer, though the service has carried it out, or one of its own, and the service hears nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

_PASSED_ON = ("Authorization", "Content-Type", "Idempotency-Key")
_PASSED_BACK = ("Content-Type", "Idempotency-Replayed")
_ANSWER_SECONDS = 30
_PAGE = b"<html>"


@dataclass(frozen=True)
class Instead:
    """What it answers of its own, with a page of HTML."""

    status: int
    headers: dict[str, str]


class _Handler(BaseHTTPRequestHandler):
    """Passes a creation on, and its answer back, where it is not the first."""

    server: "_Proxy"

    def do_POST(self) -> None:
        """Pass it on, but for the first one with this key."""
        headers = {name: self.headers[name] for name in _PASSED_ON}
        body = self.rfile.read(int(self.headers["Content-Length"]))
        first = headers["Idempotency-Key"] not in self.server.seen
        self.server.seen.add(headers["Idempotency-Key"])
        if first and self.server.instead:
            self._answer(self.server.instead.status, self.server.instead.headers, _PAGE)
            return
        answer = httpx.post(
            self.server.url + self.path, content=body, headers=headers, timeout=_ANSWER_SECONDS
        )
        if not first:
            passed_back = {name: answer.headers[name] for name in _PASSED_BACK if name in answer.headers}
            self._answer(answer.status_code, passed_back, answer.content)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""


class _Proxy(ThreadingHTTPServer):
    """Knows where the service is, and which keys came by."""

    def __init__(self, url: str, instead: Instead | None) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = url
        self.instead = instead
        self.seen: set[str] = set()


@contextmanager
def losing_proxy(url: str, instead: Instead | None = None) -> Iterator[str]:
    """Run one in front of a service for the time of the block, which gets its URL."""
    with _Proxy(url, instead) as proxy:
        thread = Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            thread.join()
