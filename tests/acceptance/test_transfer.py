"""Bodies that do not arrive as they were announced, sent by hand through the server."""

import json
import socket
from urllib.parse import urlsplit

import pytest

_HEAD = (
    "POST /v1/profiles HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
)
_ANSWER_SECONDS = 30


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ("Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n", "a chunk whose size is no number"),
        ("Content-Length: 100\r\n\r\n{", "a body that stops in the middle"),
    ],
    ids=lambda value: value if value.startswith("a ") else "",
)
def test_a_body_that_does_not_arrive_is_a_400(server_url: str, rest: str, what: str) -> None:
    """The answer says so, and nothing is created."""
    address = urlsplit(server_url)
    with socket.create_connection((address.hostname, address.port), timeout=_ANSWER_SECONDS) as connection:
        connection.sendall((_HEAD + rest).encode())
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    assert head.split()[1] == b"400", what
    assert json.loads(body)["code"] == "incomplete_body"
