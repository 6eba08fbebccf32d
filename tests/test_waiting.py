"""What `profile-lookup run` tells while it waits until the service is ready."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from service.waiting import Address, Wait


class _Answers(BaseHTTPRequestHandler):
    """Answers what the test has put last."""

    status = 200
    body = b""

    def do_GET(self) -> None:
        """Answer it."""
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[Address]:
    """Return where a server listens that answers so."""
    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Address("127.0.0.1", server.server_port)
        server.shutdown()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is told, with no patience."""
    monkeypatch.setattr("service.waiting._PATIENCE_SECONDS", -1)
    return []


def _is_over(wait: Wait, monkeypatch: pytest.MonkeyPatch, status: int, body: str) -> bool:
    monkeypatch.setattr(_Answers, "status", status)
    monkeypatch.setattr(_Answers, "body", body.encode())
    return wait.is_over()


def test_each_reason_is_told_once(address: Address, said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With all the checks that failed, and those alone; whatever is answered, it goes on asking."""
    wait = Wait(address, said.append)
    problem = '{"detail": "d", "checks": {"mongodb": "no primary", "indexes": "unknown", "x": "gone"}}'
    answers = [problem, problem, "<html>Internal Server Error</html>", '{"detail": "Later."}', "[]", "{}"]
    assert not any(_is_over(wait, monkeypatch, 503, answer) for answer in answers)
    assert _is_over(wait, monkeypatch, 200, "{}")
    ends = f". {address.url}/readyz has the latest."
    assert said == [
        f"Not ready yet: {reason}{ends}"
        for reason in ("mongodb: no primary; x: gone", "its workers do not answer yet")
    ]


def test_for_a_while_nothing_is_told(address: Address, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start takes some seconds."""
    said: list[str] = []
    assert not _is_over(Wait(address, said.append), monkeypatch, 503, '{"checks": {"mongodb": "away"}}')
    assert said == []
