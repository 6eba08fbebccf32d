"""A caller over HTTP who knows exactly what became of each request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any

# Longer than the service's own time-outs.
_ANSWER_SECONDS = 60


class Unanswered(Exception):
    """No whole answer came."""

    def __init__(self, *, served: bool) -> None:
        """Take whether the connection had brought an answer before."""
        super().__init__()
        self.served = served


@dataclass(frozen=True)
class Answer:
    """The status and the body, which is None where there was none."""

    status: int
    body: Any


@dataclass(frozen=True)
class Request:
    """A request that can be sent over and over; the key, if any, is its Idempotency-Key."""

    method: str
    path: str
    body: Any = None
    key: str | None = None

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers to send."""
        given = {} if self.body is None else {"Content-Type": "application/json"}
        return given if self.key is None else {**given, "Idempotency-Key": self.key}


class Caller:
    """Sends one request at a time: all on one connection, or each on its own."""

    def __init__(self, port: int, *, keep_alive: bool = True) -> None:
        """Take the port on loopback."""
        self._connection = HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
        self._keep_alive = keep_alive

    def ask(self, request: Request) -> Answer:
        """Return the answer; raises ``Unanswered``."""
        served = self._connection.sock is not None
        if not served:
            try:
                self._connection.connect()
            except OSError as error:
                raise Unanswered(served=False) from error
        try:
            return self._exchange(request)
        except (OSError, HTTPException) as error:
            self.close()
            raise Unanswered(served=served) from error

    def _exchange(self, request: Request) -> Answer:
        headers = request.headers if self._keep_alive else {**request.headers, "Connection": "close"}
        body = None if request.body is None else json.dumps(request.body)
        self._connection.request(request.method, request.path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        if not self._keep_alive:
            self.close()
        is_json = "json" in response.headers.get("Content-Type", "")
        return Answer(response.status, json.loads(content) if is_json else content.decode() or None)

    def close(self) -> None:
        """Close the connection; the next request opens another one."""
        self._connection.close()
