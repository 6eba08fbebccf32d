"""Problem documents: all errors have one format, whatever raised them."""

import json
from collections.abc import Iterator

import mongomock
import pytest
from flask import Flask
from structlog.testing import capture_logs
from werkzeug.exceptions import HTTPException, default_exceptions

from service.api.http import problems
from service.app import create_app
from service.config import Settings
from service.errors.base import ServiceError
from tests.api.caller import Caller, check_problem
from tests.api.failing_database import SECRET, FailingDatabase
from tests.api.operations import OPERATIONS, Operation


def _subclasses(error: type[ServiceError]) -> Iterator[type[ServiceError]]:
    for child in error.__subclasses__():
        yield child
        yield from _subclasses(child)


RAISED = [error for error in _subclasses(ServiceError) if "code" in vars(error)]


@pytest.mark.parametrize("error", sorted(_subclasses(ServiceError), key=str))
def test_every_error_has_a_status(error: type[ServiceError]) -> None:
    """Every error class has a line in the table, or its parent has, and none is a 500."""
    assert 400 <= problems.status_of(error) <= 503
    assert problems.status_of(error) != 500


def test_every_error_has_a_code_of_its_own() -> None:
    """Clients decide by the code, so no two errors share one. Classes without a code are only parents."""
    codes = [error.code for error in RAISED]
    assert len(set(codes)) == len(codes)
    parents = set(_subclasses(ServiceError)) - set(RAISED)
    assert {error.__name__ for error in parents} == {"NotFound", "Conflict"}
    assert all(error.title for error in RAISED)


def test_the_table_names_existing_errors_only() -> None:
    """Every line of the table is an error of the service."""
    assert set(problems.STATUS) <= set(_subclasses(ServiceError))


@pytest.mark.parametrize("error", [e for code, e in default_exceptions.items() if code >= 400])
def test_every_http_exception_is_a_problem(app: Flask, error: type[HTTPException]) -> None:
    """Exceptions of Flask and Werkzeug get the same format, with their own status."""

    @app.get("/broken")
    def fail() -> str:
        raise error

    response = app.test_client().get("/broken")
    assert response.status_code == error.code
    problem = json.loads(response.data)
    assert problem["status"] == error.code
    assert problem["code"].replace("_", "").isalpha()
    assert problem["type"].endswith(problem["code"])
    assert response.content_type == problems.CONTENT_TYPE


def test_an_unexpected_exception_is_a_500_without_details(app: Flask) -> None:
    """Neither the response nor the log has the exception's text, which can contain a personal value."""

    @app.get("/broken")
    def fail() -> str:
        raise RuntimeError("jane@example.com")

    with capture_logs() as logs:
        response = app.test_client().get("/broken", headers={"X-Request-Id": "r-1"})
    assert response.status_code == 500
    assert check_problem(response)["code"] == "internal_error"
    assert "jane" not in response.text
    assert [entry["event"] for entry in logs] == ["internal_error", "request"]
    assert logs[0]["error"] == "RuntimeError"
    assert logs[0]["request_id"] == "r-1"
    assert any("test_problems.py" in frame for frame in logs[0]["frames"])
    assert "jane" not in str(logs)


@pytest.fixture(scope="module", params=[False, True], ids=["from the start", "later"])
def without_datastore(request: pytest.FixtureRequest) -> Caller:
    """Return a caller of a service whose MongoDB was never reachable, or no longer is."""
    away = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=not request.param)
    api = Caller(
        create_app(Settings(settings_cache_seconds=0, auth=False), database=away).test_client(), away
    )
    if request.param:
        api.get("/v1/settings")
        away.broken = True
    return api


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_without_a_datastore_every_operation_is_a_503(
    without_datastore: Caller, operation: Operation
) -> None:
    """Each response says when to retry, and never contains the driver's message."""
    with capture_logs() as logs:
        response = without_datastore.call(operation.method, operation.path, operation.body, status=503)
    assert check_problem(response)["code"] == "datastore_unavailable"
    assert int(response.headers["Retry-After"]) >= 1
    assert SECRET not in response.text
    assert SECRET not in str(logs)
    assert [entry["event"] for entry in logs] == ["datastore_unavailable", "request"]


def test_the_service_recovers_with_its_datastore() -> None:
    """Only a retry is needed once MongoDB responds, for the first time or again."""
    away = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=True)
    api = Caller(create_app(Settings(auth=False), database=away).test_client(), away)
    for _ in range(2):
        api.get("/v1/search-keys", status=503)
        away.broken = False
        api.get("/v1/search-keys")
        away.broken = True


def test_every_operation_is_in_the_table(app: Flask) -> None:
    """A new operation must be added, and is then tested for each error."""
    served = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/v1/")
    }
    assert {(operation.method, operation.rule) for operation in OPERATIONS} == served


@pytest.mark.parametrize(
    "path", ["/nowhere", "/v1", "/v2/profiles", "/v1/nowhere/jane@example.com", "/v1/profiles/"]
)
def test_an_unknown_path_is_a_404(api: Caller, path: str) -> None:
    """The response contains no part of the path."""
    response = api.call("GET", path, status=404)
    assert check_problem(response)["code"] == "not_found"
    assert "jane" not in response.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("contact_id", ["", "/call-1", "%2Fcall-1", "/"])
def test_a_doubled_slash_does_not_address_another_contact(api: Caller, method: str, contact_id: str) -> None:
    """The path "/call-1" is not redirected to the contact "call-1"."""
    api.call(method, f"/v1/contacts/{contact_id}/association", status=404)
