"""Add the request ID to the commands of a request, and measure how long the request waits for MongoDB."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from time import perf_counter
from typing import Any, ParamSpec, TypeVar

from pymongo.collection import Collection
from pymongo.database import Database

from service.store.client.document import Document

_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(slots=True)
class Trace:
    """The use of MongoDB by one request."""

    request_id: str
    database_seconds: float = 0.0
    in_database: bool = False
    """Whether ``measure_database_time`` is measuring."""


# A thread or greenlet handles one request at a time and has its own context.
_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def begin_trace(request_id: str) -> None:
    """Attribute all following commands of this context to the request."""
    _trace.set(Trace(request_id))


def end_trace() -> None:
    """Attribute the following commands to no request."""
    _trace.set(None)


def database_milliseconds() -> float:
    """Return the time that the request has spent in MongoDB and its driver; 0 outside of a request."""
    trace = _trace.get()
    return 0.0 if trace is None else trace.database_seconds * 1000


@contextmanager
def measure_database_time() -> Iterator[None]:
    """Add the duration of the block to the request's database time. Blocks within it are not added again."""
    # Measured here, not in a CommandListener, for which the driver creates two events for each command.
    trace = _trace.get()
    if trace is None or trace.in_database:
        yield
        return
    trace.in_database = True
    started_at = perf_counter()
    try:
        yield
    finally:
        trace.database_seconds += perf_counter() - started_at
        trace.in_database = False


def _with_comment(method: Callable[_P, _R]) -> Callable[_P, _R]:
    @wraps(method)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if trace := _trace.get():
            kwargs.setdefault("comment", trace.request_id)
        return method(*args, **kwargs)

    return call


class TracedCollection(Collection[Document]):
    """A collection that adds the request ID as comment to each command, so that MongoDB logs it."""

    aggregate = _with_comment(Collection.aggregate)
    bulk_write = _with_comment(Collection.bulk_write)
    count_documents = _with_comment(Collection.count_documents)
    create_indexes = _with_comment(Collection.create_indexes)
    delete_many = _with_comment(Collection.delete_many)
    delete_one = _with_comment(Collection.delete_one)
    distinct = _with_comment(Collection.distinct)
    estimated_document_count = _with_comment(Collection.estimated_document_count)
    find = _with_comment(Collection.find)
    find_one_and_update = _with_comment(Collection.find_one_and_update)
    index_information = _with_comment(Collection.index_information)
    insert_many = _with_comment(Collection.insert_many)
    insert_one = _with_comment(Collection.insert_one)
    update_many = _with_comment(Collection.update_many)
    update_one = _with_comment(Collection.update_one)

    def with_options(self, *args: Any, **options: Any) -> Any:
        """Return a traced collection, unlike the inherited method.

        Options that are not passed are those of the database.
        """
        return TracedCollection(self.database, self.name, None, *args, **options)


class TracedDatabase(Database[Document]):
    """A database of traced collections."""

    def command(self, *args: Any, **options: Any) -> Any:
        """Send a command with the request ID."""
        return _with_comment(super().command)(*args, **options)

    def __getitem__(self, name: str) -> TracedCollection:
        return TracedCollection(self, name)
