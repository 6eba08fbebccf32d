"""CORS: only pages of the configured origins can call the service."""

from typing import Any

import mongomock
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import Unauthorized
from werkzeug.test import TestResponse

from service.app import create_app
from service.config import Settings
from tests.api.failing_database import FailingDatabase
from tests.api.operations import OPERATIONS, Operation

ORIGIN = "https://agents.example.com"
OTHER_ORIGIN = "http://[::1]:3000"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"
REQUEST_HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-Id"
RESPONSE_HEADERS = {
    *("ETag", "Location", "X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy"),
    *("Idempotency-Replayed", "Profile-Merged-Into", "WWW-Authenticate"),
}


def _app(database: Any, **settings: Any) -> Flask:
    return create_app(
        Settings(**{"auth": False, "cors_origins": (ORIGIN, OTHER_ORIGIN), **settings}),
        database=database,
    )


@pytest.fixture
def app(database: Any) -> Flask:
    """Return an application that pages of two origins can call."""
    return _app(database)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    """Return a client of such an application, which the tests share."""
    return _app(mongomock.MongoClient(tz_aware=True)["test"]).test_client()


def _preflight(client: FlaskClient, operation: Operation, origin: str = ORIGIN) -> TestResponse:
    """Send the preflight that a browser sends before a request."""
    return client.options(
        operation.path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": operation.method,
            "Access-Control-Request-Headers": REQUEST_HEADERS.lower(),
        },
    )


def _cors(response: TestResponse) -> list[str]:
    return [name for name, _ in response.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@pytest.mark.parametrize("origin", [ORIGIN, OTHER_ORIGIN])
def test_a_preflight_from_a_configured_origin_is_allowed(
    client: FlaskClient, operation: Operation, origin: str
) -> None:
    """The response allows every operation, and every request header that a frontend needs."""
    response = _preflight(client, operation, origin)
    assert response.status_code == 204
    assert response.headers.getlist(ALLOW_ORIGIN) == [origin]
    assert operation.method in response.headers["Access-Control-Allow-Methods"].split(", ")
    assert response.headers["Access-Control-Allow-Headers"].lower() == REQUEST_HEADERS.lower()
    assert response.headers["Access-Control-Max-Age"] == "600"
    assert "Origin" in response.vary


def test_a_preflight_needs_neither_a_credential_nor_the_database() -> None:
    """Browsers send preflights without a credential. A rejected preflight is a network error for the page."""
    unreachable = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=True)
    app = _app(unreachable, auth=True, rate_limit_per_minute=1)
    for _ in range(3):
        assert _preflight(app.test_client(), OPERATIONS[0]).headers[ALLOW_ORIGIN] == ORIGIN


def test_a_preflight_for_an_invalid_path_is_allowed(client: FlaskClient) -> None:
    """The page can then read the 404 or 422 of its actual request."""
    for path in ("/v1/nowhere", "/v1/profiles/none"):
        assert _preflight(client, Operation("GET", path, 404)).status_code == 204


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example.com",
        "http://agents.example.com",
        "https://agents.example.com:8443",
        "https://agents.example.com.evil.com",
        "https://agentsxexample.com",
        "https://x.agents.example.com",
        "HTTPS://AGENTS.EXAMPLE.COM",
        "null",
        "*",
        "",
    ],
)
def test_another_origin_gets_no_cors_headers(client: FlaskClient, origin: str) -> None:
    """The browser then hides the response from the page. `Vary` separates the origins in caches."""
    for response in (
        _preflight(client, OPERATIONS[0], origin),
        client.get("/v1/search-keys", headers={"Origin": origin}),
        client.get("/v1/search-keys"),
    ):
        assert _cors(response) == []
        assert "Origin" in response.vary


def test_a_page_can_read_the_headers_of_the_service(client: FlaskClient) -> None:
    """Browsers hide these headers unless the service exposes them (WHATWG Fetch, 2.2.6)."""
    response = client.get("/v1/search-keys", headers={"Origin": ORIGIN})
    assert response.headers.getlist(ALLOW_ORIGIN) == [ORIGIN]
    assert set(response.headers["Access-Control-Expose-Headers"].split(", ")) == RESPONSE_HEADERS
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_private_network_access_is_not_allowed(client: FlaskClient) -> None:
    """A page on the internet cannot reach a private network through the service."""
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Private-Network": "true",
    }
    response = client.options("/v1/search-keys", headers=headers)
    assert response.headers.get("Access-Control-Allow-Private-Network") != "true"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nowhere", 404),
        ("GET", "/v1/profiles/none", 422),
        ("POST", "/v1/profiles", 415),
        ("TRACE", "/v1/profiles", 405),
        ("GET", f"/v1/profiles/{'0' * 32}", 404),
    ],
)
def test_a_page_can_read_errors(client: FlaskClient, method: str, path: str, status: int) -> None:
    """Problem documents have the CORS headers."""
    response = client.open(path, method=method, headers={"Origin": ORIGIN})
    assert response.status_code == status
    assert response.headers[ALLOW_ORIGIN] == ORIGIN
    assert "Origin" in response.vary


def test_a_page_can_read_a_401(app: Flask) -> None:
    """The page can then ask the user to log in."""

    def fail() -> None:
        raise Unauthorized

    app.before_request(fail)
    response = app.test_client().get("/v1/search-keys", headers={"Origin": ORIGIN})
    assert response.status_code == 401
    assert response.headers[ALLOW_ORIGIN] == ORIGIN


def test_a_page_can_read_a_503() -> None:
    """The page can then retry the request."""
    unreachable = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=True)
    response = _app(unreachable).test_client().get("/v1/settings", headers={"Origin": ORIGIN})
    assert response.status_code == 503
    assert response.headers[ALLOW_ORIGIN] == ORIGIN


def test_a_page_can_read_a_500(app: Flask) -> None:
    """Responses to unexpected errors have the CORS headers too."""

    @app.get("/v1/broken")
    def fail() -> str:
        raise RuntimeError

    response = app.test_client().get("/v1/broken", headers={"Origin": ORIGIN})
    assert response.status_code == 500
    assert response.headers.getlist(ALLOW_ORIGIN) == [ORIGIN]


@pytest.mark.parametrize("path", ["/metrics", "/livez", "/readyz", "/openapi.json", "/docs/"])
def test_paths_outside_v1_have_no_cors_headers(client: FlaskClient, path: str) -> None:
    """Pages of other origins need the operations under /v1 only."""
    response = client.get(path, headers={"Origin": ORIGIN})
    assert _cors(response) == []
    response.close()


def test_without_configured_origins_no_response_has_cors_headers(database: Any) -> None:
    """By default, no page of another origin can call the service."""
    client = _app(database, cors_origins=()).test_client()
    for response in (
        _preflight(client, OPERATIONS[0]),
        client.get("/v1/settings", headers={"Origin": ORIGIN}),
    ):
        assert _cors(response) == []
