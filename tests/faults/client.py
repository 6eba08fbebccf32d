"""An HTTP client that reports the exact result of each request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

# Longer than the service's own timeouts.
_TIMEOUT_SECONDS = 60


class NoResponse(Exception):
    """The request got no complete response."""

    def __init__(self, *, was_reused: bool) -> None:
        """Store whether the connection had an earlier response."""
        super().__init__()
        self.was_reused = was_reused


@dataclass(frozen=True)
class Response:
    """The status and the body of a response. The body may be None."""

    status: int
    body: Any


@dataclass(frozen=True)
class Request:
    """A request that can be repeated."""

    method: str
    path: str
    body: Any = None
    key: str | None = None
    """The idempotency key."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers to send."""
        headers = {} if self.body is None else {"Content-Type": "application/json"}
        return headers if self.key is None else {**headers, "Idempotency-Key": self.key}


class Client:
    """A client that sends one request at a time, on one connection or on a new one each time."""

    def __init__(self, port: int, *, keep_alive: bool = True) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
        self._keep_alive = keep_alive

    def ask(self, request: Request) -> Response:
        """Send the request and return the response.

        Raises:
            NoResponse: there was no complete response.

        """
        is_reused = self._connection.sock is not None
        if not is_reused:
            try:
                self._connection.connect()
            except OSError as error:
                raise NoResponse(was_reused=False) from error
        try:
            return self._exchange(request)
        except (OSError, HTTPException) as error:
            self.close()
            raise NoResponse(was_reused=is_reused) from error

    def _exchange(self, request: Request) -> Response:
        headers = request.headers if self._keep_alive else {**request.headers, "Connection": "close"}
        body = None if request.body is None else json.dumps(request.body)
        self._connection.request(request.method, request.path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if not self._keep_alive:
            self.close()
        is_json = "json" in response.headers.get("Content-Type", "")
        return Response(response.status, json.loads(content) if is_json else content.decode() or None)

    def close(self) -> None:
        """Close the connection. The next request opens a new connection."""
        self._connection.close()
