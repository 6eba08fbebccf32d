"""Stalled clients do not delay others. ``tests/faults/test_stalled_clients.py`` has thousands."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

Serve = Callable[..., str]

# Number of requests that the only worker of a service processes concurrently.
_MAX_CONCURRENT = 2
_MORE_THAN_MAX_CONCURRENT = 3
_MANY = 60
_POST = b"POST /v1/profiles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
_STALLED = {
    "half a header": _POST + b"Content-Len",
    "half a body": _POST + b'Content-Length: 100\r\n\r\n{"first_name"',
    "half a chunk": _POST + b"Transfer-Encoding: chunked\r\n\r\n64\r\n{",
    # Each response has 1.5 MB, more than the system's buffers. The clients read nothing.
    "unread responses": b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 8,
}

Connect = Callable[[str, bytes], socket.socket]


@pytest.fixture(scope="module")
def open_connection() -> Iterator[Connect]:
    """Return a function that connects and sends data. The connections stay open until the tests end."""
    with ExitStack() as stack:

        def connect(url: str, data: bytes) -> socket.socket:
            client = stack.enter_context(socket.socket())
            # Set the size before connecting, so that the server sees a small window.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            address = urlsplit(url)
            client.connect((address.hostname, address.port))
            client.sendall(data)
            return client

        yield connect


@pytest.fixture(scope="module")
def url(serve: Serve, module_database: str) -> str:
    """Return the URL of a service with one worker that processes few requests concurrently."""
    return serve(module_database, WORKERS="1", THREADS=str(_MAX_CONCURRENT), AUTH="off")


def _create_profile(connect: Callable[[str], httpx.Client], url: str) -> None:
    """Send a request that needs the database, with httpx's default timeout."""
    response = connect(url).post("/v1/profiles", json={"first_name": "Ann"})
    assert response.status_code == 201


def test_silent_connections_delay_no_request(
    url: str, open_connection: Connect, connect: Callable[[str], httpx.Client]
) -> None:
    """A connection without a request does not count towards the limit."""
    for _ in range(_MANY):
        open_connection(url, b"")
    _create_profile(connect, url)


def test_idle_connections_delay_no_request(
    url: str, open_connection: Connect, connect: Callable[[str], httpx.Client]
) -> None:
    """After a response, the connection stays open for another request."""
    for _ in range(_MANY):
        client = open_connection(url, b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    _create_profile(connect, url)


def test_clients_that_keep_a_connection_open_delay_no_request(
    url: str, open_connection: Connect, connect: Callable[[str], httpx.Client]
) -> None:
    """The response has `Connection: close`, but the client keeps the connection open."""
    for _ in range(_MANY):
        open_connection(url, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    _create_profile(connect, url)


@pytest.mark.parametrize("how", _STALLED)
def test_stalled_clients_delay_no_request(
    url: str, how: str, open_connection: Connect, connect: Callable[[str], httpx.Client]
) -> None:
    """A request that waits for its client does not count towards the limit."""
    for _ in range(_MORE_THAN_MAX_CONCURRENT):
        open_connection(url, _STALLED[how])
    _create_profile(connect, url)


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        ("GET /v1/profiles/x?" + "q" * 3900, {}, 422),
        ("GET /v1/profiles/x?" + "q" * 5000, {}, 414),
        ("GET /livez", {f"X-{number}": "x" for number in range(40)}, 200),
        ("GET /livez", {f"X-{number}": "x" for number in range(60)}, 431),
        ("GET /livez", {"X-Long": "x" * 8000}, 200),
        ("GET /livez", {"X-Long": "x" * 9000}, 431),
    ],
    ids=[
        "a long query",
        "too long a query",
        "many headers",
        "too many",
        "a long header",
        "too long a header",
    ],
)
def test_request_lines_and_headers_have_size_limits(
    url: str, open_connection: Connect, request_line: str, headers: dict[str, str], status: int
) -> None:
    """The limits are 4094 bytes for the request line, and 50 headers of 8190 bytes each."""
    lines = [f"{request_line} HTTP/1.1", "Host: localhost", *(f"{n}: {v}" for n, v in headers.items())]
    client = open_connection(url, ("\r\n".join(lines) + "\r\n\r\n").encode())
    assert client.recv(4096).split(b" ")[1] == str(status).encode()
