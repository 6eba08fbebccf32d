"""Every error of the driver becomes a 503 with Retry-After or an error of the service, never a 500."""

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

SECRET = "jane@example.com"  # noqa: S105 - the message of a driver may have it, a response may not


def _classes(parent: type[Exception]) -> Iterator[type[Exception]]:
    for child in parent.__subclasses__():
        yield child
        yield from _classes(child)


# Errors whose constructors need more than a message.
_MADE: dict[type[Exception], Callable[[], Exception]] = {
    pymongo.errors.BulkWriteError: lambda: pymongo.errors.BulkWriteError({"writeErrors": [SECRET]}),
    pymongo.errors.ClientBulkWriteException: lambda: pymongo.errors.ClientBulkWriteException(
        {"error": None, "writeErrors": [SECRET]}, verbose=False
    ),
    pymongo.errors.EncryptionError: lambda: pymongo.errors.EncryptionError(ValueError(SECRET)),
    pymongo.errors.EncryptedCollectionError: lambda: pymongo.errors.EncryptedCollectionError(
        ValueError(SECRET), {}
    ),
}


def _made(error: type[Exception]) -> Exception:
    return _MADE[error]() if error in _MADE else error(SECRET)


class _Failing:
    """A database whose commands fail with an error, once it is set."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.error: Exception | None = None

    def __getitem__(self, name: str) -> "_FailingCollection":
        return _FailingCollection(self, self.inner[name])


class _FailingCollection:
    def __init__(self, database: _Failing, inner: Any) -> None:
        self._database = database
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name == "name":
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            if self._database.error is not None:
                raise self._database.error
            return found(*args, **kwargs)

        return call


@pytest.fixture(scope="module")
def failing() -> _Failing:
    """Return a database that can be made to fail."""
    return _Failing(mongomock.MongoClient(tz_aware=True)["test"])


@pytest.fixture(scope="module")
def api(failing: _Failing) -> Caller:
    """Return a caller of a service on it that has served a request before."""
    settings = Settings(settings_cache_seconds=0, auth=False)
    api = Caller(create_app(settings, database=failing).test_client(), failing)
    api.get("/v1/settings")
    return api


def _problems(api: Caller, failing: _Failing, error: Exception, *, status: int) -> list[dict[str, Any]]:
    """Send a read and a write that fail; return the problems."""
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
def test_every_error_of_the_driver_is_a_503(api: Caller, failing: _Failing, error: type[Exception]) -> None:
    """The response does not have the driver's message."""
    read, write = _problems(api, failing, _made(error), status=503)
    assert (read["code"], write["code"]) == ("datastore_unavailable", "datastore_unavailable")
    assert "unknown whether" in write["detail"]
    assert "unknown whether" not in read["detail"]


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
    api: Caller, failing: _Failing, error: Exception
) -> None:
    """A retry would not help."""
    problems = _problems(api, failing, error, status=422)
    assert {problem["code"] for problem in problems} == {"cannot_be_stored"}
