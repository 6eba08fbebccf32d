"""What `profile-lookup run` reports until the service is ready."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from service.local.readiness import ReadinessPoller


class _Responder(BaseHTTPRequestHandler):
    """Sends the response that the test has set."""

    status = 200
    body = b""

    def do_GET(self) -> None:
        """Send the response."""
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Return the URL of a server that sends the response of ``_Responder``."""
    with HTTPServer(("127.0.0.1", 0), _Responder) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _is_ready(poller: ReadinessPoller, monkeypatch: pytest.MonkeyPatch, status: int, body: str) -> bool:
    monkeypatch.setattr(_Responder, "status", status)
    monkeypatch.setattr(_Responder, "body", body.encode())
    return poller.is_ready()


def test_each_reason_is_reported_once(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report has all failed checks and no others. Polling continues after any response."""
    reports: list[str] = []
    poller = ReadinessPoller(url, reports.append, patience=-1)
    problem = '{"detail": "d", "checks": {"mongodb": "no primary", "indexes": "unknown", "x": "gone"}}'
    responses = [problem, problem, "<html>Internal Server Error</html>", '{"detail": "Later."}', "[]", "{}"]
    assert not any(_is_ready(poller, monkeypatch, 503, response) for response in responses)
    assert _is_ready(poller, monkeypatch, 200, "{}")
    suffix = f". {url}/readyz has the latest."
    assert reports == [
        f"Not ready yet: {reason}{suffix}"
        for reason in ("mongodb: no primary; x: gone", "its workers do not answer yet")
    ]


def test_nothing_is_reported_in_the_first_seconds(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A normal start takes some seconds."""
    reports: list[str] = []
    poller = ReadinessPoller(url, reports.append)
    assert not _is_ready(poller, monkeypatch, 503, '{"checks": {"mongodb": "away"}}')
    assert reports == []
