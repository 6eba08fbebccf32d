"""The deadline that all commands of a request share. In new threads, there is no deadline."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from threading import Thread
from time import monotonic

import pymongo

from service.errors.datastore import DatastoreUnavailable


class Deadline:
    """The time limit of a request. It starts with the first command, so uploading the body does not count.

    ``wrote`` is whether the request has sent a write.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = monotonic) -> None:
        self.wrote = False
        self._seconds = seconds
        self._clock = clock
        self._ends_at: float | None = None

    def remaining(self) -> float:
        """Return the remaining seconds. Raises ``DatastoreUnavailable`` if no time is left."""
        if self._ends_at is None:
            self._ends_at = self._clock() + self._seconds
        remaining = self._ends_at - self._clock()
        if remaining <= 0:
            raise DatastoreUnavailable(writing=self.wrote)
        return remaining


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


@contextmanager
def one_deadline(seconds: float) -> Iterator[None]:
    """Limit the total time of all commands in the block. The time starts with the first command."""
    previous = _CURRENT.set(Deadline(seconds))
    try:
        yield
    finally:
        _CURRENT.reset(previous)


def within_deadline() -> AbstractContextManager[None]:
    """Return a context manager that limits the commands of its block to the remaining time.

    Without a deadline, MONGODB_TIMEOUT_MS limits each command. Raises ``DatastoreUnavailable`` if no time is
    left.
    """
    deadline = _CURRENT.get()
    return nullcontext() if deadline is None else pymongo.timeout(deadline.remaining())


def record_write() -> None:
    """Record that the request sends a write. If it fails from now on, data may have changed."""
    if deadline := _CURRENT.get():
        deadline.wrote = True


def may_have_written() -> bool:
    """Return whether the request has sent a write."""
    deadline = _CURRENT.get()
    return deadline is not None and deadline.wrote


def start_daemon(function: Callable[[], None], name: str) -> "Future[None]":
    """Run a function in a new thread that does not keep the process alive. Return a future of the call."""
    future: Future[None] = Future()

    def run() -> None:
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - raised again by the future
            future.set_exception(error)
        else:
            future.set_result(None)

    Thread(target=run, name=name, daemon=True).start()
    return future
