"""Host validation on a Unix socket without authentication. Web pages cannot reach the socket."""

import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.local.child_process import spawn

_START_SECONDS = 30
_TIMEOUT_SECONDS = 30
_POLL_SECONDS = 0.05


@pytest.fixture(scope="module")
def unix_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the socket of a service without authentication."""
    folder = tmp_path_factory.mktemp("hosts")
    path = folder / "socket"
    options = ["--config", "python:service.server.gunicorn_config", "--bind", f"unix:{path}"]
    with (folder / "log").open("wb") as output:
        process = spawn(
            [sys.executable, "-m", "gunicorn", *options],
            death_signal=signal.SIGTERM,
            output=output,
            env={**os.environ, "AUTH": "off", "WORKERS": "1"},
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not path.exists():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(_POLL_SECONDS)
        yield path
    finally:
        process.terminate()
        process.wait()


@pytest.mark.parametrize("host", ["localhost", "profile-lookup", ""])
def test_any_host_is_accepted_on_a_unix_socket(unix_socket: Path, host: str) -> None:
    """Clients such as curl need a host name in the URL. The service accepts any name."""
    assert _status(unix_socket, f"GET /livez HTTP/1.1\r\nHost: {host}\r\n\r\n") == 200


@pytest.mark.parametrize(
    ("request_line", "host_lines", "status"),
    [
        ("GET /livez HTTP/1.1", [], 400),
        ("GET /livez HTTP/1.1", ["localhost", "localhost"], 400),
        ("GET /livez HTTP/1.1", ["localhost/"], 400),
        ("GET /livez HTTP/1.0", ["localhost", "profile-lookup"], 400),
        ("GET /livez HTTP/1.0", [], 200),
        ("GET /livez HTTP/1.0", ["localhost"], 200),
    ],
)
def test_http_1_1_requires_one_valid_host(
    unix_socket: Path, request_line: str, host_lines: list[str], status: int
) -> None:
    """See RFC 9112, section 3.2. Gunicorn itself rejects two hosts, without a problem document."""
    lines = [request_line, *(f"Host: {host}" for host in host_lines)]
    assert _status(unix_socket, "".join(f"{line}\r\n" for line in lines) + "\r\n") == status


def _status(unix_socket: Path, request: str) -> int:
    """Send a raw request and return the status of the response."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_TIMEOUT_SECONDS)
        connection.connect(str(unix_socket))
        connection.sendall(request.encode())
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status
