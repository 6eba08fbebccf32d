"""Security headers of every response."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.operations import OPERATIONS, PROFILE_ID, Operation

_PUBLIC = ["/", "/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/", "/docs/swagger-ui.css"]


def _check(response: TestResponse) -> None:
    """Assert the headers that every response has."""
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "Set-Cookie" not in response.headers
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Cache-Control"):
        assert len(response.headers.getlist(name)) == 1


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_response_about_a_customer_is_cached_or_executed(
    client: FlaskClient, operation: Operation
) -> None:
    """Every operation is tested with other methods too, successful or rejected."""
    for method in (operation.method, "OPTIONS", "TRACE"):
        response = client.open(operation.path, method=method, json=operation.body)
        _check(response)
        assert response.headers["Cache-Control"] == "no-store"
        policy = response.headers["Content-Security-Policy"]
        assert policy == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def test_a_successful_response_about_a_customer_is_not_cached(client: FlaskClient) -> None:
    """Created and read profiles are tested."""
    created = client.post("/v1/profiles", json={"first_name": "Ann"})
    read = client.get(f"/v1/profiles/{created.get_json()['profile_id']}")
    assert (created.status_code, read.status_code) == (201, 200)
    for response in (created, read):
        _check(response)
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*_PUBLIC, "/nowhere", "/v1/nowhere", f"/v1/profiles/{PROFILE_ID}/"])
def test_every_other_response_has_the_headers_too(client: FlaskClient, path: str) -> None:
    """Probes, metrics, the OpenAPI document, its page and unknown paths are tested."""
    response = client.get(path)
    _check(response)
    response.get_data()
    response.close()


def test_every_route_is_tested(app: Flask) -> None:
    """A new route must be added to one of the lists."""
    tested = {operation.rule for operation in OPERATIONS} | {*_PUBLIC, "/docs/{path}"}
    rules = [rule.rule.replace("<path:", "<") for rule in app.url_map.iter_rules()]
    assert {rule.replace("<", "{").replace(">", "}") for rule in rules} <= tested


def test_an_unexpected_error_has_the_headers_too(app: Flask) -> None:
    """The response is a 500."""

    @app.get("/v1/broken")
    def fail() -> str:
        raise RuntimeError

    response = app.test_client().get("/v1/broken")
    assert response.status_code == 500
    _check(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_the_files_of_the_page_can_be_cached(client: FlaskClient) -> None:
    """They contain no personal data, and the browser revalidates them."""
    response = client.get("/docs/swagger-ui.css")
    assert response.headers["Cache-Control"] == "no-cache"
    response.close()
