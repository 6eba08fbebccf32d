"""Problem documents: all errors have the same format."""

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
from tests.master_keys import ONE


def _subclasses(error: type[ServiceError]) -> Iterator[type[ServiceError]]:
    for child in error.__subclasses__():
        yield child
        yield from _subclasses(child)


WITH_CODE = [error for error in _subclasses(ServiceError) if "code" in vars(error)]


@pytest.mark.parametrize("error", sorted(_subclasses(ServiceError), key=str))
def test_every_error_has_a_status(error: type[ServiceError]) -> None:
    """The table has a status for each error class or for its parent class. No status is 500."""
    assert 400 <= problems.status_of(error) <= 503
    assert problems.status_of(error) != 500


def test_every_error_has_a_unique_code() -> None:
    """Clients use the code to distinguish errors. Only parent classes have no code."""
    codes = [error.code for error in WITH_CODE]
    assert len(set(codes)) == len(codes)
    parents = set(_subclasses(ServiceError)) - set(WITH_CODE)
    assert {error.__name__ for error in parents} == {"NotFound", "Conflict"}
    assert all(error.title for error in WITH_CODE)


def test_every_error_in_the_table_exists() -> None:
    """The table has error classes of the service only."""
    assert set(problems.STATUS) <= set(_subclasses(ServiceError))


@pytest.mark.parametrize("error", [e for code, e in default_exceptions.items() if code >= 400])
def test_every_http_exception_gets_a_problem_document(app: Flask, error: type[HTTPException]) -> None:
    """Exceptions of Flask and Werkzeug keep their status."""

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


def test_an_unexpected_exception_gets_a_500_without_details(app: Flask) -> None:
    """The exception's message can contain a personal value, so the response and the log omit it."""

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
    """Return a caller of a service whose MongoDB was never reachable, or became unreachable."""
    unreachable = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=not request.param)
    settings = Settings(settings_cache_seconds=0, auth=False, master_keys=ONE)
    api = Caller(create_app(settings, database=unreachable).test_client(), unreachable)
    if request.param:
        api.get("/v1/settings")
        unreachable.broken = True
    return api


# The first depends on the credential alone. mongomock lacks what the others use.
_OTHERS = {"GET /v1/credential", "GET /v1/profiles", "GET /v1/profiles/changes"}


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if str(each) not in _OTHERS], ids=str)
def test_without_a_datastore_every_operation_gets_a_503(
    without_datastore: Caller, operation: Operation
) -> None:
    """The response has ``Retry-After``, and does not contain the driver's message."""
    with capture_logs() as logs:
        response = without_datastore.call(operation.method, operation.path, operation.body, status=503)
    assert check_problem(response)["code"] == "datastore_unavailable"
    assert int(response.headers["Retry-After"]) >= 1
    assert SECRET not in response.text
    assert SECRET not in str(logs)
    assert [entry["event"] for entry in logs] == ["datastore_unavailable", "request"]


def test_the_service_recovers_with_its_datastore() -> None:
    """When MongoDB becomes reachable, the next request succeeds."""
    unreachable = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=True)
    api = Caller(create_app(Settings(auth=False), database=unreachable).test_client(), unreachable)
    for _ in range(2):
        api.get("/v1/search-keys", status=503)
        unreachable.broken = False
        api.get("/v1/search-keys")
        unreachable.broken = True


def test_every_operation_is_in_the_table(app: Flask) -> None:
    """Many tests run for each operation in this table. A new operation must be added."""
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
def test_an_unknown_path_gets_a_404(api: Caller, path: str) -> None:
    """The response contains no part of the path."""
    response = api.call("GET", path, status=404)
    assert check_problem(response)["code"] == "not_found"
    assert "jane" not in response.text


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("contact_id", ["", "/call-1", "%2Fcall-1", "/"])
def test_a_double_slash_does_not_lead_to_another_contact(api: Caller, method: str, contact_id: str) -> None:
    """The contact ID "/call-1" is not redirected to the contact "call-1"."""
    api.call(method, f"/v1/contacts/{contact_id}/association", status=404)
