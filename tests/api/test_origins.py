"""Origin checks: without authentication, only pages of allowed origins may change data."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from tests.api.caller import check_problem
from tests.api.operations import OPERATIONS, Operation

NAMED = "https://agents.example.com"
CLEAR = "/v1/contacts/c-1/clear"
# A browser sends "null" for a sandboxed frame, a file, and under the policy no-referrer.
_OTHERS = [
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
    """Return a client of a service without authentication that one origin may call."""
    app = create_app(Settings(auth=False, cors_origins=(NAMED,)), database=database)
    return app.test_client()


@pytest.mark.parametrize("origin", _OTHERS)
def test_without_authentication_a_page_of_another_origin_changes_nothing(
    client: FlaskClient, database: Any, origin: str
) -> None:
    """A browser sends a POST without a body from any page without a preflight."""
    response = client.post(CLEAR, headers={"Host": "localhost:8080", "Origin": origin})
    assert response.status_code == 403
    problem = check_problem(response)
    assert problem["code"] == "foreign_origin"
    assert "CORS_ORIGINS" in problem["detail"]
    assert "other.example" not in response.text
    assert database["associations"].count_documents({}) == 0


@pytest.mark.parametrize("operation", _CHANGING, ids=str)
def test_another_origin_can_use_no_changing_operation(client: FlaskClient, operation: Operation) -> None:
    """The method does not matter."""
    headers = {"Origin": "https://other.example"}
    assert client.open(operation.path, method=operation.method, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8080", "http://localhost:8080"),
        ("LOCALHOST:8080", "http://localhost:8080"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("localhost:8080", NAMED),
    ],
)
def test_our_own_page_and_configured_origins_are_served(client: FlaskClient, host: str, origin: str) -> None:
    """The page at /docs sends requests, and a frontend's origin is in the settings."""
    assert client.post(CLEAR, headers={"Host": host, "Origin": origin}).status_code == 200


def test_a_request_without_an_origin_is_served(client: FlaskClient) -> None:
    """curl, scripts and servers send none. A browser always sends one with a change (WHATWG Fetch, 3.1)."""
    assert client.post(CLEAR).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_read_from_another_origin_is_served(client: FlaskClient, method: str) -> None:
    """The browser hides the response from the page, without CORS headers."""
    headers = {"Origin": "https://other.example"}
    assert client.open("/v1/search-keys", method=method, headers=headers).status_code == 200


def test_with_authentication_the_credential_decides(database: Any) -> None:
    """A browser does not send one by itself, so a page that sends one was given it."""
    client = create_app(Settings(auth=True), database=database).test_client()
    assert client.post(CLEAR, headers={"Origin": "https://other.example"}).status_code == 401
