"""Limits on clients. ``tests/acceptance`` and ``tests/faults`` test them with a running service."""

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
from gunicorn.http.errors import InvalidChunkSize

from service.model.batch import BATCH_PATH
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
    service_end, client = socketpair()
    with service_end, client:
        yield service_end, client


def _environ(connection: socket.socket, **more: object) -> WSGIEnvironment:
    return {"gunicorn.socket": connection, "wsgi.input": io.BytesIO(), "PATH_INFO": "/v1/settings", **more}


def _start_response(*_args: object) -> Callable[[bytes], object]:
    """Accept a response. Return WSGI's ``write()`` function."""
    return len


def test_requests_beyond_the_limit_wait(connection: tuple[socket.socket, socket.socket]) -> None:
    """Waiting requests start in the order of their arrival."""
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


def test_batches_leave_slots_for_other_requests(connection: tuple[socket.socket, socket.socket]) -> None:
    """Of four slots, batches take two. Other requests start although more batches wait."""
    limits, may_end = ClientLimits(4), Event()
    started: list[str] = []

    def application(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        started.append(environ["PATH_INFO"])
        may_end.wait()
        return []

    call = limits.wrap(application)
    paths = [BATCH_PATH] * 3 + ["/v1/settings"] * 2
    requests = [gevent.spawn(call, _environ(connection[0], PATH_INFO=p), _start_response) for p in paths]
    gevent.sleep(0)
    assert started == [BATCH_PATH] * 2 + ["/v1/settings"] * 2
    may_end.set()
    gevent.joinall(requests, raise_error=True)
    assert started == [BATCH_PATH] * 2 + ["/v1/settings"] * 2 + [BATCH_PATH]


@pytest.mark.parametrize(
    ("path", "waits"), [("/livez", False), ("/metrics", False), ("/readyz", True), ("/livez/", True)]
)
def test_only_liveness_and_metrics_do_not_wait(
    connection: tuple[socket.socket, socket.socket], path: str, *, waits: bool
) -> None:
    """A worker that is busy is alive, and an orchestrator must not restart it."""
    limits, may_end = ClientLimits(1), Event()

    def application(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != path:
            may_end.wait()
        return []

    call = limits.wrap(application)
    slow = gevent.spawn(call, _environ(connection[0]), _start_response)
    gevent.sleep(0)
    request = gevent.spawn(call, _environ(connection[0], PATH_INFO=path), _start_response)
    gevent.sleep(0)
    assert request.ready() is not waits
    may_end.set()
    gevent.joinall([slow, request], raise_error=True)


def test_a_request_that_waits_for_its_body_delays_no_other_request(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    """The request continues after the client has sent the body."""
    limits = ClientLimits(1)
    service_end, client = connection
    finished: list[bytes] = []

    def application(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        finished.append(environ["wsgi.input"].read(4))
        return []

    call = limits.wrap(application)
    body = SimpleNamespace(read=service_end.recv)
    slow = gevent.spawn(
        call, _environ(service_end, **{"wsgi.input": body, "CONTENT_LENGTH": "4"}), _start_response
    )
    gevent.sleep(0)
    call(_environ(service_end), _start_response)
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
    """A connection is also closed if the end of the body is unknown."""
    limits, request = ClientLimits(1), _Request()
    body = {"wsgi.input": io.BytesIO(bytes(MAX_UNREAD_BYTES))}

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"].read(read)
        start_response("200 OK", [])
        return []

    limits.begin(request)
    limits.wrap(application)(_environ(connection[0], **headers, **body), _start_response)
    assert request.closes == closes


def test_a_stalled_body_raises_a_timeout_error(
    connection: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service closes the connection, since it cannot find the start of the next request."""
    monkeypatch.setattr(client_limits, "RECEIVE_TIMEOUT", 0.01)
    limits, request = ClientLimits(1), _Request()
    service_end, _ = connection

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with pytest.raises(TimeoutError):
            environ["wsgi.input"].read(4)
        start_response("400 Bad Request", [])
        return []

    limits.begin(request)
    body = SimpleNamespace(read=service_end.recv)
    limits.wrap(application)(
        _environ(service_end, **{"wsgi.input": body, "CONTENT_LENGTH": "4"}), _start_response
    )
    assert request.closes


def test_an_invalid_chunk_raises_an_os_error(connection: tuple[socket.socket, socket.socket]) -> None:
    """So the application does not depend on exceptions of gunicorn. The connection is closed."""
    limits, request = ClientLimits(1), _Request()

    def read(_size: int) -> bytes:
        raise InvalidChunkSize(b"x")

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with pytest.raises(OSError, match="malformed"):
            environ["wsgi.input"].read(4)
        start_response("400 Bad Request", [])
        return []

    limits.begin(request)
    body = {"wsgi.input": SimpleNamespace(read=read), "HTTP_TRANSFER_ENCODING": "chunked"}
    limits.wrap(application)(_environ(connection[0], **body), _start_response)
    assert request.closes


@pytest.mark.parametrize("client_closes", [True, False])
def test_the_service_waits_before_it_closes_a_connection(
    connection: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch, *, client_closes: bool
) -> None:
    """In the meantime, the client can read the response."""
    monkeypatch.setattr(client_limits, "LINGER_TIMEOUT", 0.05)
    limits = ClientLimits(1)
    service_end, client = connection
    limits.begin(_Request())
    closing = gevent.spawn(limits.end, _Response(closes=True), service_end)
    assert client.recv(1) == b""
    assert not closing.ready()
    client.sendall(b"the rest of a body")
    if client_closes:
        client.shutdown(socket.SHUT_WR)
    closing.get(timeout=30)


def test_an_idle_connection_has_no_socket_timeout(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    """Between requests, only gunicorn's keep-alive timeout applies."""
    limits = ClientLimits(1)
    service_end, _ = connection
    limits.begin(_Request())
    limits.wrap(lambda _environ, _start: [])(_environ(service_end), _start_response)
    assert service_end.gettimeout() == client_limits.SEND_TIMEOUT
    limits.end(_Response(closes=False), service_end)
    assert service_end.gettimeout() is None


def test_a_stopping_worker_ends_after_its_last_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Idle connections do not delay the end of the worker."""
    monkeypatch.setattr(client_limits, "DRAIN_SECONDS", 0.0)
    limits, worker = ClientLimits(1), SimpleNamespace(alive=True)
    limits.begin(_Request())

    def exit_when_done() -> str:
        with pytest.raises(SystemExit):
            limits.exit_when_done(worker)
        return "ended"

    exiting = gevent.spawn(exit_when_done)
    gevent.sleep(0.3)
    worker.alive = False
    gevent.sleep(0.5)
    assert not exiting.ready()
    limits.end(None, None)
    assert exiting.get(timeout=30) == "ended"


def test_a_stopping_worker_ends_after_it_has_closed_its_last_connection(
    connection: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end of the worker would reset a connection on which the client still sends."""
    monkeypatch.setattr(client_limits, "DRAIN_SECONDS", 0.0)
    limits, worker = ClientLimits(1), SimpleNamespace(alive=False)
    service_end, client = connection
    limits.begin(_Request())
    closing = gevent.spawn(limits.end, _Response(closes=True), service_end)

    def exit_when_done() -> bool:
        with pytest.raises(SystemExit):
            limits.exit_when_done(worker)
        return closing.ready()

    exiting = gevent.spawn(exit_when_done)
    gevent.sleep(0.3)
    assert not exiting.ready()
    client.close()
    assert exiting.get(timeout=30)


def test_a_streamed_response_that_reads_the_body_does_not_wait(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    """The application has returned, so the request does not count towards the limit any more."""
    limits = ClientLimits(1)
    bodies: list[bytes] = []

    def application(environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        return iter(environ["wsgi.input"].read, b"")

    for _ in range(2):
        environ = _environ(connection[0], CONTENT_LENGTH="4") | {"wsgi.input": io.BytesIO(b"body")}
        bodies += limits.wrap(application)(environ, _start_response)
    assert bodies == [b"body", b"body"]
