"""Limits on clients; ``tests/acceptance`` and ``tests/faults`` show them of the running service."""

import io
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from wsgiref.types import StartResponse, WSGIEnvironment

import gevent
import pytest
from gevent.event import Event
from gevent.socket import socketpair

from service.server import client_limits
from service.server.client_limits import MAX_UNREAD_BYTES, ClientLimits


@dataclass
class _Request:
    closes: bool = False

    def force_close(self) -> None:
        self.closes = True


@dataclass
class _Response:
    closes: bool
    headers_sent: bool = True

    def should_close(self) -> bool:
        return self.closes


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return the service's and the client's end of a connection."""
    ours, client = socketpair()
    with ours, client:
        yield ours, client


def _environ(connection: socket.socket, **more: object) -> WSGIEnvironment:
    return {"gunicorn.socket": connection, "wsgi.input": io.BytesIO(), **more}


def _start_response(*_args: object) -> Callable[[bytes], object]:
    """Accept a response, and return the ``write()`` of WSGI."""
    return len


def test_requests_beyond_the_limit_wait(connection: tuple[socket.socket, socket.socket]) -> None:
    """In the order of their arrival."""
    limits, may_end = ClientLimits(2), Event()
    started: list[int] = []

    def application(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        started.append(environ["number"])
        may_end.wait()
        return []

    call = limits.wrap(application)
    requests = [gevent.spawn(call, _environ(connection[0], number=n), _start_response) for n in range(4)]
    gevent.sleep(0)
    assert started == [0, 1]
    may_end.set()
    gevent.joinall(requests, raise_error=True)
    assert started == [0, 1, 2, 3]


def test_a_request_that_waits_for_its_body_delays_no_other(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    """It takes part again once the client has sent the body."""
    limits = ClientLimits(1)
    ours, client = connection
    finished: list[bytes] = []

    def application(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        finished.append(environ["wsgi.input"].read(4))
        return []

    call = limits.wrap(application)
    body = SimpleNamespace(read=ours.recv)
    slow = gevent.spawn(call, _environ(ours, **{"wsgi.input": body, "CONTENT_LENGTH": "4"}), _start_response)
    gevent.sleep(0)
    call(_environ(ours), _start_response)
    assert finished == [b""]
    client.sendall(b"body")
    slow.get()
    assert finished == [b"", b"body"]


@pytest.mark.parametrize(
    ("headers", "read", "closes"),
    [
        ({}, 0, False),
        ({"CONTENT_LENGTH": str(MAX_UNREAD_BYTES - 1)}, 0, False),
        ({"CONTENT_LENGTH": str(MAX_UNREAD_BYTES)}, 0, True),
        ({"CONTENT_LENGTH": str(MAX_UNREAD_BYTES)}, 1, False),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 0, True),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, MAX_UNREAD_BYTES, True),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, MAX_UNREAD_BYTES + 1, False),
    ],
)
def test_a_connection_is_closed_if_too_much_of_a_body_is_unread(
    connection: tuple[socket.socket, socket.socket], headers: dict[str, str], read: int, *, closes: bool
) -> None:
    """The same if the end of the body is unknown."""
    limits, request = ClientLimits(1), _Request()
    body = {"wsgi.input": io.BytesIO(bytes(MAX_UNREAD_BYTES))}

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"].read(read)
        start_response("200 OK", [])
        return []

    limits.begin(request)
    limits.wrap(application)(_environ(connection[0], **headers, **body), _start_response)
    assert request.closes == closes


def test_a_body_that_stalls_is_an_error(
    connection: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection is closed, since the next request cannot be found."""
    monkeypatch.setattr(client_limits, "RECEIVE_SECONDS", 0.01)
    limits, request = ClientLimits(1), _Request()
    ours, _ = connection

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with pytest.raises(TimeoutError):
            environ["wsgi.input"].read(4)
        start_response("400 Bad Request", [])
        return []

    limits.begin(request)
    body = SimpleNamespace(read=ours.recv)
    limits.wrap(application)(_environ(ours, **{"wsgi.input": body, "CONTENT_LENGTH": "4"}), _start_response)
    assert request.closes


@pytest.mark.parametrize("hangs_up", [True, False])
def test_closing_waits_for_the_client(
    connection: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch, *, hangs_up: bool
) -> None:
    """For a moment, in which the client can read the response."""
    monkeypatch.setattr(client_limits, "LINGER_SECONDS", 0.05)
    limits = ClientLimits(1)
    ours, client = connection
    limits.begin(_Request())
    ending = gevent.spawn(limits.end, _Response(closes=True), ours)
    assert client.recv(1) == b""
    assert not ending.ready()
    client.sendall(b"the rest of a body")
    if hangs_up:
        client.shutdown(socket.SHUT_WR)
    ending.get(timeout=30)


def test_a_connection_that_is_kept_waits_for_the_next_request(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    """For gunicorn's own time-out."""
    limits = ClientLimits(1)
    ours, _ = connection
    limits.begin(_Request())
    limits.wrap(lambda _environ, _start: [])(_environ(ours), _start_response)
    assert ours.gettimeout() == client_limits.SEND_SECONDS
    limits.end(_Response(closes=False), ours)
    assert ours.gettimeout() is None


def test_a_stopping_worker_ends_after_its_last_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Idle connections do not delay it."""
    monkeypatch.setattr(client_limits, "DRAIN_SECONDS", 0.0)
    limits, worker = ClientLimits(1), SimpleNamespace(alive=True)
    limits.begin(_Request())

    def exit_when_done() -> str:
        with pytest.raises(SystemExit):
            limits.exit_when_done(worker)
        return "ended"

    ending = gevent.spawn(exit_when_done)
    gevent.sleep(0.3)
    worker.alive = False
    gevent.sleep(0.5)
    assert not ending.ready()
    limits.end(None, None)
    assert ending.get(timeout=30) == "ended"


def test_a_body_read_after_the_application_has_returned_takes_no_slot(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    """A streamed response can read the rest of the body."""
    limits = ClientLimits(1)
    bodies: list[bytes] = []

    def application(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        return iter(environ["wsgi.input"].read, b"")

    for _ in range(2):
        environ = _environ(connection[0], CONTENT_LENGTH="4") | {"wsgi.input": io.BytesIO(b"body")}
        bodies += limits.wrap(application)(environ, _start_response)
    assert bodies == [b"body", b"body"]
