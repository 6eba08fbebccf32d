"""Clients that do nothing, or not enough: the others get their answers."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import httpx
import pytest

Serve = Callable[..., str]

# Of one worker; a service with less cannot be had.
_THREADS = 2
_MORE_THAN_THREADS = 3
# More than gunicorn by itself gets over in the time that our client waits, at seconds for each.
_MANY = 60
_POST = b"POST /v1/profiles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
_STALLED = {
    "half a header": _POST + b"Content-Len",
    "half a body": _POST + b'Content-Length: 100\r\n\r\n{"first_name"',
    "half a chunk": _POST + b"Transfer-Encoding: chunked\r\n\r\n64\r\n{",
    # Each is answered with a megabyte and a half, of which they read nothing: more than any system buffers.
    "requests alone": b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 8,
}

Connect = Callable[[str, bytes], socket.socket]


@pytest.fixture(scope="module")
def open_connection() -> Iterator[Connect]:
    """Return a function that connects, sends so much, and then does nothing until the tests are over."""
    with ExitStack() as stack:

        def connect(url: str, sent: bytes) -> socket.socket:
            client = stack.enter_context(socket.socket())
            # Before it connects, so that the server sees how little it takes.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            address = urlsplit(url)
            client.connect((address.hostname, address.port))
            client.sendall(sent)
            return client

        yield connect


@pytest.fixture(scope="module")
def start(serve: Serve, module_database: str) -> Callable[[], str]:
    """Return a function that starts a service of one worker with few threads."""
    return lambda: serve(module_database, WORKERS="1", THREADS=str(_THREADS), AUTH="off")


@pytest.fixture(scope="module")
def stalled(start: Callable[[], str], open_connection: Connect) -> dict[str, str]:
    """Return the URLs of services, each of which has more clients that stall in one way than threads.

    All of them stall at the same time, so that we wait but once.
    """
    urls = {how: start() for how in _STALLED}
    for how, url in urls.items():
        for _ in range(_MORE_THAN_THREADS):
            open_connection(url, _STALLED[how])
    return urls


@pytest.fixture(scope="module")
def url(start: Callable[[], str]) -> str:
    """Return the URL of a service for clients that hold up nobody."""
    return start()


def _ask(connect: Callable[[str], httpx.Client], url: str) -> None:
    """Get an answer for which the database is asked, in the time that a client has."""
    made = connect(url).post("/v1/profiles", json={"first_name": "Ann"})
    assert made.status_code == 201


def test_silent_connections_hold_up_nobody(
    url: str, open_connection: Connect, connect: Callable[[str], httpx.Client]
) -> None:
    """A connection gets a thread when it says something."""
    for _ in range(_MANY):
        open_connection(url, b"")
    _ask(connect, url)


def test_idle_connections_hold_up_nobody(
    url: str, open_connection: Connect, connect: Callable[[str], httpx.Client]
) -> None:
    """Those that had an answer, and are kept for another request."""
    for _ in range(_MANY):
        client = open_connection(url, b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
    _ask(connect, url)


def test_clients_that_do_not_hang_up_hold_up_nobody(
    url: str, open_connection: Connect, connect: Callable[[str], httpx.Client]
) -> None:
    """Those that were told that this was the last answer, and stay."""
    for _ in range(_MANY):
        open_connection(url, b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    _ask(connect, url)


@pytest.mark.parametrize("how", _STALLED)
def test_stalled_clients_are_given_up(
    stalled: dict[str, str], how: str, connect: Callable[[str], httpx.Client]
) -> None:
    """More of them than threads: after the time-outs of their sockets the others are served again."""
    _ask(connect, stalled[how])


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
def test_a_request_is_bounded_before_its_body(
    url: str, open_connection: Connect, request_line: str, headers: dict[str, str], status: int
) -> None:
    """The line to 4094 bytes, and the headers to 50 of 8190 bytes each."""
    lines = [f"{request_line} HTTP/1.1", "Host: localhost", *(f"{n}: {v}" for n, v in headers.items())]
    client = open_connection(url, ("\r\n".join(lines) + "\r\n\r\n").encode())
    assert client.recv(4096).split(b" ")[1] == str(status).encode()
