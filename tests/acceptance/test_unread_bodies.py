"""Responses to requests with unread bodies announce whether the server closes the connection.

RFC 9112, section 9.6: a server announces in the last response that it closes the connection. Otherwise the
client might send another request and would not know whether the server processed it.
"""

import http.client
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

_TIMEOUT_SECONDS = 30
# After a response, gunicorn discards an unread body below this size and keeps the connection.
_DISCARD_LIMIT = 64 * 1024
# Gunicorn itself reads fewer bytes before it closes a connection.
_LARGE = 1024 * 1024
_JSON = {"Content-Type": "application/json"}
_PERSON = b'{"first_name": "Ann"}'


def _in_chunks(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


_CHUNKED = {"Transfer-Encoding": "chunked"}
_KEEP_ALIVE_CASES = {
    "a body that is read": ("/v1/profiles", _JSON, _PERSON, 201),
    "chunks that are read": ("/v1/profiles", _JSON | _CHUNKED, _in_chunks(_PERSON), 201),
    "a long body that is read": ("/v1/profiles", _JSON, b"[" + b" " * 200_000 + b"]", 422),
    "a short body to an unknown path": ("/v1/nowhere", _JSON, _PERSON, 404),
    "the largest body that is discarded": ("/v1/nowhere", _JSON, b"x" * (_DISCARD_LIMIT - 1), 404),
}
_CLOSE_CASES = {
    "a body too large to discard": ("/v1/nowhere", _JSON, b"x" * _DISCARD_LIMIT, 404),
    "a body that is too large": ("/v1/profiles", _JSON, b"x" * 300_000, 413),
    "a large body of an unsupported media type": (
        "/v1/profiles",
        {"Content-Type": "text/plain"},
        b"x" * 200_000,
        415,
    ),
    "chunks of unknown length": ("/v1/nowhere", _JSON | _CHUNKED, _in_chunks(_PERSON), 404),
    "chunks that are too large": ("/v1/profiles", _JSON | _CHUNKED, _in_chunks(b"x" * 300_000), 413),
    "malformed chunks": ("/v1/profiles", _JSON | _CHUNKED, b"zz\r\n", 400),
    "half a body": ("/v1/profiles", _JSON | {"Content-Length": "100"}, _PERSON, 400),
}

Ask = Callable[[str, dict[str, str], bytes], http.client.HTTPResponse]


@contextmanager
def _open_connection(url: str) -> Iterator[Ask]:
    """Yield a function that sends a POST on one connection and reads the response."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=_TIMEOUT_SECONDS) as connection:

        def ask(path: str, headers: dict[str, str], body: bytes) -> http.client.HTTPResponse:
            all_headers = (
                headers if headers.keys() & _CHUNKED else {"Content-Length": str(len(body)), **headers}
            )
            lines = [
                f"POST {path} HTTP/1.1",
                "Host: localhost",
                *(f"{n}: {v}" for n, v in all_headers.items()),
            ]
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            response = http.client.HTTPResponse(connection)
            response.begin()
            response.read()
            return response

        yield ask


@pytest.mark.parametrize("how", _KEEP_ALIVE_CASES)
def test_a_kept_connection_accepts_another_request(server_url: str, how: str) -> None:
    """The first request may succeed or fail."""
    path, headers, body, status = _KEEP_ALIVE_CASES[how]
    with _open_connection(server_url) as ask:
        response = ask(path, headers, body)
        assert (response.status, response.headers["Connection"]) == (status, "keep-alive")
        assert ask("/v1/profiles", _JSON, _PERSON).status == 201


@pytest.mark.parametrize("how", _CLOSE_CASES)
def test_a_response_announces_that_the_connection_is_closed(server_url: str, how: str) -> None:
    """The unread body is too large, or the server does not know where the next request starts."""
    path, headers, body, status = _CLOSE_CASES[how]
    with _open_connection(server_url) as ask:
        response = ask(path, headers, body)
        assert (response.status, response.headers["Connection"]) == (status, "close")


def test_a_401_announces_that_the_connection_is_closed(secured_url: str) -> None:
    """The service never reads the body of an unauthenticated request."""
    with _open_connection(secured_url) as ask:
        short = ask("/v1/profiles", _JSON, _PERSON)
        assert (short.status, short.headers["Connection"]) == (401, "keep-alive")
        long = ask("/v1/profiles", _JSON, b"x" * 200_000)
        assert (long.status, long.headers["Connection"]) == (401, "close")


@pytest.mark.parametrize(
    ("service", "status", "code"),
    [("server_url", 413, "payload_too_large"), ("secured_url", 401, "unauthenticated")],
)
def test_a_client_that_keeps_sending_gets_the_whole_response(
    request: pytest.FixtureRequest, service: str, status: int, code: str
) -> None:
    """The server waits for the client, because a reset could discard the response (RFC 9112, section 9.6).

    Most clients send the whole body before they read the response.
    """
    address = urlsplit(request.getfixturevalue(service))
    with socket.create_connection((address.hostname, address.port), timeout=_TIMEOUT_SECONDS) as client:
        # With a small buffer, the client cannot send everything unless the server reads it.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _DISCARD_LIMIT)
        headers = {"Host": "localhost", **_JSON, "Content-Length": str(2 * _LARGE)}
        lines = ["POST /v1/profiles HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        client.sendall("\r\n".join([*lines, "", ""]).encode() + b"x" * _LARGE)
        assert client.recv(1, socket.MSG_PEEK), "the server sent no response before it got the whole body"
        client.sendall(b"x" * _LARGE)
        response = b"".join(iter(lambda: client.recv(_DISCARD_LIMIT), b""))
    head, _, body = response.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert json.loads(body)["code"] == code
