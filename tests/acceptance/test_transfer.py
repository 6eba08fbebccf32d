"""Incomplete and malformed bodies, sent as raw bytes."""

import json
import socket
from urllib.parse import urlsplit

import pytest

_HEAD = (
    "POST /v1/profiles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
)
_TIMEOUT_SECONDS = 30


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ("Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n", "a chunk with an invalid size"),
        ("Content-Length: 100\r\n\r\n{", "a body that is cut off"),
    ],
    ids=lambda value: value if value.startswith("a ") else "",
)
def test_an_incomplete_body_gets_a_400(server_url: str, rest: str, what: str) -> None:
    """The problem's code is `incomplete_body`."""
    address = urlsplit(server_url)
    with socket.create_connection((address.hostname, address.port), timeout=_TIMEOUT_SECONDS) as connection:
        connection.sendall((_HEAD + rest).encode())
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.split()[1] == b"400", what
    assert json.loads(body)["code"] == "incomplete_body"
