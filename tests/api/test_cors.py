"""CORS: pages of the origins that are named may call, and no others."""

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
SENT = "Authorization, Content-Type, Idempotency-Key, If-Match, X-Request-Id"
READ = {
    *("ETag", "Location", "X-Request-Id", "Retry-After", "RateLimit", "RateLimit-Policy"),
    *("Idempotency-Replayed", "WWW-Authenticate"),
}


def _app(database: Any, **settings: Any) -> Flask:
    return create_app(
        Settings(**{"auth": False, "cors_origins": (ORIGIN, OTHER_ORIGIN), **settings}),
        database=database,
    )


@pytest.fixture
def app(database: Any) -> Flask:
    """Return an application that two origins may call."""
    return _app(database)


def _preflight(client: FlaskClient, operation: Operation, origin: str = ORIGIN) -> TestResponse:
    """Ask what a browser asks before the request itself."""
    return client.options(
        operation.path,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": operation.method,
            "Access-Control-Request-Headers": SENT.lower(),
        },
    )


def _cors(response: TestResponse) -> list[str]:
    return [name for name, _ in response.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@pytest.mark.parametrize("origin", [ORIGIN, OTHER_ORIGIN])
def test_a_preflight_of_a_named_origin_is_granted(
    client: FlaskClient, operation: Operation, origin: str
) -> None:
    """For every operation, with the headers that a frontend sends."""
    response = _preflight(client, operation, origin)
    assert response.status_code == 204
    assert response.headers.getlist(ALLOW_ORIGIN) == [origin]
    assert operation.method in response.headers["Access-Control-Allow-Methods"].split(", ")
    assert response.headers["Access-Control-Allow-Headers"].lower() == SENT.lower()
    assert response.headers["Access-Control-Max-Age"] == "600"
    assert "Origin" in response.vary


def test_a_preflight_needs_neither_a_credential_nor_the_database() -> None:
    """A browser sends none with it, and would report its refusal as a failure of the network."""
    away = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=True)
    app = _app(away, auth=True, rate_limit_per_minute=1)
    for _ in range(3):
        assert _preflight(app.test_client(), OPERATIONS[0]).headers[ALLOW_ORIGIN] == ORIGIN


def test_a_preflight_for_a_path_that_is_wrong_is_granted(client: FlaskClient) -> None:
    """So that the page can read the 404 or the 422 that the request itself gets."""
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
def test_another_origin_is_told_nothing(client: FlaskClient, origin: str) -> None:
    """Without the headers the browser keeps the answer from the page; caches know that it depends."""
    for response in (
        _preflight(client, OPERATIONS[0], origin),
        client.get("/v1/search-keys", headers={"Origin": origin}),
        client.get("/v1/search-keys"),
    ):
        assert _cors(response) == []
        assert "Origin" in response.vary


def test_a_page_may_read_the_headers_that_it_needs(client: FlaskClient) -> None:
    """Of what is not safelisted (WHATWG Fetch, 2.2.6); and it never sends cookies."""
    response = client.get("/v1/search-keys", headers={"Origin": ORIGIN})
    assert response.headers.getlist(ALLOW_ORIGIN) == [ORIGIN]
    assert set(response.headers["Access-Control-Expose-Headers"].split(", ")) == READ
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_private_network_is_not_opened(client: FlaskClient) -> None:
    """A public page does not get into a private network by us."""
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
def test_a_page_may_read_errors(client: FlaskClient, method: str, path: str, status: int) -> None:
    """A problem document is an answer like another."""
    response = client.open(path, method=method, headers={"Origin": ORIGIN})
    assert response.status_code == status
    assert response.headers[ALLOW_ORIGIN] == ORIGIN
    assert "Origin" in response.vary


def test_a_page_may_read_that_nobody_knows_it(app: Flask) -> None:
    """A 401 is the one error that a page can do something about."""

    def refuse() -> None:
        raise Unauthorized

    app.before_request(refuse)
    response = app.test_client().get("/v1/search-keys", headers={"Origin": ORIGIN})
    assert response.status_code == 401
    assert response.headers[ALLOW_ORIGIN] == ORIGIN


def test_a_page_may_read_that_the_datastore_is_away() -> None:
    """So that it can try again."""
    away = FailingDatabase(mongomock.MongoClient(tz_aware=True)["test"], broken=True)
    response = _app(away).test_client().get("/v1/settings", headers={"Origin": ORIGIN})
    assert response.status_code == 503
    assert response.headers[ALLOW_ORIGIN] == ORIGIN


def test_a_page_may_read_that_something_went_wrong(app: Flask) -> None:
    """A 500 too."""

    @app.get("/v1/broken")
    def fail() -> str:
        raise RuntimeError

    response = app.test_client().get("/v1/broken", headers={"Origin": ORIGIN})
    assert response.status_code == 500
    assert response.headers.getlist(ALLOW_ORIGIN) == [ORIGIN]


@pytest.mark.parametrize("path", ["/metrics", "/livez", "/readyz", "/openapi.json", "/docs/"])
def test_what_is_not_for_frontends_stays_shut(client: FlaskClient, path: str) -> None:
    """CORS is for /v1 alone."""
    response = client.get(path, headers={"Origin": ORIGIN})
    assert _cors(response) == []
    response.close()


def test_without_origins_there_is_no_cors(database: Any) -> None:
    """No page of another origin may call unless somebody says so."""
    client = _app(database, cors_origins=()).test_client()
    for response in (
        _preflight(client, OPERATIONS[0]),
        client.get("/v1/settings", headers={"Origin": ORIGIN}),
    ):
        assert _cors(response) == []
