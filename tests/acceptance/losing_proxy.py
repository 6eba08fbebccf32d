"""A proxy that gives no answer the first time a creation comes by, though the service has carried it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx

_PASSED_ON = ("Authorization", "Content-Type", "Idempotency-Key")
_ANSWER_SECONDS = 30


class _Handler(BaseHTTPRequestHandler):
    """Passes a creation on, and its answer back where it is not the first."""

    server: "_Proxy"

    def do_POST(self) -> None:
        """Have the service carry it out, and hang up on the first one with this key."""
        headers = {name: self.headers[name] for name in _PASSED_ON}
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = httpx.post(
            self.server.url + self.path, content=body, headers=headers, timeout=_ANSWER_SECONDS
        )
        if headers["Idempotency-Key"] in self.server.seen:
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            if "Idempotency-Replayed" in answer.headers:
                self.send_header("Idempotency-Replayed", answer.headers["Idempotency-Replayed"])
            self.end_headers()
            self.wfile.write(answer.content)
        self.server.seen.add(headers["Idempotency-Key"])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""


class _Proxy(ThreadingHTTPServer):
    """Knows where the service is, and which keys came by."""

    def __init__(self, url: str) -> None:
        """Listen on a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = url
        self.seen: set[str] = set()


@contextmanager
def losing_proxy(url: str) -> Iterator[str]:
    """Run one in front of a service for the time of the block, which gets its URL."""
    with _Proxy(url) as proxy:
        thread = Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{proxy.server_address[1]}"
        finally:
            proxy.shutdown()
            thread.join()
