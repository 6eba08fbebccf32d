"""Answers to bodies that nobody has read: they say whether the connection stays, and so it does.

RFC 9112, 9.6: who closes a connection says so in the last answer, or the client sends its next request into
nothing, and cannot know whether it was carried out.
"""

import http.client
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

_ANSWER_SECONDS = 30
# gunicorn reads less than that on after an answer, so that the next request can come.
_LEFT = 64 * 1024
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


def test_whoever_is_not_let_in_is_told_likewise(serve: Callable[..., str], module_database: str) -> None:
    """A body of theirs is never read."""
    with _connected(serve(module_database, WORKERS="1", AUTH="on")) as ask:
        short = ask("/v1/profiles", _JSON, _PERSON)
        assert (short.status, short.headers["Connection"]) == (401, "keep-alive")
        long = ask("/v1/profiles", _JSON, b"x" * 200_000)
        assert (long.status, long.headers["Connection"]) == (401, "close")
