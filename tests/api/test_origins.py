"""Origin checks. Without authentication, only pages of allowed origins can change data."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from tests.api.caller import check_problem
from tests.api.operations import OPERATIONS, Operation

ALLOWED_ORIGIN = "https://agents.example.com"
CLEAR = "/v1/contacts/c-1/clear"
# A browser sends "null" for sandboxed frames, for files, and with the policy no-referrer.
_OTHER_ORIGINS = [
    "https://other.example",
    "http://other.example:8080",
    "http://localhost:3000",
    "https://localhost:8080",
    "http://127.0.0.1:8080",
    "http://localhost:8080.other.example",
    "null",
    "",
]
_CHANGING = [operation for operation in OPERATIONS if operation.method != "GET"]


@pytest.fixture
def client(database: Any) -> FlaskClient:
    """Return a client of a service without authentication. The service allows one origin."""
    app = create_app(Settings(auth=False, cors_origins=(ALLOWED_ORIGIN,)), database=database)
    return app.test_client()


@pytest.mark.parametrize("origin", _OTHER_ORIGINS)
def test_without_authentication_a_page_of_another_origin_changes_nothing(
    client: FlaskClient, database: Any, origin: str
) -> None:
    """From any page, browsers send a POST without a body and without a preflight."""
    response = client.post(CLEAR, headers={"Host": "localhost:8080", "Origin": origin})
    assert response.status_code == 403
    problem = check_problem(response)
    assert problem["code"] == "foreign_origin"
    assert "CORS_ORIGINS" in problem["detail"]
    assert "other.example" not in response.text
    assert database["associations"].count_documents({}) == 0


@pytest.mark.parametrize("operation", _CHANGING, ids=str)
def test_every_operation_that_changes_data_rejects_another_origin(
    client: FlaskClient, operation: Operation
) -> None:
    """Operations with POST, PUT, PATCH and DELETE are tested."""
    headers = {"Origin": "https://other.example"}
    assert client.open(operation.path, method=operation.method, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8080", "http://localhost:8080"),
        ("LOCALHOST:8080", "http://localhost:8080"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("localhost:8080", ALLOWED_ORIGIN),
    ],
)
def test_the_services_own_page_and_configured_origins_are_accepted(
    client: FlaskClient, host: str, origin: str
) -> None:
    """The page at /docs sends requests to the service. The settings contain a frontend's origin."""
    assert client.post(CLEAR, headers={"Host": host, "Origin": origin}).status_code == 200


def test_a_request_without_an_origin_is_accepted(client: FlaskClient) -> None:
    """Only programs send no origin. Browsers send one with every change (WHATWG Fetch, 3.1)."""
    assert client.post(CLEAR).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_read_from_another_origin_is_accepted(client: FlaskClient, method: str) -> None:
    """The response has no CORS headers, so the browser hides it from the page."""
    headers = {"Origin": "https://other.example"}
    assert client.open("/v1/search-keys", method=method, headers=headers).status_code == 200


def test_with_authentication_the_credential_decides(database: Any) -> None:
    """Browsers do not send credentials on their own. A page can only send one that it has received."""
    client = create_app(Settings(auth=True), database=database).test_client()
    assert client.post(CLEAR, headers={"Origin": "https://other.example"}).status_code == 401
