"""What all commands of one request share: a deadline, and whether one of them has written."""

from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar, Token
from time import monotonic

import pymongo

from service.errors.datastore import DatastoreUnavailable


class _Request:
    """Its seconds begin with the first command, so that a body that arrives slowly costs none of them."""

    def __init__(self, seconds: float) -> None:
        self.wrote = False
        self._seconds = seconds
        self._ends_at: float | None = None

    def remaining(self) -> float:
        """Return the seconds that are left; raises ``DatastoreUnavailable`` where there are none."""
        if self._ends_at is None:
            self._ends_at = monotonic() + self._seconds
        left = self._ends_at - monotonic()
        if left <= 0:
            raise DatastoreUnavailable(writing=self.wrote)
        return left


_CURRENT: ContextVar[_Request | None] = ContextVar("request", default=None)


class one_deadline:  # noqa: N801 - it is used as a function is
    """Let all commands of the block together take so many seconds, from the first one on.

    Every request is such a block: a class costs a fifth of what a generator does.
    """

    __slots__ = ("_seconds", "_token")
    _token: Token[_Request | None]

    def __init__(self, seconds: float) -> None:
        """Take the seconds."""
        self._seconds = seconds

    def __enter__(self) -> None:
        """Begin."""
        self._token = _CURRENT.set(_Request(self._seconds))

    def __exit__(self, *_error: object) -> None:
        """End."""
        _CURRENT.reset(self._token)


def within_deadline() -> AbstractContextManager[None]:
    """Bound the commands of a block by what is left; outside a request the client's own bounds each."""
    current = _CURRENT.get()
    return nullcontext() if current is None else pymongo.timeout(current.remaining())


def note_write() -> None:
    """Note that a command which writes is about to be sent: what fails from now on has an unknown outcome."""
    if current := _CURRENT.get():
        current.wrote = True


def may_have_written() -> bool:
    """Tell whether the request may have changed something already."""
    current = _CURRENT.get()
    return current is not None and current.wrote
