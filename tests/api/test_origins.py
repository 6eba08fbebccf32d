"""Whose page a request comes from: without authentication, one neither ours nor named changes nothing."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from tests.api.caller import check_problem
from tests.api.operations import OPERATIONS, Operation

NAMED = "https://agents.example.com"
CLEAR = "/v1/contacts/c-1/clear"
# "null" is what a browser says of a sandboxed frame, of a file, and under the policy no-referrer.
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
    """Return a caller of a service without authentication that one origin may call."""
    app = create_app(Settings(auth=False, cors_origins=(NAMED,)), database=database)
    return app.test_client()


@pytest.mark.parametrize("origin", _OTHERS)
def test_without_authentication_a_page_of_another_origin_changes_nothing(
    client: FlaskClient, database: Any, origin: str
) -> None:
    """A POST without a body is sent without asking us first, by any page that the developer looks at."""
    response = client.post(CLEAR, headers={"Host": "localhost:8080", "Origin": origin})
    assert response.status_code == 403
    problem = check_problem(response)
    assert problem["code"] == "foreign_origin"
    assert "CORS_ORIGINS" in problem["detail"]
    assert "other.example" not in response.text
    assert database["associations"].count_documents({}) == 0


@pytest.mark.parametrize("operation", _CHANGING, ids=str)
def test_no_operation_that_may_change_something_is_carried_out(
    client: FlaskClient, operation: Operation
) -> None:
    """Whatever its method."""
    sent = {"Origin": "https://other.example"}
    assert client.open(operation.path, method=operation.method, headers=sent).status_code == 403


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
def test_our_own_page_and_those_of_a_named_origin_are_served(
    client: FlaskClient, host: str, origin: str
) -> None:
    """The page at /docs tries operations out; a frontend's origin stands in the settings."""
    assert client.post(CLEAR, headers={"Host": host, "Origin": origin}).status_code == 200


def test_who_names_no_origin_is_served(client: FlaskClient) -> None:
    """curl, scripts and servers; a browser always names one, but for reading (WHATWG Fetch, 3.1)."""
    assert client.post(CLEAR).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_what_only_reads_is_left_to_the_browser(client: FlaskClient, method: str) -> None:
    """It keeps the answer from the page."""
    sent = {"Origin": "https://other.example"}
    assert client.open("/v1/search-keys", method=method, headers=sent).status_code == 200


def test_with_authentication_the_credential_decides(database: Any) -> None:
    """A browser sends none by itself, so a page that sends one has been given it."""
    client = create_app(Settings(auth=True), database=database).test_client()
    assert client.post(CLEAR, headers={"Origin": "https://other.example"}).status_code == 401
