"""What a request asks of MongoDB: every command carries its ID, and how long they took is added up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from time import perf_counter
from typing import Any, TypeVar, cast

from pymongo.collection import Collection
from pymongo.database import Database

_Method = TypeVar("_Method", bound=Callable[..., Any])


class Trace:
    """One request, as the store sees it."""

    def __init__(self, request_id: str) -> None:
        """Take the request's ID."""
        self.request_id = request_id
        self.database_seconds = 0.0
        self.in_database = False


# Each thread works on one request at a time, and has a context of its own.
_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


def begin(request_id: str) -> None:
    """Count the commands of this thread to the request from here on."""
    _trace.set(Trace(request_id))


def end() -> None:
    """Count them to no request any more."""
    _trace.set(None)


def database_milliseconds() -> float:
    """Return how long the request has waited for MongoDB so far, the driver's work included."""
    trace = _trace.get()
    return 0.0 if trace is None else trace.database_seconds * 1000


@contextmanager
def database_time() -> Iterator[None]:
    """Add the time of a block to its request; a block within a block is part of it.

    Cheaper than a listener of the driver's, for whom it makes two events of each command.
    """
    trace = _trace.get()
    if trace is None or trace.in_database:
        yield
        return
    trace.in_database = True
    began = perf_counter()
    try:
        yield
    finally:
        trace.database_seconds += perf_counter() - began
        trace.in_database = False


def _traced(method: _Method) -> _Method:
    """Let a method of a collection send the request's ID as the comment of its commands."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        trace = _trace.get()
        if trace is not None:
            kwargs.setdefault("comment", trace.request_id)
        return method(*args, **kwargs)

    return cast("_Method", call)


class TracedCollection(Collection[dict[str, Any]]):
    """A collection whose commands carry the ID of the request that they are sent for.

    MongoDB shows it in its slow query log, in its profiler and in ``currentOp``; the commands that fetch the
    rest of a cursor carry that of its first.
    """

    aggregate = _traced(Collection.aggregate)
    bulk_write = _traced(Collection.bulk_write)
    count_documents = _traced(Collection.count_documents)
    create_indexes = _traced(Collection.create_indexes)
    delete_one = _traced(Collection.delete_one)
    distinct = _traced(Collection.distinct)
    find = _traced(Collection.find)
    find_one_and_replace = _traced(Collection.find_one_and_replace)
    find_one_and_update = _traced(Collection.find_one_and_update)
    index_information = _traced(Collection.index_information)
    insert_many = _traced(Collection.insert_many)
    insert_one = _traced(Collection.insert_one)
    replace_one = _traced(Collection.replace_one)
    update_many = _traced(Collection.update_many)
    update_one = _traced(Collection.update_one)

    def with_options(
        self,
        codec_options: Any = None,
        read_preference: Any = None,
        write_concern: Any = None,
        read_concern: Any = None,
    ) -> Any:
        """Return the same collection with these options, and the database's in the place of the others."""
        return TracedCollection(
            self.database,
            self.name,
            codec_options=codec_options,
            read_preference=read_preference,
            write_concern=write_concern,
            read_concern=read_concern,
        )


class TracedDatabase(Database[dict[str, Any]]):
    """A database of such collections."""

    def __getitem__(self, name: str) -> TracedCollection:
        """Return the collection of this name."""
        return TracedCollection(self, name)
