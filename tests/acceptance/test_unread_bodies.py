"""Answers to bodies that nobody has read: they say whether the connection stays, and so it does.

RFC 9112, 9.6: who closes a connection says so in the last answer, or the client sends its next request into
nothing, and cannot know whether it was carried out.
"""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

_ANSWER_SECONDS = 30
# gunicorn reads less than that on after an answer, so that the next request can come.
_LEFT = 64 * 1024
# More than gunicorn by itself reads before it closes a connection.
_MUCH = 1024 * 1024
_JSON = {"Content-Type": "application/json"}
_PERSON = b'{"first_name": "Ann"}'


def _in_chunks(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


_CHUNKED = {"Transfer-Encoding": "chunked"}
_KEPT = {
    "a body that was read": ("/v1/profiles", _JSON, _PERSON, 201),
    "chunks that were read": ("/v1/profiles", _JSON | _CHUNKED, _in_chunks(_PERSON), 201),
    "a long body that was read": ("/v1/profiles", _JSON, b"[" + b" " * 200_000 + b"]", 422),
    "a short body to no path": ("/v1/nowhere", _JSON, _PERSON, 404),
    "as much as is read on": ("/v1/nowhere", _JSON, b"x" * (_LEFT - 1), 404),
}
_CLOSED = {
    "more than is read on": ("/v1/nowhere", _JSON, b"x" * _LEFT, 404),
    "a body that is too large": ("/v1/profiles", _JSON, b"x" * 300_000, 413),
    "a large body of another kind": ("/v1/profiles", {"Content-Type": "text/plain"}, b"x" * 200_000, 415),
    "chunks whose end nobody knows": ("/v1/nowhere", _JSON | _CHUNKED, _in_chunks(_PERSON), 404),
    "chunks that are too many": ("/v1/profiles", _JSON | _CHUNKED, _in_chunks(b"x" * 300_000), 413),
    "chunks that are none": ("/v1/profiles", _JSON | _CHUNKED, b"zz\r\n", 400),
    "half a body": ("/v1/profiles", _JSON | {"Content-Length": "100"}, _PERSON, 400),
}

Ask = Callable[[str, dict[str, str], bytes], http.client.HTTPResponse]


@contextmanager
def _connected(url: str) -> Iterator[Ask]:
    """Yield what sends a POST on one connection, and reads its answer."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=_ANSWER_SECONDS) as connection:

        def ask(path: str, headers: dict[str, str], body: bytes) -> http.client.HTTPResponse:
            sized = headers if headers.keys() & _CHUNKED else {"Content-Length": str(len(body)), **headers}
            lines = [f"POST {path} HTTP/1.1", "Host: localhost", *(f"{n}: {v}" for n, v in sized.items())]
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            answer.read()
            return answer

        yield ask


@pytest.mark.parametrize("how", _KEPT)
def test_a_connection_that_is_kept_takes_another_request(server_url: str, how: str) -> None:
    """Whether the first one went well or not."""
    path, headers, body, status = _KEPT[how]
    with _connected(server_url) as ask:
        answer = ask(path, headers, body)
        assert (answer.status, answer.headers["Connection"]) == (status, "keep-alive")
        assert ask("/v1/profiles", _JSON, _PERSON).status == 201


@pytest.mark.parametrize("how", _CLOSED)
def test_an_answer_says_that_the_connection_is_closed(server_url: str, how: str) -> None:
    """Too much of the body was left unread, or nobody knows where the next request would begin."""
    path, headers, body, status = _CLOSED[how]
    with _connected(server_url) as ask:
        answer = ask(path, headers, body)
        assert (answer.status, answer.headers["Connection"]) == (status, "close")


@pytest.fixture(scope="module")
def guarded_url(serve: Callable[..., str], module_database: str) -> str:
    """Return the URL of a service that asks for a credential."""
    return serve(module_database, WORKERS="1", AUTH="on")


def test_whoever_is_not_let_in_is_told_likewise(guarded_url: str) -> None:
    """A body of theirs is never read."""
    with _connected(guarded_url) as ask:
        short = ask("/v1/profiles", _JSON, _PERSON)
        assert (short.status, short.headers["Connection"]) == (401, "keep-alive")
        long = ask("/v1/profiles", _JSON, b"x" * 200_000)
        assert (long.status, long.headers["Connection"]) == (401, "close")


@pytest.mark.parametrize(
    ("service", "status", "code"),
    [("server_url", 413, "payload_too_large"), ("guarded_url", 401, "unauthenticated")],
)
def test_whoever_sends_on_after_the_answer_can_read_it_whole(
    request: pytest.FixtureRequest, service: str, status: int, code: str
) -> None:
    """Closing waits for the client: a reset, while it sends, could take the answer along (RFC 9112, 9.6).

    Most clients send all there is before they read anything.
    """
    address = urlsplit(request.getfixturevalue(service))
    with socket.create_connection((address.hostname, address.port), timeout=_ANSWER_SECONDS) as client:
        # So little that it cannot all be sent while nobody reads it.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LEFT)
        sent = {"Host": "localhost", **_JSON, "Content-Length": str(2 * _MUCH)}
        lines = ["POST /v1/profiles HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        client.sendall("\r\n".join([*lines, "", ""]).encode() + b"x" * _MUCH)
        assert client.recv(1, socket.MSG_PEEK), "no answer before the whole body is there"
        client.sendall(b"x" * _MUCH)
        answer = b"".join(iter(lambda: client.recv(_LEFT), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(body)["code"] == code
