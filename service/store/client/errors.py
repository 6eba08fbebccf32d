"""Translate errors of PyMongo and MongoDB into errors of the service."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from bson.errors import BSONError, InvalidBSON
from dns.exception import DNSException
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError

from service.errors.datastore import CannotBeStored, DatastoreUnavailable
from service.store.client.deadline import may_have_written, record_write, within_deadline
from service.store.client.tracing import measure_database_time

NAME_NOT_FOUND = "name not found: DNS does not resolve a host of MONGODB_URI"

# Error codes of MongoDB: Unauthorized, AuthenticationFailed.
_REASONS: Mapping[int | None, str] = {13: "not authorised", 18: "authentication failed"}
# BSONObjectTooLarge, and two codes without a name for an update whose result is too large.
_TOO_LARGE = frozenset({10334, 17419, 17420})
_DUPLICATE_KEY = 11000

_P = ParamSpec("_P")
_R = TypeVar("_R")


def translate_errors(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorate a function: it raises ``DatastoreUnavailable`` or ``CannotBeStored`` instead of driver errors.

    Also apply the deadline of the current request to the function, and add the duration of the call to the
    request's database time.
    """

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            with within_deadline(), measure_database_time():
                return function(*args, **kwargs)
        except (PyMongoError, BSONError, OverflowError) as error:
            raise _translate(error) from error

    return call


def translate_write_errors(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Do what ``translate_errors`` does, for a function that writes.

    ``DatastoreUnavailable`` then says that the change may have been made. The driver repeats failed writes,
    so the first attempt may have succeeded, whatever the final error is.
    """
    translated = translate_errors(function)

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        record_write()
        return translated(*args, **kwargs)

    return call


def duplicate_key_errors(error: BulkWriteError) -> list[tuple[int, Mapping[str, str]]]:
    """Return the operations that unique indexes rejected: position in the bulk write, and index entry.

    The entry maps names of fields to values. Raises ``error`` if it has another cause too.
    """
    write_errors = error.details["writeErrors"]
    if error.details["writeConcernErrors"] or any(each["code"] != _DUPLICATE_KEY for each in write_errors):
        raise error
    return [(each["index"], each["keyValue"]) for each in write_errors]


def _translate(error: Exception) -> DatastoreUnavailable | CannotBeStored:
    if isinstance(error, OperationFailure):
        if error.code in _TOO_LARGE:
            return CannotBeStored()
        return DatastoreUnavailable(_REASONS.get(error.code, "refused"), writing=may_have_written())
    if isinstance(error.__cause__, DNSException):
        # The driver resolves mongodb+srv URIs itself.
        return DatastoreUnavailable(NAME_NOT_FOUND, writing=may_have_written())
    if isinstance(error, (PyMongoError, InvalidBSON)):
        return DatastoreUnavailable(writing=may_have_written())
    return CannotBeStored()
