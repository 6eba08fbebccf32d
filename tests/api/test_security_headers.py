"""The security headers of all responses."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.operations import OPERATIONS, PROFILE_ID, Operation

_PUBLIC = ["/", "/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/", "/docs/swagger-ui.css"]
_PUBLIC += ["/panel", "/panel/", "/panel/panel.js"]


def _check(response: TestResponse) -> None:
    """Assert the headers that all responses have."""
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "Set-Cookie" not in response.headers
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Cache-Control"):
        assert len(response.headers.getlist(name)) == 1


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_response_of_an_operation_is_cached_or_executed(
    module_client: FlaskClient, operation: Operation
) -> None:
    """The headers do not depend on the method and on the status."""
    for method in (operation.method, "OPTIONS", "TRACE"):
        response = module_client.open(operation.path, method=method, json=operation.body)
        _check(response)
        assert response.headers["Cache-Control"] == "no-store"
        policy = response.headers["Content-Security-Policy"]
        assert policy == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def test_a_response_with_a_profile_is_not_cached(module_client: FlaskClient) -> None:
    """The response has `Cache-Control: no-store`."""
    created = module_client.post("/v1/profiles", json={"first_name": "Ann"})
    read = module_client.get(f"/v1/profiles/{created.get_json()['profile_id']}")
    assert (created.status_code, read.status_code) == (201, 200)
    for response in (created, read):
        _check(response)
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*_PUBLIC, "/nowhere", "/v1/nowhere", f"/v1/profiles/{PROFILE_ID}/"])
def test_responses_outside_the_operations_have_the_security_headers(
    module_client: FlaskClient, path: str
) -> None:
    """Examples are health checks, metrics, the documentation and unknown paths."""
    response = module_client.get(path)
    _check(response)
    response.get_data()
    response.close()


def test_every_route_is_in_a_list(app: Flask) -> None:
    """A new route must be added to one of the lists."""
    tested = {operation.rule for operation in OPERATIONS} | {*_PUBLIC, "/docs/{path}", "/panel/{path}"}
    rules = [rule.rule.replace("<path:", "<") for rule in app.url_map.iter_rules()]
    assert {rule.replace("<", "{").replace(">", "}") for rule in rules} <= tested


def test_a_response_to_an_unexpected_error_has_the_security_headers(app: Flask) -> None:
    """The status is 500."""

    @app.get("/v1/broken")
    def fail() -> str:
        raise RuntimeError

    response = app.test_client().get("/v1/broken")
    assert response.status_code == 500
    _check(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_the_files_of_the_documentation_can_be_cached(module_client: FlaskClient) -> None:
    """The files contain no personal data. Browsers must check whether their copy is current."""
    response = module_client.get("/docs/swagger-ui.css")
    assert response.headers["Cache-Control"] == "no-cache"
    response.close()
