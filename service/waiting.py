"""How `profile-lookup run` waits until the service is ready, and says why it is not."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

_READYZ_SECONDS = 10
_PATIENCE_SECONDS = 5
# What cannot be told is not why.
_NOT_FAILED = frozenset({"ok", "unknown"})
_NO_ANSWER = "its workers do not answer yet"


@dataclass(frozen=True)
class Address:
    """Where the service listens, as a client on this machine reaches it."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The base of all URLs; an IPv6 address stands in brackets."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"


class Wait:
    """Asks /readyz, and after some seconds tells why the answer is no; once more where the reason changes."""

    def __init__(self, address: Address, say: Callable[[str], None]) -> None:
        """Take the address and what prints a line; the time begins."""
        self._address = address
        self._say = say
        self._patience_ends = time.monotonic() + _PATIENCE_SECONDS
        self._told: str | None = None

    def is_over(self) -> bool:
        """Return whether the service is ready, from one question."""
        reason = _hindrance(self._address)
        if reason and reason != self._told and time.monotonic() > self._patience_ends:
            self._say(f"Not ready yet: {reason}. {self._address.url}/readyz has the latest.")
            self._told = reason
        return reason is None


def _hindrance(address: Address) -> str | None:
    """Return what /readyz names, None where it says yes; not through urllib, which would honour a proxy."""
    connection = http.client.HTTPConnection(address.host, address.port, timeout=_READYZ_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return None if answer.status == http.HTTPStatus.OK else _failed(answer.read())
    except (OSError, http.client.HTTPException):
        return _NO_ANSWER
    finally:
        connection.close()


def _failed(problem: bytes) -> str:
    """Return the checks that failed; of another answer, such as gunicorn's own page, that there is none."""
    try:
        checks = json.loads(problem)["checks"]
    except (ValueError, LookupError, TypeError):
        return _NO_ANSWER
    return "; ".join(f"{name}: {what}" for name, what in checks.items() if what not in _NOT_FAILED)
