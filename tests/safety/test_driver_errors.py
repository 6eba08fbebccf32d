"""A driver error becomes a 503 with Retry-After or a 422, never a 500."""

from collections.abc import Callable, Iterator
from typing import Any

import bson.errors
import mongomock
import pymongo.errors
import pytest
from pymongo.errors import PyMongoError
from structlog.testing import capture_logs

from service.app import create_app
from service.config import Settings
from tests.api.caller import Caller, check_problem

SECRET = "jane@example.com"  # noqa: S105 - a driver's message may contain it, a response may not


def _classes(parent: type[Exception]) -> Iterator[type[Exception]]:
    for child in parent.__subclasses__():
        yield child
        yield from _classes(child)


# Errors whose constructors need more than a message.
_FACTORIES: dict[type[Exception], Callable[[], Exception]] = {
    pymongo.errors.BulkWriteError: lambda: pymongo.errors.BulkWriteError({"writeErrors": [SECRET]}),
    pymongo.errors.ClientBulkWriteException: lambda: pymongo.errors.ClientBulkWriteException(
        {"error": None, "writeErrors": [SECRET]}, verbose=False
    ),
    pymongo.errors.EncryptionError: lambda: pymongo.errors.EncryptionError(ValueError(SECRET)),
    pymongo.errors.EncryptedCollectionError: lambda: pymongo.errors.EncryptedCollectionError(
        ValueError(SECRET), {}
    ),
}


def _create_error(error: type[Exception]) -> Exception:
    return _FACTORIES[error]() if error in _FACTORIES else error(SECRET)


class _FailingDatabase:
    """A database whose commands raise ``error`` if it is set."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.error: Exception | None = None

    def __getitem__(self, name: str) -> "_FailingCollection":
        return _FailingCollection(self, self.inner[name])


class _FailingCollection:
    def __init__(self, database: _FailingDatabase, inner: Any) -> None:
        self._database = database
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        if name == "name":
            return attribute

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._database.error is not None:
                raise self._database.error
            return attribute(*args, **kwargs)

        return call


@pytest.fixture(scope="module")
def failing() -> _FailingDatabase:
    """Return a database whose commands fail if ``error`` is set."""
    return _FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"])


@pytest.fixture(scope="module")
def api(failing: _FailingDatabase) -> Caller:
    """Return a client of a service that uses this database and has served one request."""
    settings = Settings(settings_cache_seconds=0, auth=False)
    api = Caller(create_app(settings, database=failing).test_client(), failing)
    api.get("/v1/settings")
    return api


def _problems(
    api: Caller, failing: _FailingDatabase, error: Exception, *, status: int
) -> list[dict[str, Any]]:
    """Send a read and a write that both fail. Return the problem of each response."""
    failing.error = error
    try:
        with capture_logs() as logs:
            responses = [
                api.call("GET", f"/v1/profiles/{'0' * 32}", status=status),
                api.call("POST", "/v1/contacts/c-1/clear", status=status),
            ]
    finally:
        failing.error = None
    assert SECRET not in str(logs) + str([response.text for response in responses])
    assert [("Retry-After" in response.headers) for response in responses] == [status == 503] * 2
    return [check_problem(response) for response in responses]


@pytest.mark.parametrize("error", [PyMongoError, *_classes(PyMongoError), bson.errors.InvalidBSON])
def test_every_driver_error_is_a_503(api: Caller, failing: _FailingDatabase, error: type[Exception]) -> None:
    """The response does not contain the driver's message. Only a write has an unknown outcome."""
    read, write = _problems(api, failing, _create_error(error), status=503)
    assert (read["code"], write["code"]) == ("datastore_unavailable", "datastore_unavailable")
    assert "may have been made" in write["detail"]
    assert "may have been made" not in read["detail"]


@pytest.mark.parametrize(
    "error",
    [
        pymongo.errors.DocumentTooLarge(SECRET),
        bson.errors.InvalidDocument(SECRET),
        bson.errors.InvalidStringData(SECRET),
        OverflowError(SECRET),
        pymongo.errors.WriteError(SECRET, 17419),
        pymongo.errors.OperationFailure(SECRET, 10334),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_record_that_mongodb_cannot_store_is_a_422(
    api: Caller, failing: _FailingDatabase, error: Exception
) -> None:
    """The response is not a 503, because a retry would fail again."""
    problems = _problems(api, failing, error, status=422)
    assert {problem["code"] for problem in problems} == {"cannot_be_stored"}
