"""Thousands of stalled clients do not delay the requests of others."""

import resource
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Event

import pytest

from service.server.client_limits import RECEIVE_TIMEOUT, raise_open_file_limit
from tests.faults.client import Client, Request
from tests.faults.conftest import Serve
from tests.faults.replica_set import ReplicaSet

_STALLED = 200
_IDLE = 5000
_BATCH = 250
_CONNECTIONS = _IDLE + 4 * _STALLED
_ROUNDS = 3
_REQUESTS = 100
_MAX_P99_SECONDS = 0.25
_TIMEOUT_SECONDS = 60

_HOST = b"Host: localhost\r\n"
_SILENCE = b""
_HALF_A_HEADER = b"POST /v1/profiles HTTP/1.1\r\nHost: loc"
_START_OF_A_BODY = (
    b"POST /v1/profiles HTTP/1.1\r\n"
    + _HOST
    + b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"
)
# Each response has more than a megabyte, which is more than the system's buffers. The clients read none.
_REQUESTS_FOR_LARGE_RESPONSES = (b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\n" + _HOST + b"\r\n") * 8
_COMPLETE = b"GET /livez HTTP/1.1\r\n" + _HOST + b"\r\n"

pytestmark = pytest.mark.timeout(300)

Connect = Callable[[bytes], socket.socket]


@pytest.fixture
def many_open_files() -> Iterator[None]:
    """Raise the limit of open files during the test. Skip the test if the hard limit is too low."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = raise_open_file_limit(_CONNECTIONS)
    try:
        if allowed < _CONNECTIONS:
            pytest.skip("limit of open files")
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@contextmanager
def _clients(port: int) -> Iterator[Connect]:
    """Yield a function that connects and sends data. Connections stay open until the block ends."""
    with ExitStack() as stack:

        def connect(data: bytes) -> socket.socket:
            client = stack.enter_context(socket.socket())
            client.settimeout(_TIMEOUT_SECONDS)
            # Set the size before connecting, so that the server sees a small window.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", port))
            client.sendall(data)
            return client

        yield connect


def _keep_alive(connect: Connect) -> list[socket.socket]:
    """Return open connections that have had one response."""
    clients = []
    for _ in range(_IDLE // _BATCH):
        batch = [connect(_COMPLETE) for _ in range(_BATCH)]
        for client in batch:
            response = client.recv(4096)
            while not response.endswith(b"}"):
                response += client.recv(4096)
            assert response.startswith(b"HTTP/1.1 200 ")
        clients += batch
    return clients


def _count_open(clients: Sequence[socket.socket]) -> int:
    """Return the number of connections that the server has neither closed nor used to send data."""
    count = 0
    for client in clients:
        client.settimeout(0)
        try:
            client.recv(1)
        except BlockingIOError:
            count += 1
    return count


@contextmanager
def _send_bodies_slowly(senders: Sequence[socket.socket]) -> Iterator[None]:
    """Send a byte of each body regularly, so that the service does not time out."""
    is_over = Event()

    def send() -> None:
        while not is_over.wait(RECEIVE_TIMEOUT / 5):
            for sender in senders:
                sender.sendall(b" ")

    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send)
        try:
            yield
        finally:
            is_over.set()
        sending.result()


def _p99(port: int) -> float:
    """Return the 99th percentile of the duration of a match in seconds, each on a new connection."""
    match = Request("POST", "/v1/contacts/c-1/match", {"channel": "voice", "phone_number": "+14155550100"})
    durations = []
    for _ in range(_REQUESTS):
        started = time.perf_counter()
        assert Client(port, keep_alive=False).ask(match).status == 200
        durations.append(time.perf_counter() - started)
    return sorted(durations)[_REQUESTS * 99 // 100 - 1]


def _best_p99(port: int) -> float:
    """Return the best 99th percentile of several rounds. Stop when one meets the goal."""
    best = _p99(port)
    for _ in range(_ROUNDS - 1):
        if best > _MAX_P99_SECONDS:
            best = min(best, _p99(port))
    return best


@pytest.mark.usefixtures("many_open_files")
def test_stalled_clients_do_not_delay_others(one_member: ReplicaSet, serve: Serve, new_name: str) -> None:
    """Other processes can slow down some rounds, so only the best round counts."""
    # On a slow machine, opening the connections can take longer than the default keep-alive time.
    port = serve(one_member.uri, new_name, options=("--keep-alive", "600")).port
    with _clients(port) as connect:
        idle = _keep_alive(connect)
        idle += [connect(data) for data in (_SILENCE, _HALF_A_HEADER) for _ in range(_STALLED)]
        for _ in range(_STALLED):
            connect(_REQUESTS_FOR_LARGE_RESPONSES)
        senders = [connect(_START_OF_A_BODY) for _ in range(_STALLED)]
        with _send_bodies_slowly(senders):
            with_stalled_clients = _best_p99(port)
        assert _count_open(idle) == len(idle)
        assert _count_open(senders) == len(senders)
    assert with_stalled_clients <= max(_MAX_P99_SECONDS, 2 * _best_p99(port))
