"""Headers that every answer has, whatever it is."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.operations import OPERATIONS, PROFILE_ID, Operation

_PUBLIC = ["/", "/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/", "/docs/swagger-ui.css"]


def _check(response: TestResponse) -> None:
    """Assert what holds for every answer."""
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "Set-Cookie" not in response.headers
    for name in ("X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Cache-Control"):
        assert len(response.headers.getlist(name)) == 1


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_no_answer_about_a_customer_is_kept_or_run(client: FlaskClient, operation: Operation) -> None:
    """Found or not, refused or carried out, by whatever method."""
    for method in (operation.method, "OPTIONS", "TRACE"):
        response = client.open(operation.path, method=method, json=operation.body)
        _check(response)
        assert response.headers["Cache-Control"] == "no-store"
        policy = response.headers["Content-Security-Policy"]
        assert policy == "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def test_a_customer_that_is_found_is_not_kept(client: FlaskClient) -> None:
    """The answers that matter most."""
    made = client.post("/v1/profiles", json={"first_name": "Ann"})
    read = client.get(f"/v1/profiles/{made.get_json()['profile_id']}")
    assert (made.status_code, read.status_code) == (201, 200)
    for response in (made, read):
        _check(response)
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [*_PUBLIC, "/nowhere", "/v1/nowhere", f"/v1/profiles/{PROFILE_ID}/"])
def test_every_other_answer_has_them_too(client: FlaskClient, path: str) -> None:
    """Probes, figures, the document and its page, and what is not there."""
    response = client.get(path)
    _check(response)
    response.get_data()
    response.close()


def test_every_route_is_walked(app: Flask) -> None:
    """A new route cannot come without being looked at."""
    walked = {operation.rule for operation in OPERATIONS} | {*_PUBLIC, "/docs/{path}"}
    rules = [rule.rule.replace("<path:", "<") for rule in app.url_map.iter_rules()]
    assert {rule.replace("<", "{").replace(">", "}") for rule in rules} <= walked


def test_an_error_that_nobody_foresaw_has_them(app: Flask) -> None:
    """A 500 too."""

    @app.get("/v1/broken")
    def fail() -> str:
        raise RuntimeError

    response = app.test_client().get("/v1/broken")
    assert response.status_code == 500
    _check(response)
    assert response.headers["Cache-Control"] == "no-store"


def test_the_files_of_the_page_may_be_kept(client: FlaskClient) -> None:
    """They hold nothing of anybody's, and the browser asks whether they have changed."""
    response = client.get("/docs/swagger-ui.css")
    assert response.headers["Cache-Control"] == "no-cache"
    response.close()
