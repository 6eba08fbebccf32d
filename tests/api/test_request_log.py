"""The request log: one line for each request, without values from the request."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.api.caller import Json


def _lines(capsys: pytest.CaptureFixture[str]) -> list[Json]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_each_request_is_logged_in_one_line_of_json(
    capsys: pytest.CaptureFixture[str], client: FlaskClient
) -> None:
    """The line has the route, the status, the durations, the credential and the request ID."""
    client.get("/v1/profiles/0f8c2a51b7e94d6c8e3f5a7b9c1d2e3f", headers={"X-Request-Id": "r-1"})
    (line,) = _lines(capsys)
    assert line.pop("milliseconds") >= line.pop("database_milliseconds") >= 0
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/v1/profiles/<profile_id>",
        "status": 404,
        "domain": "default",
        "credential_id": "anybody",
        "request_id": "r-1",
    }


@pytest.mark.parametrize("path", ["/v1/profiles/jane@x.com", "/jane@x.com", "/v1/settings?jane@x.com"])
def test_the_path_and_the_query_string_are_not_logged(
    capsys: pytest.CaptureFixture[str], client: FlaskClient, path: str
) -> None:
    """The path and the query string can contain personal values."""
    client.get(path)
    (line,) = _lines(capsys)
    assert "jane" not in json.dumps(line)


def test_an_unknown_method_is_not_logged(capsys: pytest.CaptureFixture[str], client: FlaskClient) -> None:
    """A client can send any text as the method."""
    client.open("/v1/settings", method="JANE")
    (line,) = _lines(capsys)
    assert (line["method"], line["status"]) == ("other", 405)


@pytest.mark.parametrize("path", ["/openapi.json", "/nowhere"])
def test_a_public_request_has_no_credential_in_the_log(
    capsys: pytest.CaptureFixture[str], authenticated_app: Flask, path: str
) -> None:
    """The fields of the domain and the credential are null."""
    authenticated_app.test_client().get(path)
    (line,) = _lines(capsys)
    assert (line["domain"], line["credential_id"], line["database_milliseconds"]) == (None, None, 0)


def test_a_health_check_is_not_logged(capsys: pytest.CaptureFixture[str], client: FlaskClient) -> None:
    """Health checks come every few seconds. The metrics count them."""
    client.get("/livez")
    assert _lines(capsys) == []
