"""What all commands of one request share: a deadline, and whether one of them has written."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
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


@contextmanager
def one_deadline(seconds: float) -> Iterator[None]:
    """Let all commands of the block together take so many seconds, from the first one on."""
    token = _CURRENT.set(_Request(seconds))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def within_deadline() -> AbstractContextManager[None]:
    """Bound the commands of a block by what is left; outside a request the client's own bounds each."""
    current = _CURRENT.get()
    return nullcontext() if current is None else pymongo.timeout(current.remaining())


def note_write() -> None:
    """Note that a command which writes is about to be sent: what fails from now on has an unknown outcome."""
    if current := _CURRENT.get():
        current.wrote = True


def may_have_written() -> bool:
    """Return whether the request may have changed something already."""
    current = _CURRENT.get()
    return current is not None and current.wrote
